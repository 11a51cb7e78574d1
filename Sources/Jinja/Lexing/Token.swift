/// A piece of a template, with the byte offset at which it starts.
struct Token: Equatable {
  enum Kind: Equatable {
    /// Text outside of all tags.
    case data(String)
    case variableBegin
    case variableEnd
    case blockBegin
    case blockEnd
    case name(String)
    /// A string constant, escapes resolved.
    case string(String)
    case integer(Int)
    case float(Double)
    /// An operator or a bracket, as written.
    case symbol(Symbol)
    case end
  }

  let kind: Kind
  let offset: Int
}

/// The operators and brackets of expressions.
enum Symbol: String, CaseIterable {
  case power = "**"
  case floorDivide = "//"
  case equal = "=="
  case notEqual = "!="
  case greaterOrEqual = ">="
  case lessOrEqual = "<="
  case plus = "+"
  case minus = "-"
  case divide = "/"
  case multiply = "*"
  case modulo = "%"
  case tilde = "~"
  case openBracket = "["
  case closeBracket = "]"
  case openParenthesis = "("
  case closeParenthesis = ")"
  case openBrace = "{"
  case closeBrace = "}"
  case greater = ">"
  case less = "<"
  case assign = "="
  case dot = "."
  case colon = ":"
  case pipe = "|"
  case comma = ","
  case semicolon = ";"

  /// The bracket that closes this one.
  var closing: Symbol? {
    switch self {
    case .openBracket: .closeBracket
    case .openParenthesis: .closeParenthesis
    case .openBrace: .closeBrace
    default: nil
    }
  }
}

extension Token.Kind {
  /// How messages of the parser call it: Jinja's words.
  var title: String {
    switch self {
    case .data: "template data / text"
    case .variableBegin: "begin of print statement"
    case .variableEnd: "end of print statement"
    case .blockBegin: "begin of statement block"
    case .blockEnd: "end of statement block"
    case .name(let name): name
    case .string: "string"
    case .integer: "integer"
    case .float: "float"
    case .symbol(let symbol): symbol.rawValue
    case .end: "end of template"
    }
  }
}
