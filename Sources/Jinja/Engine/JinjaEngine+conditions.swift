import Values

extension JinjaEngine {
  /// Evaluates a condition by ansible-core 2.19's rules: a lone expression with a boolean result. A condition that is one
  /// template (`{{ name }}`) names a variable that holds the real one.
  ///
  /// - Parameter deprecate: called when the condition is a template around the expression itself, which ansible-core gives up.
  /// - Throws: for an empty condition and a result of another type, unless broken conditionals are allowed.
  package func condition(
    _ text: Text, in scope: Scope, deprecate: () -> Void = {}
  ) throws(Diagnostic) -> Bool {
    try entering(scope, origin: text.place) {
      let trimmed = Text(text.string.trimmedSpaces(), sharing: text.origin)
      if trimmed.string.isEmpty { return try emptyCondition(text) }
      do {
        try trusted(text)
        guard JinjaEngine.isAllTemplate(trimmed.string) else {
          return try truth(of: try expression(trimmed, .condition, in: scope), text, in: scope)
        }
        return try indirect(trimmed, in: scope, deprecate: deprecate)
      } catch var diagnostic as Diagnostic where diagnostic.kind == .undefined {
        diagnostic.message = "Error while evaluating conditional: \(diagnostic.message)"
        throw diagnostic
      }
    }
  }

  /// `{{ name }}`: renders to the expression that is meant, or straight to a boolean.
  private func indirect(_ text: Text, in scope: Scope, deprecate: () -> Void) throws -> Bool {
    let result = try scope.render(text, named: nil).exported(in: scope)
    guard case .string(let inner) = result else {
      deprecate()
      return try truth(of: Object(result, in: scope), text, in: scope)
    }
    let trimmed = Text(inner.string.trimmedSpaces(), sharing: inner.origin)
    if trimmed.string.isEmpty { return try emptyCondition(text) }
    try trusted(inner)
    return try truth(of: try expression(trimmed, .condition, in: scope), text, in: scope)
  }

  private func emptyCondition(_ text: Text) throws -> Bool {
    if features.allowsBrokenConditionals { return true }
    throw Diagnostic(.template, "Empty conditional expressions are not allowed.", at: text.place)
  }

  private func truth(of object: Object, _ text: Text, in scope: Scope) throws -> Bool {
    if case .bool(let bool) = object { return bool }
    let truth = try object.isTrue()
    if features.allowsBrokenConditionals { return truth }
    throw Diagnostic(
      .template,
      "Conditional result (\(truth ? "True" : "False")) was derived from value of type '\(object.typeName)'. Conditionals must have a boolean result.",
      at: text.place, help: "Write a comparison or a test, for instance 'x | length > 0' or 'x is truthy'.")
  }

  /// Whether a text starts and ends with template delimiters.
  static func isAllTemplate(_ text: String) -> Bool {
    ["{{", "{%", "{#"].contains { text.hasPrefix($0) } && ["}}", "%}", "#}"].contains { text.hasSuffix($0) }
  }
}

extension String {
  /// Without spaces and line breaks at both ends.
  func trimmedSpaces() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.isPythonSpace }),
      let last = scalars.lastIndex(where: { !$0.isPythonSpace })
    else { return "" }
    return String(scalars[first...last])
  }
}
