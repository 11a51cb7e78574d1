/// Expressions, from the weakest operator to the strongest.
extension Parser {
  mutating func expression(allowsConditional: Bool = true) throws(SyntaxError) -> Expression {
    try enter()
    guard allowsConditional else { return try binary(.or) }
    var result = try binary(.or)
    while isWord(.if) {
      let offset = advance().offset
      let test = try binary(.or)
      let otherwise: Expression? = skip(.else) ? try expression() : nil
      result = try made(.conditional(test: test, then: result, otherwise: otherwise), at: offset)
    }
    return result
  }

  /// The levels of binary operators, weakest first.
  enum Level: Int {
    case or, and, not, comparison, sum, concatenation, product, power

    var tighter: Level { Level(rawValue: rawValue + 1) ?? .power }
  }

  /// Precedence climbing: reads an operand, then every operator that binds at least as tightly as `level`.
  mutating func binary(_ level: Level) throws(SyntaxError) -> Expression {
    var left: Expression
    if level.rawValue <= Level.not.rawValue, isWord(.not) {
      let offset = advance().offset
      try enter()
      left = try made(.not(try binary(.not)), at: offset)
    } else {
      left = try unary()
    }
    while let (operatorLevel, offset) = nextOperator(), operatorLevel.rawValue >= level.rawValue {
      left = try operation(operatorLevel, left, offset)
    }
    return left
  }

  private func nextOperator() -> (Level, Int)? {
    let level: Level
    switch current.kind {
    case .name(let word):
      switch word {
      case .or: level = .or
      case .and: level = .and
      case .in: level = .comparison
      case .not where peek().kind == .name(.in): level = .comparison
      default: return nil
      }
    case .symbol(let symbol):
      switch symbol {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: level = .comparison
      case .plus, .minus: level = .sum
      case .tilde: level = .concatenation
      case .multiply, .divide, .floorDivide, .modulo: level = .product
      case .power: level = .power
      default: return nil
      }
    default: return nil
    }
    return (level, current.offset)
  }

  private mutating func operation(_ level: Level, _ left: Expression, _ offset: Int) throws(SyntaxError) -> Expression {
    switch level {
    case .or:
      advance()
      return try made(.or(left, try binary(.and)), at: offset)
    case .and:
      advance()
      return try made(.and(left, try binary(.not)), at: offset)
    case .not, .comparison:
      var operands: [(Comparison, Expression)] = []
      while let comparison = nextComparison() { operands.append((comparison, try binary(.sum))) }
      return try made(.comparison(left, operands), at: offset)
    case .concatenation:
      var parts = [left]
      while skip(.tilde) { parts.append(try binary(.product)) }
      return try made(.concatenation(parts), at: offset)
    case .sum, .product, .power:
      guard case .symbol(let symbol) = advance().kind, let arithmetic = symbol.arithmetic else {
        throw failure("unexpected operator")
      }
      let right = level == .power ? try unary() : try binary(level.tighter)
      return try made(.arithmetic(arithmetic, left, right), at: offset)
    }
  }

  private mutating func nextComparison() -> Comparison? {
    switch current.kind {
    case .name(.in):
      advance()
      return .isIn
    case .name(.not) where peek().kind == .name(.in):
      advance()
      advance()
      return .isNotIn
    case .symbol(let symbol):
      guard let comparison = symbol.comparison else { return nil }
      advance()
      return comparison
    default: return nil
    }
  }

  private mutating func unary(allowsFilter: Bool = true) throws(SyntaxError) -> Expression {
    let offset = current.offset
    var node: Expression
    if isSymbol(.minus) || isSymbol(.plus) {
      let isMinus = isSymbol(.minus)
      advance()
      try enter()
      let operand = try unary(allowsFilter: false)
      node = try made(isMinus ? .negative(operand) : .positive(operand), at: offset)
    } else {
      node = try primary()
    }
    node = try postfix(node)
    return allowsFilter ? try filtersAndTests(node) : node
  }

