import Values

/// Jinja2 with a set of functions: compiles templates once and renders them in any `Scope`.
///
/// One engine serves all threads.
package final class JinjaEngine: Sendable {
  package let filters: [String: TemplateFunction]
  package let tests: [String: TemplateFunction]
  package let globals: [String: TemplateFunction]
  package let limits: JinjaLimits
  package let features: JinjaFeatures
  let loader: (any TemplateLoader)?
  private let cache = TemplateCache()

  /// - Parameters:
  ///   - filters: added to Jinja2's own, or replacing those of the same name; so are `tests` and `globals`.
  ///   - loader: finds included templates; without one there are none.
  ///   - limits: what a render may use.
  ///   - features: what the language allows beyond its core.
  package init(
    filters: [TemplateFunction] = [], tests: [TemplateFunction] = [], globals: [TemplateFunction] = [],
    loader: (any TemplateLoader)? = nil, limits: JinjaLimits = JinjaLimits(), features: JinjaFeatures = JinjaFeatures()
  ) {
    self.filters = JinjaEngine.table(Builtins.filters + filters)
    self.tests = JinjaEngine.table(Builtins.tests + tests)
    self.globals = JinjaEngine.table(Builtins.globals + globals)
    self.loader = loader
    self.limits = limits
    self.features = features
  }

  private static func table(_ functions: [TemplateFunction]) -> [String: TemplateFunction] {
    var table: [String: TemplateFunction] = [:]
    for function in functions {
      table[function.name] = function
      for alias in function.aliases { table[alias] = function }
    }
    return table
  }

  /// The filter of a name.
  ///
  /// - Throws: when there is none, with the nearest name as help.
  package func filter(named name: String) throws -> TemplateFunction {
    guard let filter = filters[name] else { throw JinjaEngine.unknown("filter", name, among: filters) }
    return filter
  }

  /// The test of a name.
  package func test(named name: String) throws -> TemplateFunction {
    guard let test = tests[name] else { throw JinjaEngine.unknown("test", name, among: tests) }
    return test
  }

  static func unknown(_ kind: String, _ name: String, among table: [String: TemplateFunction]) -> Diagnostic {
    return Diagnostic(
      .template, "No \(kind) named '\(name)'.", help: Suggestion.help(for: name, in: table.keys.sorted()))
  }

  // MARK: Compiling

  /// The compiled form of a text.
  func compiled(_ source: String, kind: TemplateKind, origin: Place?) throws -> Template {
    let key = TemplateCache.Key(source: source, kind: kind, options: nil, path: nil)
    if let known = cache[key] { return known }
    let template: Template
    do {
      if kind == .text, source.hasPrefix(JinjaOptions.headerMark) {
        let file = SourceFile(path: origin?.file.path ?? "<template>", text: source)
        let (options, body, _) = try JinjaOptions().reading(header: file)
        template = try compile(body, kind: kind, options: options, path: nil)
      } else {
        template = try compile(source, kind: kind, options: JinjaOptions(), path: nil)
      }
    } catch let error as SyntaxError {
      throw Diagnostic(syntaxError: error, source: source, kind: kind, origin: origin)
    }
    cache.insert(template, for: key)
    return template
  }

  /// The compiled form of a template file, with the options that its `#jinja2:` line asks for.
  func compiled(_ file: SourceFile, options: JinjaOptions = JinjaOptions()) throws -> (
    template: Template, origin: Place
  ) {
    let (options, body, line) = try options.reading(header: file)
    let origin = Place(file, line: line, column: 1)
    let key = TemplateCache.Key(source: body, kind: .file, options: options, path: file.path)
    if let known = cache[key] { return (known, origin) }
    do {
      let template = try compile(body, kind: .file, options: options, path: file.path)
      cache.insert(template, for: key)
      return (template, origin)
    } catch {
      throw Diagnostic(syntaxError: error, source: body, kind: .file, origin: origin)
    }
  }

  func compile(_ source: String, kind: TemplateKind, options: JinjaOptions, path: String?) throws(SyntaxError)
    -> Template
  {
    let stack = StackGuard(bytes: limits.stackBytes)
    let isLone = kind == .condition || kind == .expression
    let tokens =
      isLone
      ? try Lexer.expression(source) : try Lexer.template(source, options: options, keepsBackslashes: kind == .text)
    var compiler = Compiler(
      self, stack, tokens, rendersConstants: kind == .condition && features.allowsEmbeddedTemplates)
    let unit =
      isLone
      ? try compiler.lone(try Parser.expression(tokens, stack))
      : try compiler.template(try Parser.template(tokens, stack))
    return Template(
      source: source, path: path, unit: unit, compiler: compiler, restoresNewlines: kind == .text,
      newline: options.newlineSequence, isPlain: kind == .file && !tokens.hasTags)
  }
}

extension Diagnostic {
  init(syntaxError error: SyntaxError, source: String, kind: TemplateKind, origin: Place?) {
    let point = Template.place(of: error.offset, in: source, origin: origin)
    var help = error.help
    var message = "Syntax error in template: \(error.message)"
    if kind == .condition || kind == .expression {
      message = "Syntax error in expression: \(error.message)"
      if Text.hasTemplateDelimiter(source) { help = "Template delimiters are not supported in expressions." }
    }
    self.init(.template, message, at: point, help: help)
  }
}
