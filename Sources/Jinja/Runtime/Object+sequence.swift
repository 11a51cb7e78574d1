import Values

extension Object {
  /// What a `for` loop walks: the elements of a sequence, the keys of a mapping, the characters of a text.
  package func elements(in scope: Scope) throws -> [Object] {
    switch self {
    case .list(let list): return try list.elements()
    case .tuple(let tuple): return tuple.elements
    case .set(let set): return set.elements
    case .dict(let dict): return dict.keys.map(\.object)
    case .string(let text): return text.string.unicodeScalars.map { .string(String($0)) }
    case .secret(let secret): return secret.reveal().unicodeScalars.map { .string(String($0)) }
    case .native(let native): return try native.elements(in: scope)
    case .undefined(let undefined): if undefined.isNothing { return [] } else { throw undefined.error() }
    case .none, .bool, .int, .double, .omit:
      throw Diagnostic(.template, "'\(typeName)' object is not iterable")
    }
  }

  /// Python's `len()`.
  package func length() throws -> Int {
    switch self {
    case .list(let list): return list.count
    case .tuple(let tuple): return tuple.elements.count
    case .set(let set): return set.count
    case .dict(let dict): return dict.count
    case .string, .secret: return (string ?? "").scalarCount
    case .undefined(let undefined): throw undefined.error()
    case .native(let native):
      if let count = native.count { return count }
    case .none, .bool, .int, .double, .omit: break
    }
    throw Diagnostic(.template, "object of type '\(typeName)' has no len()")
  }

  /// The attribute of a name: Jinja's `object.name`, which finds a mapping's members too. Methods are found by calls.
  package func attribute(_ name: String, in scope: Scope) throws -> Object {
    if case .undefined = self { return self }
    return try existingAttribute(name, in: scope) ?? Undefined.member(.string(name), of: self)
  }

  /// The attribute of a name, `nil` when there is none.
  func existingAttribute(_ name: String, in scope: Scope) throws -> Object? {
    switch self {
    case .dict(let dict):
      if let member = try dict.member(name) { return member }
    case .native(let native):
      if let member = try native.attribute(name, in: scope) { return member }
    case .undefined: return nil
    case .list(let list):
      if let index = Int(name), let element = try Object.pick(index, of: list) { return element }
    default: break
    }
    return Methods.exists(name, of: self) ? .native(BoundMethod(self, name)) : nil
  }

  /// The element under `key`: Jinja's `object[key]`, which finds attributes too.
  package func item(_ key: Object, in scope: Scope) throws -> Object {
    switch (self, key) {
    case (.undefined, _): return self
    case (_, .undefined(let undefined)): throw undefined.error()
    case (.dict(let dict), .string(let text)):
      if let member = try dict.member(text.string) { return member }
    case (.dict(let dict), _):
      if let hashable = try? ObjectKey(key), let member = try dict.member(hashable) { return member }
    case (.list(let list), .int(let index)):
      if let element = try Object.pick(index, of: list) { return element }
    case (.tuple(let tuple), .int(let index)):
      let position = index < 0 ? index + tuple.elements.count : index
      if tuple.elements.indices.contains(position) { return tuple.elements[position] }
    case (.string(let text), .int(let index)):
      if let scalar = text.string.scalar(at: index) { return text.derived(String(scalar)) }
    case (.secret, .int(let index)):
      if let scalar = (string ?? "").scalar(at: index) { return .string(String(scalar)) }
    case (.native(let native), _):
      if let member = try native.item(key, in: scope) { return member }
    case (.list(let list), .bool(let bool)):
      if let element = try Object.pick(bool ? 1 : 0, of: list) { return element }
    default: break
    }
    if let name = key.string, Methods.exists(name, of: self) { return .native(BoundMethod(self, name)) }
    return Undefined.member(key, of: self)
  }

  private static func pick(_ index: Int, of list: ListObject) throws -> Object? {
    let position = index < 0 ? index + list.count : index
    guard position >= 0, position < list.count else { return nil }
    return try list.element(position)
  }

  /// Python's slice `object[start:stop:step]`; `nil` for a bound that was left out.
  package func slice(_ start: Int?, _ stop: Int?, _ step: Int?, in scope: Scope) throws -> Object {
    guard step != 0 else { throw Diagnostic(.template, "slice step cannot be zero") }
    let step = step ?? 1
    switch self {
    case .string(let text): return text.derived(text.string.slice(start, stop, step))
    case .secret(let secret): return .string(secret.reveal().slice(start, stop, step))
    case .list(let list):
      let positions = Object.positions(start, stop, step, count: list.count)
      return .list(try positions.map { try list.element($0) })
    case .tuple(let tuple):
      return .tuple(Object.positions(start, stop, step, count: tuple.elements.count).map { tuple.elements[$0] })
    case .native(let bytes as BytesObject): return .native(bytes.slice(start, stop, step))
    case .native(let range as RangeObject): return .native(range.slice(start, stop, step))
    case .native(let native) where native.isSequence:
      let elements = try native.elements(in: scope)
      return .list(Object.positions(start, stop, step, count: elements.count).map { elements[$0] })
    case .undefined: return self
    case .dict: throw Diagnostic(.template, "unhashable type: 'slice'")
    default: throw Diagnostic(.template, "'\(typeName)' object is not subscriptable")
    }
  }

  /// The positions that a slice picks from `count` elements.
  static func positions(_ start: Int?, _ stop: Int?, _ step: Int, count: Int) -> StrideTo<Int> {
    let bounds = bounds(start, stop, step, count: count)
    return stride(from: bounds.start, to: bounds.stop, by: bounds.step)
  }

  /// The first position, the one before which it ends, and the step of a slice of `count` elements.
  static func bounds(_ start: Int?, _ stop: Int?, _ step: Int, count: Int) -> (start: Int, stop: Int, step: Int) {
    func clamp(_ bound: Int?, _ fallback: Int) -> Int {
      guard var bound else { return fallback }
      if bound < 0 { bound = max(bound, -count - 1) + count }
      return step > 0 ? min(max(bound, 0), count) : min(max(bound, -1), count - 1)
    }
    // A step beyond the ends picks the first position only.
    let step = min(max(step, -count - 1), count + 1)
    return step > 0
      ? (clamp(start, 0), clamp(stop, count), step) : (clamp(start, count - 1), clamp(stop, -1), step)
  }
}

extension Object {
  /// The members of a mapping in order.
  package func items(in scope: Scope) throws -> [(key: Object, value: Object)] {
    switch self {
    case .dict(let dict): return try dict.members().map { ($0.key.object, $0.value) }
    case .native(let native) where native.isMapping:
      return try native.elements(in: scope).map { ($0, try native.item($0, in: scope) ?? .none) }
    case .undefined(let undefined): throw undefined.error()
    default: throw Diagnostic(.template, "'\(typeName)' object has no attribute 'items'")
    }
  }
}