  mutating func primary() throws(SyntaxError) -> Expression {
    let token = current
    switch token.kind {
    case .name(let word):
      advance()
      switch word {
      case .true, .capitalTrue: return Expression(.constant(.bool(true)), at: token.offset)
      case .false, .capitalFalse: return Expression(.constant(.bool(false)), at: token.offset)
      case .none, .capitalNone: return Expression(.constant(.none), at: token.offset)
      default: return Expression(.name(name(of: token)), at: token.offset)
      }
    case .string: return Expression(.constant(string()), at: token.offset)
    case .integer, .float:
      advance()
      return Expression(.constant(tokens.constants[token.detail]), at: token.offset)
    case .symbol(.openParenthesis):
      advance()
      let node = try tuple(hasParentheses: true)
      try expect(.closeParenthesis)
      return node
    case .symbol(.openBracket): return try list()
    case .symbol(.openBrace): return try dict()
    case .end: throw failure("unexpected end of template", help: "An expression is missing here.")
    default: throw failure("unexpected '\(title(of: token))'")
    }
  }

  /// A string constant; several in a row are one.
  private mutating func string() -> Constant {
    let first = tokens.constants[advance().detail]
    guard current.kind == .string, case .string(var text) = first else { return first }
    while current.kind == .string {
      if case .string(let more) = tokens.constants[advance().detail] { text += more }
    }
    return .string(text)
  }

  /// An expression, or a tuple of several between commas.
  ///
  /// - Parameter end: a name that ends the tuple, such as `in`.
  mutating func tuple(hasParentheses: Bool = false, allowsConditional: Bool = true, end: Word? = nil)
    throws(SyntaxError)
    -> Expression
  {
    let offset = current.offset
    if endsTuple(end) {
      guard hasParentheses else { throw failure("Expected an expression, got '\(title(of: current))'") }
      return try made(.tuple([]), at: offset)
    }
    let first = try expression(allowsConditional: allowsConditional)
    guard isSymbol(.comma) else { return first }
    var elements = [first]
    while skip(.comma), !endsTuple(end) {
      elements.append(try expression(allowsConditional: allowsConditional))
    }
    return try made(.tuple(elements), at: offset)
  }

  private func endsTuple(_ end: Word?) -> Bool {
    switch current.kind {
    case .variableEnd, .blockEnd, .symbol(.closeParenthesis), .end: true
    case .name(let word): word == end
    default: false
    }
  }

  private mutating func list() throws(SyntaxError) -> Expression {
    let offset = try expect(.openBracket).offset
    var elements: [Expression] = []
    while !isSymbol(.closeBracket) {
      if !elements.isEmpty { try expect(.comma) }
      if isSymbol(.closeBracket) { break }
      elements.append(try expression())
    }
    try expect(.closeBracket)
    return try made(.list(elements), at: offset)
  }

  private mutating func dict() throws(SyntaxError) -> Expression {
    let offset = try expect(.openBrace).offset
    var members: [(key: Expression, value: Expression)] = []
    while !isSymbol(.closeBrace) {
      if !members.isEmpty { try expect(.comma) }
      if isSymbol(.closeBrace) { break }
      let key = try expression()
      try expect(.colon)
      members.append((key, try expression()))
    }
    try expect(.closeBrace)
    return try made(.dict(members), at: offset)
  }

  private mutating func postfix(_ node: consuming Expression) throws(SyntaxError) -> Expression {
    var node = node
    while true {
      switch current.kind {
      case .symbol(.dot), .symbol(.openBracket): node = try subscripted(node)
      case .symbol(.openParenthesis): node = try made(.call(node, try callArguments()), at: node.offset)
      default: return node
      }
    }
  }

  private mutating func filtersAndTests(_ node: consuming Expression) throws(SyntaxError) -> Expression {
    var node = node
    while true {
      switch current.kind {
      case .symbol(.pipe): node = try filter(node)
      case .name(.is): node = try test(node)
      case .symbol(.openParenthesis): node = try made(.call(node, try callArguments()), at: node.offset)
      default: return node
      }
    }
  }

  private mutating func subscripted(_ node: consuming Expression) throws(SyntaxError) -> Expression {
    let token = advance()
    if token.kind == .symbol(.dot) {
      let member = advance()
      switch member.kind {
      case .name:
        if case .name(let object) = node.kind {
          let use = Expression.NameUse(object, at: node.offset)
          return Expression(.nameAttribute(use, name(of: member)), at: member.offset)
        }
        return try made(.attribute(node, name(of: member)), at: member.offset)
      case .integer:
        let index = Expression(.constant(tokens.constants[member.detail]), at: member.offset)
        return try made(.item(node, index), at: member.offset)
      default: throw failure("expected name or number", at: member.offset)
      }
    }
    let offset = current.offset
    if isSymbol(.closeBracket) {
      advance()
      throw failure("Expected an expression, got ']'")
    }
    if isSymbol(.colon) { return try slice(of: node, start: nil, at: offset) }
    let first = try expression()
    if skip(.closeBracket) { return try made(.item(node, first), at: offset) }
    if isSymbol(.colon) { return try slice(of: node, start: first, at: offset) }
    var elements = [first]
    while !skip(.closeBracket) {
      try expect(.comma)
      elements.append(try expression())
    }
    return try made(.item(node, try made(.tuple(elements), at: offset)), at: offset)
  }

