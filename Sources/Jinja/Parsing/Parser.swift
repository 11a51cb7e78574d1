/// Turns tokens into nodes, by Jinja2 3.1's grammar and with its messages.
struct Parser {
  private let tokens: [Token]
  private var index = 0
  private let stack: StackGuard
  var blockNames: Set<String> = []
  /// The tags that are open, for messages about unknown ones.
  var openTags: [String] = []

  /// Python's compiler gives up at this depth of tags too.
  static let maximumTagDepth = 100

  /// - Parameter stack: nesting deeper than it allows is an error, never a crash.
  init(_ tokens: [Token], _ stack: StackGuard) {
    self.tokens = tokens
    self.stack = stack
  }

  /// The statements of a whole template.
  static func template(_ tokens: [Token], _ stack: StackGuard) throws(SyntaxError) -> [Statement] {
    var parser = Parser(tokens, stack)
    return try parser.statements(until: [])
  }

  /// A lone expression.
  static func expression(_ tokens: [Token], _ stack: StackGuard) throws(SyntaxError) -> Expression {
    var parser = Parser(tokens, stack)
    let expression = try parser.expression()
    guard parser.current.kind == .end else {
      throw parser.failure("chunk after expression")
    }
    return expression
  }

  // MARK: The stream

  var current: Token { tokens[min(index, tokens.count - 1)] }

  func peek(_ distance: Int = 1) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  @discardableResult
  mutating func advance() -> Token {
    let token = current
    index += 1
    return token
  }

  func isName(_ name: String) -> Bool { current.kind == .name(name) }

  func isSymbol(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }

  mutating func skip(_ symbol: Symbol) -> Bool {
    guard isSymbol(symbol) else { return false }
    index += 1
    return true
  }

  mutating func skip(name: String) -> Bool {
    guard isName(name) else { return false }
    index += 1
    return true
  }

  @discardableResult
  mutating func expect(_ symbol: Symbol) throws(SyntaxError) -> Token {
    guard isSymbol(symbol) else { throw expected(symbol.rawValue) }
    return advance()
  }

  mutating func expect(name: String) throws(SyntaxError) {
    guard skip(name: name) else { throw expected(name) }
  }

  mutating func expectBlockEnd() throws(SyntaxError) {
    guard current.kind == .blockEnd else { throw expected("end of statement block") }
    advance()
  }

  mutating func expectName() throws(SyntaxError) -> String {
    guard case .name(let name) = current.kind else { throw expected("name") }
    advance()
    return name
  }

  func expected(_ what: String) -> SyntaxError {
    if current.kind == .end { return failure("unexpected end of template, expected '\(what)'.") }
    return failure("expected token '\(what)', got '\(current.kind.title)'")
  }

  func failure(_ message: String, at offset: Int? = nil, help: String? = nil) -> SyntaxError {
    SyntaxError(message: message, offset: offset ?? current.offset, help: help)
  }

  /// Guards one level of nesting.
  func enter() throws(SyntaxError) {
    guard stack.hasRoom else { throw failure("the template is nested too deeply") }
  }
}
