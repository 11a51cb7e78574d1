/// A piece of a template, with the byte offset at which it starts.
struct Token: Equatable {
  enum Kind: Equatable {
    /// Text outside of all tags, in UTF-8.
    case data([UInt8])
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

  /// The longest symbol that starts with a byte.
  init?(_ byte: UInt8, followedBy next: UInt8) {
    switch byte {
    case UInt8(ascii: "*"): self = next == byte ? .power : .multiply
    case UInt8(ascii: "/"): self = next == byte ? .floorDivide : .divide
    case UInt8(ascii: "="): self = next == UInt8(ascii: "=") ? .equal : .assign
    case UInt8(ascii: ">"): self = next == UInt8(ascii: "=") ? .greaterOrEqual : .greater
    case UInt8(ascii: "<"): self = next == UInt8(ascii: "=") ? .lessOrEqual : .less
    case UInt8(ascii: "!") where next == UInt8(ascii: "="): self = .notEqual
    case UInt8(ascii: "+"): self = .plus
    case UInt8(ascii: "-"): self = .minus
    case UInt8(ascii: "%"): self = .modulo
    case UInt8(ascii: "~"): self = .tilde
    case UInt8(ascii: "["): self = .openBracket
    case UInt8(ascii: "]"): self = .closeBracket
    case UInt8(ascii: "("): self = .openParenthesis
    case UInt8(ascii: ")"): self = .closeParenthesis
    case UInt8(ascii: "{"): self = .openBrace
    case UInt8(ascii: "}"): self = .closeBrace
    case UInt8(ascii: "."): self = .dot
    case UInt8(ascii: ":"): self = .colon
    case UInt8(ascii: "|"): self = .pipe
    case UInt8(ascii: ","): self = .comma
    case UInt8(ascii: ";"): self = .semicolon
    default: return nil
    }
  }

  /// How many bytes it takes.
  var length: Int {
    switch self {
    case .power, .floorDivide, .equal, .notEqual, .greaterOrEqual, .lessOrEqual: 2
    default: 1
    }
  }

  var comparison: Comparison? {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  var arithmetic: Operators.Arithmetic? {
    switch self {
    case .plus: .add
    case .minus: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .floorDivide: .floorDivide
    case .modulo: .modulo
    case .power: .power
    default: nil
    }
  }

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
