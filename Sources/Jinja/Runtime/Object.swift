import Values

/// A value inside a render, with Python's reference semantics: lists, dicts and sets are shared and change in place.
///
/// It never leaves the thread that renders. `Object(_:in:)` takes a `Value` in, converting containers only as they are
/// read; `exported()` gives one back.
package enum Object {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  /// A text from the project keeps its origin while it passes through unchanged; every computed text has none.
  case string(Text)
  case list(ListObject)
  case tuple(TupleObject)
  case dict(DictObject)
  case set(SetObject)
  /// A name or member without a value. Using it in any way but a few (`default`, `is defined`) is an error.
  case undefined(Undefined)
  /// A text that must not be shown. Revealing it marks what is computed from it as secret too.
  case secret(SecretObject)
  /// Everything with behaviour of its own: functions, macros, namespaces, ranges, dynamic mappings.
  case native(any NativeObject)
  /// Ansible's `omit`.
  case omit
}

extension Object {
  /// A computed text: data, never a template.
  @inline(__always)
  package static func string(_ string: String) -> Object { .string(Text(string)) }

  /// HTML that is not to be escaped again.
  static func markup(_ string: String) -> Object { .string(Text(markup: string)) }

  var isMarkup: Bool {
    if case .string(let text) = self { text.isMarkup } else { false }
  }

  package static func list(_ elements: [Object]) -> Object { .list(ListObject(elements)) }

  package static func tuple(_ elements: [Object]) -> Object { .tuple(TupleObject(elements)) }

  package var isNone: Bool {
    if case .none = self { true } else { false }
  }

  package var isUndefined: Bool {
    if case .undefined = self { true } else { false }
  }

  /// Whether it stands for an error, which its use raises.
  var isFailure: Bool {
    if case .undefined(let undefined) = self { undefined.isFailure } else { false }
  }

  /// The characters of a text. A secret is revealed by it, which marks the result of the running filter as secret.
  package var string: String? {
    switch self {
    case .string(let text): text.string
    case .secret(let secret): secret.reveal()
    default: nil
    }
  }

  /// A number as an integer: `int` and `bool`, as in Python.
  package var int: Int? {
    switch self {
    case .int(let int): int
    case .bool(let bool): bool ? 1 : 0
    default: nil
    }
  }

  /// A number as a float: `float`, `int` and `bool`.
  package var double: Double? {
    switch self {
    case .double(let double): double
    case .int(let int): Double(int)
    case .bool(let bool): bool ? 1 : 0
    default: nil
    }
  }

  /// Python's name of the type.
  package var typeName: String {
    switch self {
    case .none: "NoneType"
    case .bool: "bool"
    case .int: "int"
    case .double: "float"
    case .string(let text): text.isMarkup ? "Markup" : "str"
    case .secret: "str"
    case .list: "list"
    case .tuple: "tuple"
    case .dict: "dict"
    case .set: "set"
    case .undefined: "Undefined"
    case .native(let native): native.typeName
    case .omit: "Omit"
    }
  }

  /// Whether it is one of the types that can be walked without being text: list, tuple, set or a native sequence.
  package var isSequence: Bool {
    switch self {
    case .list, .tuple, .set: true
    case .native(let native): native.isSequence
    default: false
    }
  }

  package var isMapping: Bool {
    switch self {
    case .dict: true
    case .native(let native): native.isMapping
    default: false
    }
  }

  /// Python's truth. An undefined value has none.
  package func isTrue() throws -> Bool {
    switch self {
    case .bool(let bool): bool
    case .none: false
    case .int(let int): int != 0
    case .double(let double): double != 0
    case .string(let text): !text.string.isEmpty
    case .list(let list): list.count > 0
    case .tuple(let tuple): !tuple.elements.isEmpty
    case .dict(let dict): dict.count > 0
    case .set(let set): set.count > 0
    case .secret(let secret): !secret.isEmpty
    case .native(let native): native.isTrue
    case .omit: true
    case .undefined(let undefined): if undefined.isNothing { false } else { throw undefined.error() }
    }
  }

  /// Throws when the value is undefined, naming the variable; gives it back otherwise.
  @inline(__always)
  package func defined() throws -> Object {
    if case .undefined(let undefined) = self, !undefined.isNothing { throw undefined.error() }
    return self
  }
}

/// Python's tuple: fixed, but its elements may change.
package final class TupleObject: Container {
  package private(set) var elements: [Object]
  package init(_ elements: [Object]) { self.elements = elements }
  deinit {
    var elements = dismantle()
    Dismantling.release(&elements)
  }

  override func dismantle() -> [Object] {
    defer { elements = [] }
    return elements
  }
}

/// A text that must not be shown, and whose reading is noticed.
package final class SecretObject {
  private let secret: Secret
  private let taint: Taint?

  package init(_ secret: Secret, taint: Taint?) {
    self.secret = secret
    self.taint = taint
  }

  package var isEmpty: Bool { secret.reveal().isEmpty }

  /// For leaving the render as a secret.
  package var value: Secret { secret }

  /// The clear text, for computing with. Whatever text the running filter, method or operator returns becomes secret.
  package func reveal() -> String {
    taint?.reveals &+= 1
    return secret.reveal()
  }
}

/// Counts how often a secret was revealed during a render, so that what was computed meanwhile can be marked.
package final class Taint {
  @exclusivity(unchecked) package fileprivate(set) var reveals = 0
  package init() {}

  func noteReveal() { reveals &+= 1 }
}
