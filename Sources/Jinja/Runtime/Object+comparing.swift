import Values

extension Object {
  /// Python's `==`. Comparing an undefined value is an error that names it.
  package func isEqual(to other: Object) throws -> Bool {
    var steps = Object.maximumSteps
    return try isEqual(to: other, depth: 0, &steps)
  }

  /// How many pairs one comparison may look at: lists that hold each other twice could take forever.
  private static let maximumSteps = 10_000_000

  private func isEqual(to other: Object, depth: Int, _ steps: inout Int) throws -> Bool {
    switch (self, other) {
    case (.int(let a), .int(let b)): return a == b
    case (.string(let a), .string(let b)): return a == b
    case (.undefined(let undefined), _), (_, .undefined(let undefined)): throw undefined.error()
    case (.none, .none), (.omit, .omit): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.secret, .string), (.string, .secret), (.secret, .secret):
      guard let a = string, let b = other.string else { return false }
      return a.sameScalars(as: b)
    case (.native(let native), _): return native.isEqual(to: other)
    case (_, .native(let native)): return native.isEqual(to: self)
    default: break
    }
    guard depth < Object.maximumDepth, steps > 0 else { throw Object.tooDeep }
    steps -= 1
    switch (self, other) {
    case (.list(let a), .list(let b)):
      if a === b { return true }
      guard a.count == b.count else { return false }
      for index in 0..<a.count {
        guard try a.element(index).isEqual(to: try b.element(index), depth: depth + 1, &steps) else { return false }
      }
      return true
    case (.tuple(let a), .tuple(let b)):
      guard a.elements.count == b.elements.count else { return false }
      for (left, right) in zip(a.elements, b.elements) {
        guard try left.isEqual(to: right, depth: depth + 1, &steps) else { return false }
      }
      return true
    case (.dict(let a), .dict(let b)):
      if a === b { return true }
      guard a.count == b.count else { return false }
      for key in a.keys {
        guard let left = try a.member(key), let right = try b.member(key),
          try left.isEqual(to: right, depth: depth + 1, &steps)
        else { return false }
      }
      return true
    case (.set(let a), .set(let b)):
      return a.count == b.count && a.members.allSatisfy { b.members.contains($0) }
    default:
      if case .int(let a) = self, case .double(let b) = other { return Double(a) == b }
      if let a = double, let b = other.double { return a == b }
      return false
    }
  }

  /// Python's order of two values: below zero, zero or above; floats that are not numbers compare as unordered.
  ///
  /// - Parameter operator: for the message, the operator that asks.
  package func compare(to other: Object, operator: String = "<", depth: Int = 0) throws -> Int? {
    switch (self, other) {
    case (.int(let a), .int(let b)): return a < b ? -1 : a == b ? 0 : 1
    case (.string(let a), .string(let b)): return Object.order(a.string, b.string)
    case (.undefined(let undefined), _), (_, .undefined(let undefined)): throw undefined.error()
    case (.secret, .string), (.string, .secret), (.secret, .secret):
      return Object.order(string ?? "", other.string ?? "")
    case (.list(let a), .list(let b)):
      return try Object.compare(try a.elements(), try b.elements(), `operator`, depth)
    case (.tuple(let a), .tuple(let b)): return try Object.compare(a.elements, b.elements, `operator`, depth)
    case (.set(let a), .set(let b)):
      let (isSubset, isSuperset) = (a.members.isSubset(of: b.members), b.members.isSubset(of: a.members))
      return isSubset && isSuperset ? 0 : isSubset ? -1 : isSuperset ? 1 : nil
    case (.native(let native), _):
      if let order = native.compare(to: other) { return order }
    case (_, .native(let native)):
      if let order = native.compare(to: self) { return -order }
    default:
      if let a = double, let b = other.double { return a < b ? -1 : a == b ? 0 : a > b ? 1 : nil }
    }
    throw Diagnostic(
      .template,
      "'\(`operator`)' not supported between instances of '\(typeName)' and '\(other.typeName)'")
  }

  private static func compare(_ left: [Object], _ right: [Object], _ operator: String, _ depth: Int) throws -> Int? {
    guard depth < Object.maximumDepth else { throw Object.tooDeep }
    for (a, b) in zip(left, right) {
      if try a.isEqual(to: b) { continue }
      return try a.compare(to: b, operator: `operator`, depth: depth + 1)
    }
    return left.count < right.count ? -1 : left.count == right.count ? 0 : 1
  }

  /// The order of two texts by code point.
  package static func order(_ left: String, _ right: String) -> Int {
    var a = left.utf8.makeIterator()
    var b = right.utf8.makeIterator()
    // UTF-8 sorts by code point.
    while true {
      switch (a.next(), b.next()) {
      case (nil, nil): return 0
      case (nil, _): return -1
      case (_, nil): return 1
      case (let x?, let y?): if x != y { return x < y ? -1 : 1 }
      }
    }
  }

  /// Python's `in`: whether `element` is within this list, mapping, set or text. An undefined one is an error as soon as it is
  /// compared, so it is not in an empty list.
  package func contains(_ element: Object, in scope: Scope) throws -> Bool {
    switch self {
    case .list(let list):
      for index in 0..<list.count where try list.element(index).isEqual(to: element) { return true }
      return false
    case .tuple(let tuple): return try tuple.elements.contains { try $0.isEqual(to: element) }
    case .dict(let dict): return dict.contains(try ObjectKey(element))
    case .set(let set): return set.members.contains(try ObjectKey(element))
    case .string, .secret:
      guard let needle = try element.defined().string else {
        throw Diagnostic(.template, "'in <string>' requires string as left operand, not \(element.typeName)")
      }
      return (string ?? "").containsText(needle)
    case .undefined(let undefined): throw undefined.error()
    case .native(let native):
      if let answer = try native.contains(try element.defined()) { return answer }
      guard native.isSequence || native.isMapping else { break }
      return try native.elements(in: scope).contains { try $0.isEqual(to: element) }
    case .none, .bool, .int, .double, .omit: break
    }
    throw Diagnostic(.template, "argument of type '\(typeName)' is not iterable")
  }
}
