import Values

/// JMESPath (jmespath.org, specification of 2015): a language that picks from JSON.
///
/// Text to tokens (`Lexer`), tokens to a tree (`Parser`), and the tree over a value (`Interpreter`).
enum JMESPath {
  /// A parsed expression.
  struct Expression {
    let root: Node

    /// - Throws: `.template` with the place of the mistake.
    init(_ text: String) throws(Diagnostic) {
      var parser = Parser(try Lexer.tokens(text), in: text)
      root = try parser.expression()
    }
  }

  indirect enum Node {
    case current
    case field(String)
    case literal(Value)
    case index(Int)
    case slice(start: Int?, stop: Int?, step: Int?)
    /// What the right side makes of the left side's result.
    case chain(Node, Node)
    /// The right side over each element of the left side's list, nulls left out.
    case listProjection(Node, Node)
    case valueProjection(Node, Node)
    case filterProjection(Node, condition: Node, Node)
    case flatten(Node)
    case comparison(Comparison, Node, Node)
    case and(Node, Node)
    case or(Node, Node)
    case not(Node)
    case multiList([Node])
    case multiHash([(key: String, value: Node)])
    case call(String, [Node], place: Int)
    /// `&expression`: not evaluated, but handed to a function.
    case reference(Node)
  }

  enum Comparison: String {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  static func failure(_ message: String, in text: String, at offset: Int) -> Diagnostic {
    Diagnostic(.template, "Invalid JMESPath expression '\(text)' at character \(offset + 1): \(message)")
  }
}
