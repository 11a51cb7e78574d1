import Values

/// Turns nodes into code: names into slots, function names into functions.
struct Compiler {
  let engine: JinjaEngine
  private let stack: StackGuard
  private let source: [UInt8]
  let names: Names
  /// The global functions by the number of their name, as far as they were looked for.
  private var globals: [TemplateFunction??] = []
  /// Whether string constants that look like templates are rendered.
  var rendersConstants: Bool
  var symbols = SymbolTable(.template)
  var blocks: [String: Template.BlockCode] = [:]
  /// Filters and tests that nobody knows, for `check`.
  var unknown: [(diagnostic: Diagnostic, offset: Int)] = []

  /// Whether there is an `extends` in the template.
  private var mayExtend = false

  /// The compiled statements of the bodies that are open, the outermost first.
  private var pieces: [SequenceAction.Piece] = []

  /// How many tags are around the one being compiled.
  private var actionDepth = 0
  private static let actionsBetweenGuards = 8

  init(_ engine: JinjaEngine, _ stack: StackGuard, _ tokens: Tokens, rendersConstants: Bool = false) {
    self.engine = engine
    self.stack = stack
    source = tokens.source
    names = tokens.names
    self.rendersConstants = rendersConstants
  }

  mutating func template(_ statements: [Statement]) throws(SyntaxError) -> Unit {
    for name in statements.assignedNames { symbols.declare(name) }
    try addPieces(statements)
    let body = mayExtend ? ExtendingAction(pieces, source) : SequenceAction.of(&pieces, from: 0, source)
    return Unit(slots: symbols.slotCount, body: body)
  }

  mutating func lone(_ expression: Expression) throws(SyntaxError) -> Unit {
    let code = try self.code(expression)
    return Unit(slots: symbols.slotCount, body: OutputAction(code, expression.offset))
  }

  /// The statements of a scope, whose assigned names get their slots first.
  mutating func scopeBody(_ statements: [Statement]) throws(SyntaxError) -> any Action {
    for name in statements.assignedNames { symbols.declare(name) }
    return try actions(statements)
  }

  mutating func actions(_ statements: [Statement]) throws(SyntaxError) -> any Action {
    if statements.count == 1, case .data(let range) = statements[0].kind { return DataAction(source, range) }
    let start = pieces.count
    try addPieces(statements)
    return SequenceAction.of(&pieces, from: start, source)
  }

  private mutating func addPieces(_ statements: [Statement]) throws(SyntaxError) {
    var text = 0..<0
    for index in statements.indices {
      if case .data(let range) = statements[index].kind {
        if !text.isEmpty { pieces.append(SequenceAction.Piece(text: text)) }
        text = range
      } else {
        let action = try action(statements[index])
        pieces.append(SequenceAction.Piece(text: text, action: action))
        text = 0..<0
      }
    }
    if !text.isEmpty { pieces.append(SequenceAction.Piece(text: text)) }
  }

  private mutating func action(_ statement: Statement) throws(SyntaxError) -> any Action {
    try enter(statement.offset)
    actionDepth += 1
    defer { actionDepth -= 1 }
    let action = try unguarded(statement)
    return actionDepth % Compiler.actionsBetweenGuards == 0 ? GuardedAction(action) : action
  }

  /// Checks that there is stack for one level more.
  func enter(_ offset: Int) throws(SyntaxError) {
    guard stack.hasRoom else { throw SyntaxError(message: "the template is nested too deeply", offset: offset) }
  }

