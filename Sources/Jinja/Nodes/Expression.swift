/// An expression as parsed, with the byte offset that its errors point at.
struct Expression {
  /// Only what holds other expressions is boxed: most nodes are names.
  enum Kind {
    case constant(Constant)
    case name(Name)
    case list([Expression])
    case tuple([Expression])
    indirect case dict([(key: Expression, value: Expression)])
    indirect case negative(Expression)
    indirect case positive(Expression)
    indirect case not(Expression)
    indirect case and(Expression, Expression)
    indirect case or(Expression, Expression)
    indirect case arithmetic(Operators.Arithmetic, Expression, Expression)
    case concatenation([Expression])
    indirect case comparison(Expression, [(Comparison, Expression)])
    indirect case conditional(test: Expression, then: Expression, otherwise: Expression?)
    indirect case attribute(Expression, Name)
    /// `name.attribute`, which is so common that it does without a box.
    case nameAttribute(NameUse, Name)
    indirect case item(Expression, Expression)
    indirect case slice(Expression, start: Expression?, stop: Expression?, step: Expression?)
    indirect case call(Expression, CallArguments)
    indirect case filter(Expression?, String, CallArguments)
    indirect case test(Expression, String, CallArguments)
  }

  /// A name where it is used.
  struct NameUse {
    let name: Name
    private let offset32: UInt32

    var offset: Int { Int(offset32) }

    init(_ name: Name, at offset: Int) {
      self.name = name
      offset32 = UInt32(truncatingIfNeeded: offset)
    }
  }

  let kind: Kind
  let offset: Int
  /// How many levels of operands are below, this one included.
  let depth: Int

  /// Python's own compiler gives up at this depth too.
  static let maximumDepth = 200

  init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
    depth = 1 + kind.operandDepth
  }
}

extension Expression.Kind {
  /// How many levels the deepest of the expressions directly below has.
  fileprivate var operandDepth: Int {
    switch self {
    case .constant, .name: 0
    case .nameAttribute: 1
    case .list(let elements), .tuple(let elements), .concatenation(let elements): elements.depth
    case .dict(let members): members.reduce(0) { max($0, $1.key.depth, $1.value.depth) }
    case .negative(let operand), .positive(let operand), .not(let operand), .attribute(let operand, _): operand.depth
    case .and(let left, let right), .or(let left, let right), .arithmetic(_, let left, let right),
      .item(let left, let right):
      max(left.depth, right.depth)
    case .comparison(let first, let rest): rest.reduce(first.depth) { max($0, $1.1.depth) }
    case .conditional(let test, let then, let otherwise): max(test.depth, then.depth, otherwise?.depth ?? 0)
    case .slice(let object, let start, let stop, let step):
      max(object.depth, start?.depth ?? 0, stop?.depth ?? 0, step?.depth ?? 0)
    case .call(let callee, let arguments): max(callee.depth, arguments.depth)
    case .filter(let input, _, let arguments): max(input?.depth ?? 0, arguments.depth)
    case .test(let input, _, let arguments): max(input.depth, arguments.depth)
    }
  }
}

extension [Expression] {
  fileprivate var depth: Int { reduce(0) { Swift.max($0, $1.depth) } }
}

/// A literal.
enum Constant {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
}

enum Comparison: String {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case isNotIn = "not in"
}

/// The arguments of a call as written: `(a, b=c, *d, **e)`.
struct CallArguments {
  var positional: [Expression] = []
  var keywords: [(name: String, value: Expression)] = []
  /// At most one of each kind. They are rare: an array keeps the other calls' nodes small.
  private var unpacked: [(value: Expression, isMapping: Bool)] = []

  var extraPositional: Expression? { unpacked.first { !$0.isMapping }?.value }
  var extraKeywords: Expression? { unpacked.first { $0.isMapping }?.value }
  var isEmpty: Bool { positional.isEmpty && keywords.isEmpty && unpacked.isEmpty }

  /// Adds `*value`, or `**value` for a mapping.
  mutating func unpack(_ value: Expression, isMapping: Bool) { unpacked.append((value, isMapping)) }

  fileprivate var depth: Int {
    if isEmpty { return 0 }
    let deepest = keywords.reduce(positional.depth) { max($0, $1.value.depth) }
    return unpacked.reduce(deepest) { max($0, $1.value.depth) }
  }
}
