/// Statements: the tags of `{% %}` and the text between them.
extension Parser {
  /// Statements up to a tag that is one of `ends` (left unread), or to the end of the template when there are none.
  mutating func statements(until ends: [Word]) throws(SyntaxError) -> [Statement] {
    try enter()
    var body: [Statement] = []
    body.reserveCapacity(8)
    while true {
      let token = current
      switch token.kind {
      case .data:
        advance()
        body.append(Statement(.data(token.offset..<token.detail), at: token.offset))
      case .rewrittenData:
        advance()
        body.append(Statement(.rewrittenData(tokens.texts[token.detail]), at: token.offset))
      case .variableBegin:
        advance()
        let expression = try tuple()
        guard current.kind == .variableEnd else { throw expected("end of print statement") }
        advance()
        body.append(Statement(.output(expression), at: expression.offset))
      case .blockBegin:
        advance()
        if case .name(let word) = current.kind, ends.contains(word) { return body }
        try appendStatement(until: ends, to: &body)
        try expectBlockEnd()
      default:
        if !ends.isEmpty { throw unclosed(ends) }
        return body
      }
    }
  }

  private func unclosed(_ ends: [Word]) -> SyntaxError {
    let innermost =
      openTags.last.map { " The innermost block that needs to be closed is '\(title(of: $0))'." } ?? ""
    return failure(
      "Unexpected end of template. Jinja was looking for the following tags: \(Parser.choice(ends)).\(innermost)")
  }

  private static func choice(_ words: [Word]) -> String { words.map { "'\($0.rawValue)'" }.joined(separator: " or ") }

  /// The body of a tag, from its end delimiter to one of `ends`, which is left as the current name.
  private mutating func body(until ends: [Word]) throws(SyntaxError) -> [Statement] {
    _ = skip(.colon)
    try expectBlockEnd()
    return try statements(until: ends)
  }

  /// The body of a tag and the name that ends it.
  private mutating func closedBody(_ end: Word) throws(SyntaxError) -> [Statement] {
    let statements = try body(until: [end])
    advance()
    return statements
  }

  private mutating func appendStatement(until ends: [Word], to statements: inout [Statement]) throws(SyntaxError) {
    let offset = current.offset
    guard case .name(let word) = current.kind else { throw failure("tag name expected") }
    let tag = advance()
    guard openTags.count < Parser.maximumTagDepth else {
      throw failure("the tags are nested more than \(Parser.maximumTagDepth) deep", at: offset)
    }
    openTags.append(tag)
    defer { openTags.removeLast() }
    let kind: Statement.Kind
    switch word {
    case .if: kind = try conditional()
    case .for: kind = try loop()
    case .set: kind = try assignment()
    case .with: kind = try with()
    case .macro: kind = .macro(try macro())
    case .call: kind = try callBlock()
    case .filter:
      let filter = try filter(nil, startsInline: true)
      kind = .filterBlock(filter, body: try closedBody(.endfilter))
    case .block: kind = try block()
    case .extends: kind = .extends(try expression())
    case .include: kind = try include()
    case .import: kind = try importAs()
    case .from: kind = try importNames()
    case .do: kind = .evaluate(try tuple())
    case .break: kind = .breakLoop
    case .continue: kind = .continueLoop
    case .print:
      var isFirst = true
      while current.kind != .blockEnd {
        if !isFirst { try expect(.comma) }
        isFirst = false
        let expression = try expression()
        statements.append(Statement(.output(expression), at: expression.offset))
      }
      return
    case .autoescape:
      // Nothing is ever escaped here; the tag's value does not matter.
      _ = try expression()
      statements += try closedBody(.endautoescape)
      return
    default: throw unknownTag(tag, ends)
    }
    statements.append(Statement(kind, at: offset))
  }

  private func unknownTag(_ tag: Token, _ ends: [Word]) -> SyntaxError {
    var message = "Encountered unknown tag '\(title(of: tag))'."
    if !ends.isEmpty {
      let nested = ends.contains(where: { tag.kind == .name($0) }) ? " You probably made a nesting mistake." : ""
      message += "\(nested) Jinja was looking for the following tags: \(Parser.choice(ends))."
    }
    if let innermost = openTags.dropLast().last {
      message += " The innermost block that needs to be closed is '\(title(of: innermost))'."
    }
    return failure(message, at: tag.offset)
  }

