import Values

/// Collects what a template puts out. A lone value keeps its type; several become one text, in which `None` is nothing.
final class Output {
  private var single: Object?
  /// The text, in UTF-8. Nothing reads it while it grows, so the check at run time is spared.
  @exclusivity(unchecked) private var bytes: [UInt8] = []
  private var isSecret = false
  private var isText = false
  private let scope: Scope
  private let limit: Int

  init(_ scope: Scope) {
    self.scope = scope
    limit = scope.runtime.limits.outputBytes
  }

  /// Appends a part of a text in UTF-8.
  func append(_ source: [UInt8], _ range: Range<Int>) throws {
    guard isText else { return try append(Object.string(String(decoding: source[range], as: UTF8.self))) }
    source.withUnsafeBufferPointer { bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
    if bytes.count > limit { throw scope.runtime.tooLong }
  }

  func append(_ object: Object) throws {
    if case .none = object { return }
    if !isText {
      guard let first = single else {
        single = try object.snapshot()
        return
      }
      single = nil
      isText = true
      try write(first)
    }
    try write(object)
    if bytes.count > limit { throw scope.runtime.tooLong }
  }

  /// The value of everything that was put out; `None` when nothing was.
  func result() -> Object {
    guard isText else { return single ?? .none }
    let text = String(decoding: bytes, as: UTF8.self)
    return isSecret ? .secret(SecretObject(Secret(text), taint: scope.runtime.taint)) : .string(Text(text))
  }

  private func write(_ object: Object) throws {
    switch object {
    case .string(let text): write(text.string)
    case .int(let int): write(int)
    case .secret(let secret):
      bytes.append(contentsOf: secret.value.reveal().utf8)
      isSecret = true
    case .bool, .double, .none: bytes.append(contentsOf: try object.repr().utf8)
    default:
      let before = scope.runtime.taint.reveals
      if case .native(let native as BytesObject) = object {
        write(native.decoded)
      } else {
        // As in ansible, containers are settled before they are shown: tuples show as lists, `omit` is left out.
        write(try object.settled(in: scope).text())
      }
      if scope.runtime.taint.reveals != before { isSecret = true }
    }
  }

  @inline(__always)
  private func write(_ text: String) {
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { bytes.append(contentsOf: $0) }
    if isDone == nil { bytes.append(contentsOf: text.utf8) }
  }

  private func write(_ int: Int) {
    let start = bytes.count
    var rest = int.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    if int < 0 { bytes.append(UInt8(ascii: "-")) }
    // Written backwards so far. Turned round in place: `reverse()` of a slice would copy it.
    var (left, right) = (start, bytes.count - 1)
    while left < right {
      bytes.swapAt(left, right)
      left += 1
      right -= 1
    }
  }
}

extension Object {
  /// The object with nested tuples as lists and without members that are `omit`.
  ///
  /// - Throws: for an undefined value within.
  func settled(in scope: Scope, depth: Int = 0) throws -> Object {
    guard depth < Object.maximumDepth else { throw Object.tooDeep }
    try scope.runtime.spend(1)
    switch self {
    case .undefined(let undefined): if undefined.isNothing { return self } else { throw undefined.error() }
    case .list(let list): return .list(try settled(try list.elements(), scope, depth))
    case .tuple(let tuple): return .list(try settled(tuple.elements, scope, depth))
    case .dict(let dict):
      var members = DictObject.Members(minimumCapacity: dict.count)
      for (key, value) in try dict.members() {
        if case .omit = value { continue }
        members[key] = try value.settled(in: scope, depth: depth + 1)
      }
      return .dict(DictObject(members))
    default: return self
    }
  }

  private func settled(_ elements: [Object], _ scope: Scope, _ depth: Int) throws -> [Object] {
    var result: [Object] = []
    result.reserveCapacity(elements.count)
    for element in elements {
      if case .omit = element { continue }
      result.append(try element.settled(in: scope, depth: depth + 1))
    }
    return result
  }
}
