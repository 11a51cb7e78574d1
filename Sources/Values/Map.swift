import OrderedCollections

/// A map that keeps the order in which keys were first written, as Python's dict does.
package struct Map: Sendable {
  private var storage: OrderedDictionary<Key, Value>

  package init() { storage = [:] }

  package init(minimumCapacity: Int) { storage = OrderedDictionary(minimumCapacity: minimumCapacity) }

  package var count: Int { storage.count }
  package var isEmpty: Bool { storage.isEmpty }
  package var keys: some RandomAccessCollection<Key> { storage.keys }
  package var values: some RandomAccessCollection<Value> { storage.values }

  package subscript(key: Key) -> Value? {
    get { storage[key] }
    set { storage[key] = newValue }
  }

  package subscript(key: String) -> Value? {
    get { storage[.string(key)] }
    set { storage[.string(key)] = newValue }
  }

  /// The position of a string key among the members.
  ///
  /// - Parameter hint: where it probably stands: maps that are read in one place tend to be made alike.
  package func position(of key: String, near hint: Int) -> Int? {
    if hint >= 0, hint < storage.count, case .string(let candidate) = storage.keys[hint], candidate.sameScalars(as: key)
    {
      return hint
    }
    return position(of: .string(key))
  }

  /// The position of a key among the members.
  package func position(of key: Key) -> Int? { storage.index(forKey: key) }

  /// Removes a key, keeping the order of the others.
  @discardableResult
  package mutating func removeValue(forKey key: String) -> Value? { storage.removeValue(forKey: .string(key)) }

  /// Lays `other` over this map: its values win, new keys come last.
  package mutating func merge(_ other: Map) {
    for (key, value) in other.storage { storage[key] = value }
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
  package var startIndex: Int { storage.elements.startIndex }
  package var endIndex: Int { storage.elements.endIndex }
  package subscript(position: Int) -> Element { storage.elements[position] }
}

extension Map: Hashable, ExpressibleByDictionaryLiteral {
  /// Python's equality of dicts: the same keys with equal values, in any order.
  package static func == (left: Map, right: Map) -> Bool {
    left.count == right.count && left.storage.allSatisfy { right.storage[$0.key] == $0.value }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(count) }

  package init(dictionaryLiteral elements: (Key, Value)...) {
    storage = OrderedDictionary(elements.map { ($0.0, $0.1) }, uniquingKeysWith: { $1 })
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
