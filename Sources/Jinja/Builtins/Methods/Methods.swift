import Values

/// Python's methods of the built-in types.
package enum Methods {
  typealias Body = @Sendable (Object, Arguments) throws -> Object

  /// Whether `object.name` is a method.
  static func exists(_ name: String, of object: Object) -> Bool { body(name, of: object) != nil }

  /// Calls a method by name.
  package static func call(_ name: String, of object: Object, _ arguments: Arguments) throws -> Object {
    guard let body = body(name, of: object) else {
      throw Diagnostic(.undefined, "object of type '\(object.typeName)' has no attribute '\(name)'")
    }
    return try body(object, arguments)
  }

  private static func body(_ name: String, of object: Object) -> Body? {
    switch object {
    case .string(let text) where text.isMarkup:
      Markup.methods[name] ?? StringMethods.table[name].map { Markup.adapted(name, $0) }
    case .string, .secret: StringMethods.table[name]
    case .list: ListMethods.table[name]
    case .tuple: TupleMethods.table[name]
    case .dict: DictMethods.table[name]
    case .set: SetMethods.table[name]
    case .int, .bool: NumberMethods.integers[name]
    case .double: NumberMethods.floats[name]
    case .native(is BytesObject): BytesMethods.table[name]
    case .native(is RangeObject): TupleMethods.table[name]
    case .native(let native) where native.isMapping: MappingMethods.table[name]
    default: nil
    }
  }
}

/// A method taken without calling it: `{% set add = list.append %}`.
final class BoundMethod: NativeObject {
  private let object: Object
  private let name: String

  init(_ object: Object, _ name: String) {
    self.object = object
    self.name = name
  }

  var typeName: String { "method" }
  var isCallable: Bool { true }
  func call(_ arguments: Arguments) throws -> Object { try Methods.call(name, of: object, arguments) }
  func repr(depth: Int) throws -> String { "<built-in method \(name) of \(object.typeName) object>" }
}

/// A row of a table of methods: the signature binds the arguments.
func method(_ name: String, _ signature: String, _ body: @escaping @Sendable (Object, MethodCall) throws -> Object)
  -> (String, Methods.Body)
{
  let signature = Signature(signature)
  return (
    name,
    { object, arguments in
      let scope = arguments.scope
      let bound = try signature.bind(arguments, of: name)
      return try body(object, MethodCall(name: name, bound: bound, scope: scope))
    }
  )
}

/// The bound arguments of a method.
struct MethodCall {
  let name: String
  let bound: Signature.Bound
  let scope: Scope

  subscript(index: Int) -> Object { bound.values[index] }

  func string(_ index: Int) throws -> String {
    guard let string = self[index].string else {
      throw failure("\(name)() argument \(index + 1) must be str, not \(self[index].typeName)")
    }
    return string
  }

  func int(_ index: Int) throws -> Int {
    guard let int = self[index].int else {
      throw failure("'\(self[index].typeName)' object cannot be interpreted as an integer")
    }
    return int
  }

  func optionalInt(_ index: Int) throws -> Int? { self[index].isNone ? nil : try int(index) }

  func elements(_ index: Int) throws -> [Object] { try self[index].elements(in: scope) }

  func failure(_ message: String) -> Diagnostic { Diagnostic(.template, message) }
}
