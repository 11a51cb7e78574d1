/// An expression as parsed, with the byte offset that its errors point at.
struct Expression {
  indirect enum Kind {
    case constant(Constant)
    case name(String)
    case list([Expression])
    case tuple([Expression])
    case dict([(key: Expression, value: Expression)])
    case negative(Expression)
    case positive(Expression)
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case arithmetic(Operators.Arithmetic, Expression, Expression)
    case concatenation([Expression])
    case comparison(Expression, [(Comparison, Expression)])
    case conditional(test: Expression, then: Expression, otherwise: Expression?)
    case attribute(Expression, String)
    case item(Expression, Expression)
    case slice(Expression, start: Expression?, stop: Expression?, step: Expression?)
    case call(Expression, CallArguments)
    case filter(Expression?, String, CallArguments)
    case test(Expression, String, CallArguments)
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
    depth = 1 + kind.operands.reduce(0) { max($0, $1.depth) }
  }
}

extension Expression.Kind {
  /// The expressions directly below.
  fileprivate var operands: [Expression] {
    switch self {
    case .constant, .name: []
    case .list(let elements), .tuple(let elements), .concatenation(let elements): elements
    case .dict(let members): members.flatMap { [$0.key, $0.value] }
    case .negative(let operand), .positive(let operand), .not(let operand), .attribute(let operand, _): [operand]
    case .and(let left, let right), .or(let left, let right), .arithmetic(_, let left, let right),
      .item(let left, let right):
      [left, right]
    case .comparison(let first, let rest): [first] + rest.map(\.1)
    case .conditional(let test, let then, let otherwise): [test, then] + (otherwise.map { [$0] } ?? [])
    case .slice(let object, let start, let stop, let step): [object] + [start, stop, step].compactMap(\.self)
    case .call(let callee, let arguments): [callee] + arguments.expressions
    case .filter(let input, _, let arguments): (input.map { [$0] } ?? []) + arguments.expressions
    case .test(let input, _, let arguments): [input] + arguments.expressions
    }
  }
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
  var extraPositional: Expression?
  var extraKeywords: Expression?

  fileprivate var expressions: [Expression] {
    if isEmpty { return [] }
    return positional + keywords.map(\.value) + [extraPositional, extraKeywords].compactMap(\.self)
  }

  var isEmpty: Bool { positional.isEmpty && keywords.isEmpty && extraPositional == nil && extraKeywords == nil }
}
