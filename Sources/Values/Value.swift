/// The dynamic value of YAML, JSON, variables, module arguments and module results.
package enum Value: Sendable {
  case null
  case bool(Bool)
  /// 64 bits; readers and arithmetic report overflow as an error.
  case int(Int)
  case double(Double)
  case string(Text)
  case list([Value])
  case map(Map)
  /// Boxed, so that a value is three words with one reference to count, not the twenty of a secret's fields.
  indirect case secret(Secret)
  indirect case dateTime(DateTime)
  /// Ansible's `omit`: the argument that holds it is left out.
  case omit
}

extension Value {
  /// A string that is data, never a template.
  package static func string(_ string: String) -> Value { .string(Text(string)) }

  /// The characters of a string (clear, not of a secret), else `nil`.
  package var string: String? {
    if case .string(let text) = self { text.string } else { nil }
  }

  package var text: Text? {
    if case .string(let text) = self { text } else { nil }
  }

  package var bool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  package var int: Int? {
    if case .int(let int) = self { int } else { nil }
  }

  package var list: [Value]? {
    if case .list(let list) = self { list } else { nil }
  }

  package var map: Map? {
    if case .map(let map) = self { map } else { nil }
  }

  package var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The member of a map under a string key; `nil` for anything else.
  package subscript(key: String) -> Value? { map?[key] }

  /// The name of the type as people who write playbooks know it (Python's names).
  package var typeName: String {
    switch self {
    case .null: "NoneType"
    case .bool: "bool"
    case .int: "int"
    case .double: "float"
    case .string, .secret: "str"
    case .list: "list"
    case .map: "dict"
    case .dateTime(let time): time.typeName
    case .omit: "omit"
    }
  }
}

extension Value: Hashable {
  /// Python's equality: numbers compare across int, float and bool; maps without regard to order; a secret equals its text.
  package static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null), (.omit, .omit): true
    case (.string(let a), .string(let b)): a == b
    case (.secret(let a), .secret(let b)): a == b
    case (.secret(let a), .string(let b)), (.string(let b), .secret(let a)): a.reveal() == b.string
    case (.list(let a), .list(let b)): a == b
    case (.map(let a), .map(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.dateTime(let a), .dateTime(let b)): a == b
    default:
      if let a = left.number, let b = right.number { a == b } else { false }
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .omit: hasher.combine(1)
    case .string(let text): hasher.combine(text.string)
    case .secret(let secret): hasher.combine(secret.reveal())
    case .list(let list): hasher.combine(list)
    case .map(let map): hasher.combine(map.count)
    case .dateTime(let time): hasher.combine(time)
    case .bool, .int, .double: hasher.combine(number)
    }
  }

  private var number: Double? {
    switch self {
    case .bool(let bool): bool ? 1 : 0
    case .int(let int): Double(int)
    case .double(let double): double
    default: nil
    }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(Text(value)) }
  package init(integerLiteral value: Int) { self = .int(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(floatLiteral value: Double) { self = .double(value) }
  package init(arrayLiteral elements: Value...) { self = .list(elements) }
  package init(dictionaryLiteral elements: (String, Value)...) {
    var map = Map()
    for (key, value) in elements { map[key] = value }
    self = .map(map)
  }
  package init(nilLiteral: ()) { self = .null }
}
