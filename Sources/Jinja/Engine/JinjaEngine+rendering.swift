import Values

extension JinjaEngine {
  /// Renders a text as ansible-core 2.19 does: a template that is one lone expression keeps its type, anything else is text.
  /// A text that is no template is given back as it is.
  ///
  /// - Throws: with the place in the template, and the chain of variables that led to it.
  package func evaluate(_ text: Text, in scope: Scope) throws(Diagnostic) -> Value {
    guard text.isTemplate else { return .string(text) }
    return try entering(scope, origin: text.place) { try scope.render(text, named: nil).exported(in: scope) }
  }

  /// Renders everything within a value: containers of templates become containers of results. A member or element that is
  /// `omit` is left out; a value that is `omit` itself stays so.
  package func resolve(_ value: Value, in scope: Scope) throws(Diagnostic) -> Value {
    if value.isSettled { return value }
    return try entering(scope, origin: nil) { try Object.read(value, in: scope).exported(in: scope) }
  }

  /// The value of a variable, rendered through and through; `nil` when it is not defined.
  package func variable(_ name: String, in scope: Scope) throws(Diagnostic) -> Value? {
    try entering(scope, origin: nil) { try scope.variable(name)?.defined().exported(in: scope) }
  }

  /// Evaluates a lone expression, without delimiters: `loop` conditions, `debug: var=`, `until`.
  package func evaluate(expression text: Text, in scope: Scope) throws(Diagnostic) -> Value {
    try entering(scope, origin: text.place) {
      try trusted(text)
      return try self.expression(text, .expression, in: scope).exported(in: scope)
    }
  }

  /// Renders a template file to text; `.secret` when a secret went into it.
  ///
  /// - Parameters:
  ///   - file: the template; a `#jinja2:` line at its start overrides `options`.
  ///   - options: how to read it.
  package func render(_ file: SourceFile, options: JinjaOptions = JinjaOptions(), in scope: Scope) throws(Diagnostic)
    -> Value
  {
    try entering(scope, origin: nil) {
      let result = try outcome(of: file, options, in: scope)
      switch result {
      case .none: return .string("")
      case .string, .secret: return try result.exported(in: scope)
      default:
        let text = try scope.runtime.tainting { .string(try result.settled(in: scope).text()) }
        return try text.exported(in: scope)
      }
    }
  }

  /// Renders a template file as the text of a variable is rendered: one that is a lone expression keeps its type.
  package func evaluate(_ file: SourceFile, options: JinjaOptions = JinjaOptions(), in scope: Scope) throws(Diagnostic)
    -> Value
  {
    try entering(scope, origin: nil) { try outcome(of: file, options, in: scope).exported(in: scope) }
  }

  private func outcome(of file: SourceFile, _ options: JinjaOptions, in scope: Scope) throws -> Object {
    let (template, origin) = try compiled(file, options: options)
    // Text without any tag is no template: even its line breaks stay.
    if options.newlineSequence == "\n", template.isPlain { return .string(template.source) }
    return try template.evaluate(in: scope, origin: origin, isOutermost: true)
  }

  /// Finds the errors of a text without rendering it: syntax, unknown filters and tests.
  package func check(_ text: Text) -> [Diagnostic] {
    guard text.isTemplate else { return [] }
    return check(text.string, kind: .text, origin: text.place)
  }

  /// Finds the errors of a lone expression.
  package func check(expression text: Text) -> [Diagnostic] { check(text.string, kind: .condition, origin: text.place) }

  /// Finds the errors of a condition: an expression, or one template.
  package func check(condition text: Text) -> [Diagnostic] {
    JinjaEngine.isAllTemplate(text.string.trimmedSpaces()) ? check(text) : check(expression: text)
  }

  /// Finds the errors of a template file.
  package func check(_ file: SourceFile, options: JinjaOptions = JinjaOptions()) -> [Diagnostic] {
    do {
      let (template, origin) = try compiled(file, options: options)
      return template.unknownFunctions(origin: origin)
    } catch {
      return [error as? Diagnostic ?? Diagnostic(.template, "\(error)")]
    }
  }

  private func check(_ source: String, kind: TemplateKind, origin: Place?) -> [Diagnostic] {
    do {
      return try compile(source, kind: kind, options: JinjaOptions(), path: nil).unknownFunctions(origin: origin)
    } catch {
      return [Diagnostic(syntaxError: error, source: source, kind: kind, origin: origin)]
    }
  }

  /// - Throws: for text that nobody of the project wrote: it is never compiled.
  func trusted(_ text: Text) throws {
    if text.place == nil {
      throw Diagnostic(
        .template, "Encountered untrusted template or expression.",
        help:
          "The expression is not from the project's own files, so it is not evaluated. Text from hosts, facts, lookups and templates' results is data."
      )
    }
  }

  func expression(_ text: Text, _ kind: TemplateKind, in scope: Scope) throws -> Object {
    try compiled(text.string, kind: kind, origin: text.place).evaluate(in: scope, origin: text.place)
  }

  /// Runs one call from outside: budgets, places and leftovers are seen to.
  func entering<Result>(_ scope: Scope, origin: Place?, _ body: () throws -> Result) throws(Diagnostic) -> Result {
    do {
      let result = try scope.runtime.session(body)
      if scope.runtime.isOutermost { scope.forgetMutations() }
      return result
    } catch {
      if scope.runtime.isOutermost { scope.forgetMutations() }
      var diagnostic = error as? Diagnostic ?? Diagnostic(.template, "\(error)")
      if diagnostic.place == nil { diagnostic.place = origin }
      throw diagnostic
    }
  }
}

extension Template {
  fileprivate func unknownFunctions(origin: Place?) -> [Diagnostic] {
    unknown.map { diagnostic, offset in
      var diagnostic = diagnostic
      diagnostic.place = place(of: offset, origin: origin)
      return diagnostic
    }
  }
}