  private mutating func conditional() throws(SyntaxError) -> Statement.Kind {
    var branches: [(test: Expression, body: [Statement])] = []
    var otherwise: [Statement] = []
    while true {
      let test = try tuple(allowsConditional: false)
      branches.append((test, try body(until: [.elif, .else, .endif])))
      let end = advance().kind
      if end == .name(.elif) { continue }
      if end == .name(.else) { otherwise = try closedBody(.endif) }
      return .conditional(branches, otherwise: otherwise)
    }
  }

  private mutating func loop() throws(SyntaxError) -> Statement.Kind {
    let target = try target(end: .in)
    try expect(.in)
    let sequence = try tuple(allowsConditional: false, end: .recursive)
    let condition: Expression? = skip(.if) ? try expression() : nil
    let isRecursive = skip(.recursive)
    let body = try body(until: [.endfor, .else])
    let otherwise: [Statement] = advance().kind == .name(.else) ? try closedBody(.endfor) : []
    return .loop(
      Loop(
        target: target, sequence: sequence, condition: condition, isRecursive: isRecursive, body: body,
        otherwise: otherwise))
  }

  private mutating func assignment() throws(SyntaxError) -> Statement.Kind {
    let target = try target(allowsAttribute: true)
    if skip(.assign) { return .set(target, try tuple()) }
    var filters: [Expression] = []
    if isSymbol(.pipe) { filters = [try filter(nil)] }
    return .setBlock(target, filters: filters, body: try closedBody(.endset))
  }

  private mutating func with() throws(SyntaxError) -> Statement.Kind {
    var values: [(target: Target, value: Expression)] = []
    while current.kind != .blockEnd {
      if !values.isEmpty { try expect(.comma) }
      let target = try target()
      try expect(.assign)
      values.append((target, try expression()))
    }
    return .with(values, body: try closedBody(.endwith))
  }

  private mutating func macro() throws(SyntaxError) -> Macro {
    let name = try assignableName()
    let parameters = try signature()
    return Macro(name: name, parameters: parameters, body: try closedBody(.endmacro))
  }

  private mutating func callBlock() throws(SyntaxError) -> Statement.Kind {
    let offset = current.offset
    let parameters = isSymbol(.openParenthesis) ? try signature() : []
    let call = try expression()
    guard case .call = call.kind else { throw failure("expected call", at: offset) }
    return .callBlock(call, Macro(name: .caller, parameters: parameters, body: try closedBody(.endcall)))
  }

  private mutating func signature() throws(SyntaxError) -> [(name: Name, fallback: Expression?)] {
    var parameters: [(name: Name, fallback: Expression?)] = []
    try expect(.openParenthesis)
    while !isSymbol(.closeParenthesis) {
      if !parameters.isEmpty { try expect(.comma) }
      let name = try assignableName()
      if skip(.assign) {
        parameters.append((name, try expression()))
      } else if parameters.contains(where: { $0.fallback != nil }) {
        throw failure("non-default argument follows default argument")
      } else {
        parameters.append((name, nil))
      }
    }
    try expect(.closeParenthesis)
    return parameters
  }

  private mutating func block() throws(SyntaxError) -> Statement.Kind {
    let offset = current.offset
    let name = try expectName()
    let isScoped = skip(.scoped)
    let isRequired = skip(.required)
    if isSymbol(.minus) {
      throw failure(
        "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead."
      )
    }
    guard blockNames.insert(name).inserted else {
      throw failure("block '\(tokens.names[name])' defined twice", at: offset)
    }
    let statements = try closedBody(.endblock)
    if isRequired {
      for statement in statements {
        guard isSpace(statement) else {
          throw failure("Required blocks can only contain comments or whitespace", at: statement.offset)
        }
      }
    }
    if case .name = current.kind, self.name(of: current) == name { advance() }
    return .block(Block(name: tokens.names[name], isScoped: isScoped, isRequired: isRequired, body: statements))
  }

