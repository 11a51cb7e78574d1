/// A map that keeps the order in which keys were first written, as Python's dict does.
///
/// A small one is one reference, so that copying a `Value` counts one: values are copied all the time.
package struct Map: Sendable {
  private var members: ContiguousArray<Element> = []
  /// Where the keys stand, once there are so many that walking them would take longer than hashing.
  private var positions: [Key: Int]?

  private static let mostWalked = 12

  package init() {}

  package init(minimumCapacity: Int) {
    members.reserveCapacity(minimumCapacity)
    if minimumCapacity > Map.mostWalked { positions = Dictionary(minimumCapacity: minimumCapacity) }
  }

  package var keys: some RandomAccessCollection<Key> { lazy.map(\.key) }
  package var values: some RandomAccessCollection<Value> { lazy.map(\.value) }

  package subscript(key: Key) -> Value? {
    get { position(of: key).map { members[$0].value } }
    set {
      if let newValue { set(key, to: newValue) } else { removeValue(forKey: key) }
    }
  }

  package subscript(key: String) -> Value? {
    get { position(of: key, near: 0).map { members[$0].value } }
    set { self[.string(key)] = newValue }
  }

  /// The value under a string key.
  ///
  /// - Parameter hint: the position at which it probably stands, for maps that are read in one place tend to be made alike;
  ///   then the one at which it stood.
  package func value(of key: String, near hint: inout Int) -> Value? {
    guard let position = position(of: key, near: hint) else { return nil }
    hint = position
    return members[position].value
  }

  /// The position of a key among the members.
  package func position(of key: Key) -> Int? {
    if case .string(let string) = key { return position(of: string, near: 0) }
    if let positions { return positions[key] }
    return members.firstIndex { $0.key == key }
  }

  private func position(of key: String, near hint: Int) -> Int? {
    if hint >= 0, hint < members.count, members[hint].key.isString(key) { return hint }
    if let positions { return positions[.string(key)] }
    return members.firstIndex { $0.key.isString(key) }
  }

  private mutating func set(_ key: Key, to value: Value) {
    if let position = position(of: key) {
      members[position].value = value
      return
    }
    if positions == nil, members.count == Map.mostWalked { indexMembers() }
    positions?[key] = members.count
    members.append((key, value))
  }

  private mutating func indexMembers() {
    var positions: [Key: Int] = Dictionary(minimumCapacity: 2 * members.count)
    for position in members.indices { positions[members[position].key] = position }
    self.positions = positions
  }

  /// Removes a key, keeping the order of the others.
  @discardableResult
  package mutating func removeValue(forKey key: String) -> Value? { removeValue(forKey: .string(key)) }

  @discardableResult
  private mutating func removeValue(forKey key: Key) -> Value? {
    guard let position = position(of: key) else { return nil }
    let removed = members.remove(at: position).value
    positions?[key] = nil
    // The later ones move up; no key is hashed again.
    if position < members.count { positions = positions?.mapValues { $0 > position ? $0 - 1 : $0 } }
    return removed
  }

  /// Lays `other` over this map: its values win, new keys come last.
  package mutating func merge(_ other: Map) {
    for (key, value) in other.members { set(key, to: value) }
  }

  /// A copy with `other` laid over it.
  package func merging(_ other: Map) -> Map {
    var copy = self
    copy.merge(other)
    return copy
  }
}

extension Map: RandomAccessCollection {
  package typealias Element = (key: Key, value: Value)
  package var startIndex: Int { 0 }
  package var endIndex: Int { members.count }
  package subscript(position: Int) -> Element { members[position] }
}

extension Map: Hashable, ExpressibleByDictionaryLiteral {
  /// Python's equality of dicts: the same keys with equal values, in any order.
  package static func == (left: Map, right: Map) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(count) }

  package init(dictionaryLiteral elements: (Key, Value)...) {
    self.init(minimumCapacity: elements.count)
    for (key, value) in elements { set(key, to: value) }
  }
}

/// A key of a `Map`. YAML and Jinja know keys other than strings (`{80: http}`).
package enum Key: Sendable {
  case string(String)
  case int(Int)
  case double(Double)
  case bool(Bool)
  case null

  /// The string of a string key, else `nil`.
  package var string: String? {
    if case .string(let string) = self { string } else { nil }
  }

  /// Whether it is this string.
  @inline(__always)
  func isString(_ other: String) -> Bool {
    if case .string(let string) = self { string.sameScalars(as: other) } else { false }
  }

  /// The key as a value of its own.
  package var value: Value {
    switch self {
    case .string(let string): .string(Text(string))
    case .int(let int): .int(int)
    case .double(let double): .double(double)
    case .bool(let bool): .bool(bool)
    case .null: .null
    }
  }

  /// The key that a value makes, or `nil` for one that can't be a key (a list, a map).
  package init?(_ value: Value) {
    switch value {
    case .string(let text): self = .string(text.string)
    case .secret(let secret): self = .string(secret.reveal())
    case .int(let int): self = .int(int)
    case .double(let double): self = .double(double)
    case .bool(let bool): self = .bool(bool)
    case .null: self = .null
    case .dateTime(let time): self = .string(time.isoText)
    case .list, .map, .omit: return nil
    }
  }
}

extension Key: Hashable, ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self = .string(value) }

  /// Python's equality of keys: `1`, `1.0` and `True` are one key.
  package static func == (left: Key, right: Key) -> Bool {
    switch (left, right) {
    case (.string(let a), .string(let b)): a.sameScalars(as: b)
    case (.null, .null): true
    case (.int(let a), .int(let b)): a == b
    default:
      if let a = left.number, let b = right.number { a == b } else { false }
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .string(let string): hasher.combine(string)
    case .null: hasher.combine(0)
    case .int, .double, .bool: hasher.combine(number)
    }
  }

  private var number: Double? {
    switch self {
    case .int(let int): Double(int)
    case .double(let double): double
    case .bool(let bool): bool ? 1 : 0
    case .string, .null: nil
    }
  }
}