  private mutating func unguarded(_ statement: Statement) throws(SyntaxError) -> any Action {
    let offset = statement.offset
    switch statement.kind {
    case .data(let range): return DataAction(source, range)
    case .rewrittenData(let text): return DataAction(text, text.indices)
    case .output(let expression): return OutputAction(try code(expression), offset)
    case .evaluate(let expression): return EvaluateAction(try code(expression))
    case .conditional(let branches, let otherwise):
      var compiled: [(test: any Code, body: any Action)] = []
      compiled.reserveCapacity(branches.count)
      for branch in branches { compiled.append((try code(branch.test), try actions(branch.body))) }
      let last = otherwise.isEmpty ? nil : try actions(otherwise)
      if compiled.count == 1 { return ConditionalAction(compiled[0].test, compiled[0].body, otherwise: last, offset) }
      return ChoiceAction(compiled, otherwise: last, offset)
    case .loop(let loop): return try self.loop(loop, offset)
    case .set(let target, let expression):
      let value = try code(expression)
      return SetAction(store(target), value, offset)
    case .setBlock(let target, let filters, let body):
      var value = try capture(body)
      for filter in filters { value = try code(filter, input: value) }
      return SetAction(store(target), value, offset)
    case .filterBlock(let filter, let body):
      let value = try capture(body)
      return OutputAction(try code(filter, input: value), offset)
    case .with(let values, let body): return try with(values, body, offset)
    case .macro(let macro):
      let code = try self.macro(macro)
      return MacroAction(store(.name(macro.name)), code)
    case .callBlock(let call, let caller):
      guard case .call(let callee, let arguments) = call.kind else {
        throw SyntaxError(message: "expected call", offset: offset)
      }
      return CallBlockAction(try code(callee), try self.arguments(arguments), try macro(caller), call.offset)
    case .block(let block): return try self.block(block, offset)
    case .extends(let name):
      mayExtend = true
      return ExtendsAction(try code(name), offset)
    case .include(let name, let ignoresMissing, let withContext):
      return IncludeAction(
        try code(name), ignoresMissing: ignoresMissing, visible: withContext ? visibleNames() : nil, offset)
    case .importAs(let template, let name, let withContext):
      return ImportAction(
        try code(template), module: store(.name(name)), names: [], visible: withContext ? visibleNames() : nil, offset)
    case .importNames(let template, let names, let withContext):
      var stores: [(name: String, store: Store)] = []
      for (name, alias) in names { stores.append((name, store(.name(alias)))) }
      return ImportAction(
        try code(template), module: nil, names: stores, visible: withContext ? visibleNames() : nil, offset)
    case .breakLoop, .continueLoop:
      guard symbols.loopDepth > 0 else {
        throw SyntaxError(message: "break and continue make sense only within a loop", offset: offset)
      }
      if case .breakLoop = statement.kind { return FlowAction(.breakLoop) }
      return FlowAction(.continueLoop)
    }
  }

  private mutating func store(_ target: Target) -> Store {
    switch target {
    case .name(let name): return .slot(symbols.declare(name), export: symbols.isTopLevel ? names[name] : nil)
    case .tuple(let targets):
      var stores: [Store] = []
      for target in targets { stores.append(store(target)) }
      return .tuple(stores)
    case .attribute(let name, let attribute, let offset):
      return .attribute(variable(name, at: offset), attribute, name: names[name])
    }
  }

  private mutating func capture(_ body: [Statement]) throws(SyntaxError) -> any Code {
    symbols.push()
    defer { symbols.pop() }
    let actions = try scopeBody(body)
    return CaptureCode(actions, locals: symbols.slots())
  }

  private mutating func with(
    _ values: [(target: Target, value: Expression)], _ body: [Statement], _ offset: Int
  ) throws(SyntaxError) -> any Action {
    var codes: [any Code] = []
    for (_, value) in values { codes.append(try code(value)) }
    symbols.push()
    defer { symbols.pop() }
    var stores: [Store] = []
    for (target, _) in values { stores.append(store(target)) }
    let actions = try scopeBody(body)
    return WithAction(
      zip(stores, codes).map { (store: $0, code: $1) }, body: actions, locals: symbols.slots(), offset)
  }

