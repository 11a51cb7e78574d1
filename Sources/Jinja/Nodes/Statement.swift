/// A piece of a template's body.
struct Statement {
  enum Kind {
    /// Text outside of all tags: a part of the source.
    case data(Range<Int>)
    /// Such a text with other newlines, in UTF-8.
    case rewrittenData([UInt8])
    case output(Expression)
    indirect case conditional([(test: Expression, body: [Statement])], otherwise: [Statement])
    indirect case loop(Loop)
    indirect case set(Target, Expression)
    indirect case setBlock(Target, filters: [Expression], body: [Statement])
    indirect case with([(target: Target, value: Expression)], body: [Statement])
    indirect case macro(Macro)
    indirect case callBlock(Expression, Macro)
    indirect case filterBlock(Expression, body: [Statement])
    indirect case block(Block)
    indirect case extends(Expression)
    indirect case include(Expression, ignoresMissing: Bool, withContext: Bool)
    indirect case importAs(Expression, name: Name, withContext: Bool)
    indirect case importNames(Expression, names: [(name: String, alias: Name)], withContext: Bool)
    case evaluate(Expression)
    case breakLoop
    case continueLoop
  }

  let kind: Kind
  let offset: Int

  init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}

/// What an assignment stores to.
enum Target {
  case name(Name)
  case tuple([Target])
  /// `ns.name`.
  case attribute(Name, String, offset: Int)

  /// The variables that are assigned.
  var names: [Name] {
    switch self {
    case .name(let name): [name]
    case .tuple(let targets): targets.flatMap(\.names)
    case .attribute: []
    }
  }
}

struct Loop {
  var target: Target
  var sequence: Expression
  var condition: Expression?
  var isRecursive: Bool
  var body: [Statement]
  var otherwise: [Statement]
}

struct Macro {
  var name: Name
  var parameters: [(name: Name, fallback: Expression?)]
  var body: [Statement]
}

struct Block {
  var name: String
  var isScoped: Bool
  var isRequired: Bool
  var body: [Statement]
}