  private mutating func slice(of node: Expression, start: Expression?, at offset: Int) throws(SyntaxError)
    -> Expression
  {
    try expect(.colon)
    var stop: Expression?
    var step: Expression?
    if !isSymbol(.colon), !isSymbol(.closeBracket) { stop = try expression() }
    if skip(.colon), !isSymbol(.closeBracket) { step = try expression() }
    try expect(.closeBracket)
    return try made(.slice(node, start: start, stop: stop, step: step), at: offset)
  }

  /// `| name(…)`, repeated; without a leading `|` when a filter block or a `set` block asks.
  mutating func filter(_ node: Expression?, startsInline: Bool = false) throws(SyntaxError) -> Expression {
    var node = node
    var isFirst = startsInline
    while isFirst || isSymbol(.pipe) {
      if !isFirst { advance() }
      isFirst = false
      let offset = current.offset
      let name = try dottedName()
      let arguments = isSymbol(.openParenthesis) ? try callArguments() : CallArguments()
      node = try made(.filter(node, name, arguments), at: offset)
    }
    guard let node else { throw expected("name") }
    return node
  }

  private mutating func dottedName() throws(SyntaxError) -> String {
    var name = tokens.names[try expectName()]
    while skip(.dot) { name += "." + tokens.names[try expectName()] }
    return name
  }

  private mutating func test(_ node: Expression) throws(SyntaxError) -> Expression {
    advance()
    let negated = skip(.not)
    let offset = current.offset
    let name = try dottedName()
    var arguments = CallArguments()
    switch current.kind {
    case .symbol(.openParenthesis): arguments = try callArguments()
    case .name(.else), .name(.or), .name(.and), .name(.in), .name(.if), .name(.not): break
    case .name(.is): throw failure("You cannot chain multiple tests with is")
    case .name, .string, .integer, .float, .symbol(.openBracket), .symbol(.openBrace):
      arguments.positional = [try postfix(try primary())]
    default: break
    }
    let result = try made(.test(node, name, arguments), at: offset)
    return negated ? try made(.not(result), at: offset) : result
  }

  mutating func callArguments() throws(SyntaxError) -> CallArguments {
    try enter()
    var arguments = CallArguments()
    try expect(.openParenthesis)
    var needsComma = false
    while !isSymbol(.closeParenthesis) {
      if needsComma {
        try expect(.comma)
        if isSymbol(.closeParenthesis) { break }
      }
      needsComma = true
      let offset = current.offset
      if skip(.multiply) {
        guard arguments.extraPositional == nil, arguments.extraKeywords == nil else { throw badCall(offset) }
        arguments.unpack(try expression(), isMapping: false)
      } else if skip(.power) {
        guard arguments.extraKeywords == nil else { throw badCall(offset) }
        arguments.unpack(try expression(), isMapping: true)
      } else if case .name = current.kind, peek().kind == .symbol(.assign) {
        guard arguments.extraKeywords == nil else { throw badCall(offset) }
        let name = tokens.names[name(of: advance())]
        advance()
        arguments.keywords.append((name, try expression()))
      } else {
        guard arguments.extraPositional == nil, arguments.extraKeywords == nil, arguments.keywords.isEmpty else {
          throw badCall(offset)
        }
        arguments.positional.append(try expression())
      }
    }
    try expect(.closeParenthesis)
    return arguments
  }

  private func badCall(_ offset: Int) -> SyntaxError {
    failure(
      "invalid syntax for function call expression", at: offset,
      help: "Positional arguments come first, then name=value, then *args and **kwargs.")
  }

  /// A node, unless its operands are nested so deeply that walking them could overflow the stack.
  private func made(_ kind: consuming Expression.Kind, at offset: Int) throws(SyntaxError) -> Expression {
    let node = Expression(kind, at: offset)
    guard node.depth <= Expression.maximumDepth else {
      throw failure("the expression is nested too deeply", at: offset)
    }
    return node
  }
}
