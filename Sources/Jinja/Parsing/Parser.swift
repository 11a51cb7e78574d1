/// Turns tokens into nodes, by Jinja2 3.1's grammar and with its messages.
struct Parser {
  let tokens: Tokens
  private var index = 0
  private let stack: StackGuard
  var blockNames: Set<Name> = []
  /// The tags that are open, for messages about unknown ones.
  var openTags: [Token] = []

  /// Python's compiler gives up at this depth of tags too.
  static let maximumTagDepth = 100

  /// - Parameter stack: nesting deeper than it allows is an error, never a crash.
  init(_ tokens: Tokens, _ stack: StackGuard) {
    self.tokens = tokens
    self.stack = stack
  }

  /// The statements of a whole template.
  static func template(_ tokens: Tokens, _ stack: StackGuard) throws(SyntaxError) -> [Statement] {
    var parser = Parser(tokens, stack)
    return try parser.statements(until: [])
  }

  /// A lone expression.
  static func expression(_ tokens: Tokens, _ stack: StackGuard) throws(SyntaxError) -> Expression {
    var parser = Parser(tokens, stack)
    let expression = try parser.expression()
    guard parser.current.kind == .end else {
      throw parser.failure("chunk after expression")
    }
    return expression
  }

  // MARK: The stream

  /// The last token is the end.
  @inline(__always)
  var current: Token { peek(0) }

  @inline(__always)
  func peek(_ distance: Int = 1) -> Token { tokens.list[min(index + distance, tokens.list.count - 1)] }

  @discardableResult
  mutating func advance() -> Token {
    let token = current
    index += 1
    return token
  }

  @inline(__always)
  func isWord(_ word: Word) -> Bool { current.kind == .name(word) }

  @inline(__always)
  func isSymbol(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }

  @inline(__always)
  mutating func skip(_ symbol: Symbol) -> Bool {
    guard isSymbol(symbol) else { return false }
    index += 1
    return true
  }

  @inline(__always)
  mutating func skip(_ word: Word) -> Bool {
    guard isWord(word) else { return false }
    index += 1
    return true
  }

  @discardableResult
  mutating func expect(_ symbol: Symbol) throws(SyntaxError) -> Token {
    guard isSymbol(symbol) else { throw expected(symbol.rawValue) }
    return advance()
  }

  mutating func expect(_ word: Word) throws(SyntaxError) {
    guard skip(word) else { throw expected(word.rawValue) }
  }

  mutating func expectBlockEnd() throws(SyntaxError) {
    guard current.kind == .blockEnd else { throw expected("end of statement block") }
    advance()
  }

  mutating func expectName() throws(SyntaxError) -> Name {
    guard case .name = current.kind else { throw expected("name") }
    return name(of: advance())
  }

  /// The name that a name token is.
  func name(of token: Token) -> Name { Name(number: token.detail) }

  /// How messages call a token.
  func title(of token: Token) -> String {
    if case .name = token.kind { return tokens.names[name(of: token)] }
    return token.kind.title
  }

  func expected(_ what: String) -> SyntaxError {
    if current.kind == .end { return failure("unexpected end of template, expected '\(what)'.") }
    return failure("expected token '\(what)', got '\(title(of: current))'")
  }

  func failure(_ message: String, at offset: Int? = nil, help: String? = nil) -> SyntaxError {
    SyntaxError(message: message, offset: offset ?? current.offset, help: help)
  }

  /// Guards one level of nesting.
  @inline(__always)
  func enter() throws(SyntaxError) {
    guard stack.hasRoom else { throw failure("the template is nested too deeply") }
  }
}