  /// Whether it is text of spaces only.
  private func isSpace(_ statement: Statement) -> Bool {
    switch statement.kind {
    case .data(let range): tokens.source[range].allSatisfy(Lexer.isSpace)
    case .rewrittenData(let text): text.allSatisfy(Lexer.isSpace)
    default: false
    }
  }

  private mutating func include() throws(SyntaxError) -> Statement.Kind {
    let template = try expression()
    var ignoresMissing = false
    if isWord(.ignore), peek().kind == .name(.missing) {
      advance()
      advance()
      ignoresMissing = true
    }
    return .include(template, ignoresMissing: ignoresMissing, withContext: context() ?? true)
  }

  /// `with context` or `without context`.
  private mutating func context() -> Bool? {
    guard isWord(.with) || isWord(.without), peek().kind == .name(.context) else { return nil }
    let with = isWord(.with)
    advance()
    advance()
    return with
  }

  private mutating func importAs() throws(SyntaxError) -> Statement.Kind {
    let template = try expression()
    try expect(.as)
    let name = try assignableName()
    return .importAs(template, name: name, withContext: context() ?? false)
  }

  private mutating func importNames() throws(SyntaxError) -> Statement.Kind {
    let template = try expression()
    try expect(.import)
    var names: [(name: String, alias: Name)] = []
    var withContext: Bool?
    while true {
      if !names.isEmpty { try expect(.comma) }
      withContext = context()
      if withContext != nil { break }
      let offset = current.offset
      let name = try assignableName()
      let exported = tokens.names[name]
      guard !exported.hasPrefix("_") else {
        throw failure("names starting with an underline can not be imported", at: offset)
      }
      names.append((exported, skip(.as) ? try assignableName() : name))
      withContext = context()
      if withContext != nil || !isSymbol(.comma) { break }
    }
    return .importNames(template, names: names, withContext: withContext ?? false)
  }

  private mutating func assignableName() throws(SyntaxError) -> Name {
    let token = current
    let name = try expectName()
    try checkAssignable(token)
    return name
  }

  private func checkAssignable(_ token: Token) throws(SyntaxError) {
    switch token.kind {
    case .name(.true), .name(.false), .name(.none), .name(.capitalTrue), .name(.capitalFalse), .name(.capitalNone):
      throw failure("can't assign to 'const'", at: token.offset)
    default: break
    }
  }

  /// What an assignment stores to: a name, an attribute of a namespace where allowed, or a tuple of such.
  private mutating func target(allowsAttribute: Bool = false, end: Word? = nil) throws(SyntaxError) -> Target {
    var targets: [Target] = []
    var isTuple = false
    while true {
      if !targets.isEmpty {
        guard skip(.comma) else { break }
        isTuple = true
      }
      if targetEnds(end) { break }
      targets.append(try singleTarget(allowsAttribute))
    }
    if !isTuple, let only = targets.first { return only }
    guard !targets.isEmpty else { throw failure("Expected an expression, got '\(title(of: current))'") }
    return .tuple(targets)
  }

  private func targetEnds(_ end: Word?) -> Bool {
    switch current.kind {
    case .blockEnd, .variableEnd, .symbol(.closeParenthesis), .symbol(.assign): true
    case .name(let word): word == end
    default: false
    }
  }

  private mutating func singleTarget(_ allowsAttribute: Bool) throws(SyntaxError) -> Target {
    try enter()
    if skip(.openParenthesis) {
      let inner = try target(allowsAttribute: allowsAttribute)
      try expect(.closeParenthesis)
      return inner
    }
    guard case .name = current.kind else {
      throw failure("can't assign to '\(title(of: current))'")
    }
    let token = advance()
    if allowsAttribute, isSymbol(.dot) {
      advance()
      return .attribute(name(of: token), tokens.names[try expectName()], offset: token.offset)
    }
    try checkAssignable(token)
    return .name(name(of: token))
  }
}