  private mutating func loop(_ loop: Loop, _ offset: Int) throws(SyntaxError) -> any Action {
    let sequence = try code(loop.sequence)
    guard loop.isRecursive else { return LoopAction(sequence, try loopCode(loop)) }
    let outer = symbols
    symbols = SymbolTable(.function, parent: outer)
    defer { symbols = outer }
    let code = try loopCode(loop)
    return RecursiveLoopAction(sequence, slots: symbols.slotCount, code)
  }

  private mutating func loopCode(_ loop: Loop) throws(SyntaxError) -> LoopCode {
    symbols.push()
    symbols.loopDepth += 1
    let store = self.store(loop.target)
    symbols.allAreSet()
    let condition = try loop.condition.map { (expression) throws(SyntaxError) in try code(expression) }
    let loopSlot = symbols.declare(.loop)
    symbols.allAreSet()
    let setCount = symbols.count
    let body = try scopeBody(loop.body)
    let locals = symbols.slots(after: setCount)
    let usesLoop = symbols.uses(.loop)
    symbols.loopDepth -= 1
    symbols.pop()
    symbols.push()
    let otherwise = try scopeBody(loop.otherwise)
    let otherwiseLocals = symbols.slots()
    symbols.pop()
    return LoopCode(
      store: store, condition: condition, body: body, otherwise: otherwise, locals: locals,
      otherwiseLocals: otherwiseLocals, loopSlot: usesLoop ? loopSlot : nil,
      offset: loop.sequence.offset)
  }

  private mutating func macro(_ macro: Macro) throws(SyntaxError) -> MacroCode {
    let outer = symbols
    symbols = SymbolTable(.function, parent: outer)
    defer { symbols = outer }
    var parameters: [(name: String, slot: Int, fallback: (any Code)?)] = []
    for parameter in macro.parameters {
      parameters.append((names[parameter.name], symbols.declare(parameter.name), nil))
    }
    let special = [Name.caller, .varargs, .kwargs].map { name in
      (name: name, slot: symbols.declares(name) ? nil : symbols.declare(name))
    }
    for (index, parameter) in macro.parameters.enumerated() {
      if let fallback = parameter.fallback { parameters[index].fallback = try code(fallback) }
    }
    let body = try scopeBody(macro.body)
    func slot(_ index: Int) -> Int? { symbols.uses(special[index].name) ? special[index].slot : nil }
    return MacroCode(
      name: names[macro.name], parameters: parameters, unit: Unit(slots: symbols.slotCount, body: body),
      callerSlot: slot(0),
      varargsSlot: slot(1), kwargsSlot: slot(2))
  }

  private mutating func block(_ block: Block, _ offset: Int) throws(SyntaxError) -> any Action {
    let visible = block.isScoped ? visibleNames() : nil
    let outer = symbols
    symbols = SymbolTable(.block)
    symbols.declare(.super)
    defer { symbols = outer }
    let body = try scopeBody(block.body)
    blocks[block.name] = Template.BlockCode(
      unit: Unit(slots: symbols.slotCount, body: body), isRequired: block.isRequired)
    return BlockAction(block.name, visible: visible, offset)
  }

  private func visibleNames() -> VisibleNames {
    let hidden: Set<Name> = [.loop, .caller, .super, .varargs, .kwargs]
    let visible = symbols.visibleNames.subtracting(hidden).sorted { names[$0] < names[$1] }
    return VisibleNames(
      names: visible.map { (name: names[$0], code: symbols.code(for: $0, outside: { MissingCode() })) })
  }

  mutating func variable(_ name: Name, at offset: Int) -> any Code {
    symbols.code(for: name) {
      if name == .self { return SelfCode() }
      return VariableCode(names[name], offset, global: global(name))
    }
  }

  mutating func global(_ name: Name) -> TemplateFunction? {
    while globals.count <= name.number { globals.append(.none) }
    if let known = globals[name.number] { return known }
    let global = engine.globals[names[name]]
    globals[name.number] = .some(global)
    return global
  }
}
