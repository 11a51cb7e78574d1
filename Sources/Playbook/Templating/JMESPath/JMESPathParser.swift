import Values

extension JMESPath {
  /// A parser by binding powers (Pratt): the stronger an operator binds, the higher its number.
  struct Parser {
    private let tokens: [Token]
    private let text: String
    private var position = 0
    private var depth = 0

    private static let powers: [String: Int] = [
      "|": 1, "||": 2, "&&": 3, "==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5, "[]": 9, "*": 20, "[?": 21, ".": 40,
      "!": 45, "{": 50, "[": 55, "(": 60,
    ]
    /// What binds no stronger than this ends a projection.
    private static let projectionStop = 10

    init(_ tokens: [Token], in text: String) {
      self.tokens = tokens
      self.text = text
    }

    mutating func expression() throws(Diagnostic) -> Node {
      let node = try expression(above: 0)
      guard case .end = current.kind else { throw unexpected() }
      return node
    }

    private var current: Token { tokens[min(position, tokens.count - 1)] }
    private func kind(ahead count: Int) -> Token.Kind { tokens[min(position + count, tokens.count - 1)].kind }

    private mutating func advance() -> Token {
      defer { position += 1 }
      return current
    }

    private func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }

    private mutating func take(_ symbol: String) -> Bool {
      guard isSymbol(symbol) else { return false }
      position += 1
      return true
    }

    private mutating func expect(_ symbol: String) throws(Diagnostic) {
      guard take(symbol) else { throw unexpected("'\(symbol)' is expected") }
    }

    private func unexpected(_ hint: String = "") -> Diagnostic {
      let shown =
        switch current.kind {
        case .end: "the expression ends too early"
        case .symbol(let symbol): "unexpected '\(symbol)'"
        case .identifier(let name), .quoted(let name): "unexpected '\(name)'"
        case .number(let number): "unexpected '\(number)'"
        case .literal: "unexpected literal"
        }
      return failure(shown + (hint.isEmpty ? "" : "; \(hint)"), in: text, at: current.offset)
    }

    private func power(_ kind: Token.Kind) -> Int {
      if case .symbol(let symbol) = kind { Self.powers[symbol] ?? 0 } else { 0 }
    }

    private mutating func expression(above power: Int) throws(Diagnostic) -> Node {
      depth += 1
      defer { depth -= 1 }
      guard depth < 100 else { throw Diagnostic(.limit, "the JMESPath expression is nested more than 100 levels deep") }
      var left = try prefix()
      while power < self.power(current.kind) {
        guard case .symbol(let symbol) = advance().kind else { break }
        left = try infix(symbol, left)
      }
      return left
    }

    private mutating func prefix() throws(Diagnostic) -> Node {
      let token = advance()
      switch token.kind {
      case .literal(let value): return .literal(value)
      case .identifier(let name):
        return take("(") ? try call(name, at: token.offset) : .field(name)
      case .quoted(let name):
        if isSymbol("(") { throw unexpected("the name of a function stands without quotes") }
        return .field(name)
      case .symbol("@"): return .current
      case .symbol("*"):
        return .valueProjection(.current, isSymbol("]") ? .current : try projection(20))
      case .symbol("[?"): return try filter(.current)
      case .symbol("{"): return try multiHash()
      case .symbol("("):
        let node = try expression(above: 0)
        try expect(")")
        return node
      case .symbol("!"): return .not(try expression(above: 45))
      case .symbol("&"): return .reference(try expression(above: 0))
      case .symbol("[]"): return .listProjection(.flatten(.current), try projection(9))
      case .symbol("["): return try bracket(.current, isPrefix: true)
      default:
        position -= 1
        throw unexpected()
      }
    }

