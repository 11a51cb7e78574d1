import Values

/// One call of a filter, test or function, its arguments bound to the parameters of the signature.
package struct Call {
  package let function: TemplateFunction
  /// One for each parameter, in the signature's order, defaults filled in. A filter's input is `arguments[0]`.
  package let arguments: [Object]
  /// What `*args` took.
  package let extra: [Object]
  /// What `**kwargs` took.
  package let keywords: [(name: String, value: Object)]
  /// The variables and the engine, for functions that look up names or call other filters.
  package let scope: Scope

  package var input: Object { self[0] }
  package var engine: JinjaEngine { scope.engine }

  /// The argument of a parameter.
  package subscript(index: Int) -> Object { index < arguments.count ? arguments[index] : .none }

  /// The argument as text; other types fail as a Python function that wants text would.
  package func string(_ index: Int) throws -> String {
    guard let string = self[index].string else { throw wrongType(index, "a string") }
    return string
  }

  /// The argument as text, or `nil` for `None`.
  package func optionalString(_ index: Int) throws -> String? { self[index].isNone ? nil : try string(index) }

  package func int(_ index: Int) throws -> Int {
    guard let int = self[index].int else { throw wrongType(index, "an integer") }
    return int
  }

  package func optionalInt(_ index: Int) throws -> Int? { self[index].isNone ? nil : try int(index) }

  /// The argument's truth.
  package func bool(_ index: Int) throws -> Bool { try self[index].isTrue() }

  /// The elements of an argument: of a list or other sequence, the keys of a mapping, the characters of a text.
  package func elements(_ index: Int) throws -> [Object] { try self[index].elements(in: scope) }

  /// Calls another filter by name.
  package func filter(_ name: String, _ input: Object, _ arguments: [Object] = []) throws -> Object {
    try engine.filter(named: name)(Arguments(positional: [input] + arguments, scope: scope))
  }

  /// Calls a test by name.
  package func test(_ name: String, _ input: Object, _ arguments: [Object] = []) throws -> Bool {
    try engine.test(named: name)(Arguments(positional: [input] + arguments, scope: scope)).isTrue()
  }

  /// An error of this call; its place is that of the call.
  package func failure(_ message: String, help: String? = nil) -> Diagnostic {
    Diagnostic(.template, message, help: help)
  }

  private func wrongType(_ index: Int, _ wanted: String) -> Diagnostic {
    let name = index < function.signature.parameters.count ? function.signature.parameters[index].name : "\(index)"
    return failure(
      "\(function.name)() argument '\(name)' must be \(wanted), not '\(self[index].typeName)'",
      help: "It takes \(function.signatureText).")
  }
}
