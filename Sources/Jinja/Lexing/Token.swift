/// A piece of a template, with the byte offset at which it starts. It holds no text of its own, so that copying it costs nothing.
struct Token {
  enum Kind: Equatable {
    /// Text outside of all tags; `detail` is where it ends.
    case data
    /// Such a text with other newlines than the source; `detail` is its position among the texts.
    case rewrittenData
    case variableBegin
    case variableEnd
    case blockBegin
    case blockEnd
    /// `detail` is the name's number.
    case name(Word)
    /// `detail` is the position among the constants.
    case string
    case integer
    case float
    /// An operator or a bracket.
    case symbol(Symbol)
    case end
  }

  let kind: Kind
  private let offset32: UInt32
  private let detail32: UInt32

  var offset: Int { Int(offset32) }
  var detail: Int { Int(detail32) }

  /// - Parameters:
  ///   - offset: below `Tokens.mostBytes`.
  ///   - detail: below `Tokens.mostBytes`.
  init(_ kind: Kind, at offset: Int, detail: Int) {
    self.kind = kind
    offset32 = UInt32(truncatingIfNeeded: offset)
    detail32 = UInt32(truncatingIfNeeded: detail)
  }
}

/// A template cut into tokens, with what they refer to.
struct Tokens {
  /// The template, in UTF-8.
  let source: [UInt8]
  private(set) var list: [Token] = []
  private(set) var names = Names()
  /// The values of strings (escapes resolved) and numbers.
  private(set) var constants: [Constant] = []
  private(set) var texts: [[UInt8]] = []
  /// Whether there is any tag or comment.
  var hasTags = false

  /// How long a template may be.
  static let mostBytes = 1 << 30

  init(_ source: [UInt8]) {
    self.source = source
    list.reserveCapacity(source.count / 4 + 8)
  }

  @inline(__always)
  mutating func add(_ kind: Token.Kind, at offset: Int, detail: Int = 0) {
    list.append(Token(kind, at: offset, detail: detail))
  }

  mutating func addName(_ range: Range<Int>, _ key: NameKey) {
    let name = names.intern(range, of: source, key)
    add(.name(Names.word(name)), at: range.lowerBound, detail: name.number)
  }

  mutating func add(_ kind: Token.Kind, _ constant: Constant, at offset: Int) {
    add(kind, at: offset, detail: constants.count)
    constants.append(constant)
  }

  mutating func addData(_ text: [UInt8], at offset: Int) {
    add(.rewrittenData, at: offset, detail: texts.count)
    texts.append(text)
  }
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
    case .data, .rewrittenData: "template data / text"
    case .variableBegin: "begin of print statement"
    case .variableEnd: "end of print statement"
    case .blockBegin: "begin of statement block"
    case .blockEnd: "end of statement block"
    case .name: "name"
    case .string: "string"
    case .integer: "integer"
    case .float: "float"
    case .symbol(let symbol): symbol.rawValue
    case .end: "end of template"
    }
  }
}