    private mutating func infix(_ symbol: String, _ left: Node) throws(Diagnostic) -> Node {
      switch symbol {
      case ".":
        if take("*") { return .valueProjection(left, try projection(40)) }
        return .chain(left, try afterDot(40))
      case "|": return .chain(left, try expression(above: 1))
      case "||": return .or(left, try expression(above: 2))
      case "&&": return .and(left, try expression(above: 3))
      case "[]": return .listProjection(.flatten(left), try projection(9))
      case "[?": return try filter(left)
      case "[": return try bracket(left, isPrefix: false)
      case "*": return .valueProjection(left, try projection(20))
      default:
        if let comparison = Comparison(rawValue: symbol) {
          return .comparison(comparison, left, try expression(above: 5))
        }
        position -= 1
        throw unexpected()
      }
    }

    /// What is done to each element: the operators that bind stronger than a projection's end.
    private mutating func projection(_ power: Int) throws(Diagnostic) -> Node {
      if self.power(current.kind) < Self.projectionStop { return .current }
      if isSymbol("[") || isSymbol("[?") { return try expression(above: power) }
      guard take(".") else { throw unexpected() }
      return try afterDot(power)
    }

    private mutating func afterDot(_ power: Int) throws(Diagnostic) -> Node {
      switch current.kind {
      case .identifier, .quoted, .symbol("*"): return try expression(above: power)
      case .symbol("["):
        position += 1
        return try multiList()
      case .symbol("{"):
        position += 1
        return try multiHash()
      default: throw unexpected("a name, '*', '[' or '{' is expected after '.'")
      }
    }

    private mutating func bracket(_ left: Node, isPrefix: Bool) throws(Diagnostic) -> Node {
      switch current.kind {
      case .number, .symbol(":"):
        let inner = try indexOrSlice()
        guard case .slice = inner else { return .chain(left, inner) }
        return .listProjection(.chain(left, inner), try projection(20))
      case .symbol("*") where kind(ahead: 1) == .symbol("]"):
        position += 2
        return .listProjection(left, try projection(20))
      default:
        guard isPrefix else { throw unexpected("a number, ':' or '*' is expected within '[]'") }
        return try multiList()
      }
    }

    private mutating func indexOrSlice() throws(Diagnostic) -> Node {
      var parts: [Int?] = [nil]
      while !isSymbol("]") {
        switch advance().kind {
        case .number(let number) where parts[parts.count - 1] == nil: parts[parts.count - 1] = number
        case .symbol(":") where parts.count < 3: parts.append(nil)
        default:
          position -= 1
          throw unexpected("'[start:stop:step]' is expected")
        }
      }
      position += 1
      if parts.count == 1, let index = parts[0] { return .index(index) }
      if parts.count == 3, parts[2] == 0 {
        throw failure("the step of a slice can't be 0", in: text, at: current.offset)
      }
      return .slice(start: parts[0], stop: parts.count > 1 ? parts[1] : nil, step: parts.count > 2 ? parts[2] : nil)
    }

    private mutating func filter(_ left: Node) throws(Diagnostic) -> Node {
      let condition = try expression(above: 0)
      try expect("]")
      let right: Node = isSymbol("[]") ? .current : try projection(21)
      return .filterProjection(left, condition: condition, right)
    }

    private mutating func multiList() throws(Diagnostic) -> Node {
      var nodes: [Node] = []
      repeat { nodes.append(try expression(above: 0)) } while take(",")
      try expect("]")
      return .multiList(nodes)
    }

    private mutating func multiHash() throws(Diagnostic) -> Node {
      var pairs: [(key: String, value: Node)] = []
      repeat {
        let key: String
        switch advance().kind {
        case .identifier(let name), .quoted(let name): key = name
        default:
          position -= 1
          throw unexpected("a name is expected")
        }
        try expect(":")
        pairs.append((key, try expression(above: 0)))
      } while take(",")
      try expect("}")
      return .multiHash(pairs)
    }

    private mutating func call(_ name: String, at offset: Int) throws(Diagnostic) -> Node {
      var arguments: [Node] = []
      if !take(")") {
        repeat { arguments.append(try expression(above: 0)) } while take(",")
        try expect(")")
      }
      return .call(name, arguments, place: offset)
    }
  }
}
