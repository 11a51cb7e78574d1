import Values

/// Turns nodes into code: names into slots, function names into functions.
struct Compiler {
  let engine: JinjaEngine
  private let stack: StackGuard
  /// Whether string constants that look like templates are rendered.
  var rendersConstants: Bool
  var symbols = SymbolTable(.template)
  var blocks: [String: Template.BlockCode] = [:]
  /// Filters and tests that nobody knows, for `check`.
  var unknown: [(diagnostic: Diagnostic, offset: Int)] = []

  /// Whether there is an `extends` in the template.
  private var mayExtend = false

  /// How many tags are around the one being compiled.
  private var actionDepth = 0
  private static let actionsBetweenGuards = 8

  init(_ engine: JinjaEngine, _ stack: StackGuard, rendersConstants: Bool = false) {
    self.engine = engine
    self.stack = stack
    self.rendersConstants = rendersConstants
  }

  mutating func template(_ statements: [Statement]) throws(SyntaxError) -> Unit {
    for name in statements.assignedNames { symbols.declare(name) }
    let actions = try list(statements)
    return Unit(slots: symbols.slotCount, body: mayExtend ? ExtendingAction(actions) : SequenceAction.of(actions))
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
    if statements.count == 1 { return try action(statements[0]) }
    return SequenceAction.of(try list(statements))
  }

  private mutating func list(_ statements: [Statement]) throws(SyntaxError) -> [any Action] {
    var actions: [any Action] = []
    actions.reserveCapacity(statements.count)
    for statement in statements { actions.append(try action(statement)) }
    return actions
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
    case .data(let text): return DataAction(text)
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
      let stores = names.map { (name: $0.name, store: store(.name($0.alias))) }
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

  private func store(_ target: Target) -> Store {
    switch target {
    case .name(let name): .slot(symbols.declare(name), export: symbols.isTopLevel ? name : nil)
    case .tuple(let targets): .tuple(targets.map(store))
    case .attribute(let name, let attribute, let offset):
      .attribute(variable(name, at: offset), attribute, name: name)
    }
  }

  private mutating func capture(_ body: [Statement]) throws(SyntaxError) -> any Code {
    let block = symbols.push()
    defer { symbols.pop() }
    let actions = try scopeBody(body)
    return CaptureCode(actions, locals: block.slots)
  }

  private mutating func with(
    _ values: [(target: Target, value: Expression)], _ body: [Statement], _ offset: Int
  ) throws(SyntaxError) -> any Action {
    var codes: [any Code] = []
    for (_, value) in values { codes.append(try code(value)) }
    let block = symbols.push()
    defer { symbols.pop() }
    let stores = values.map { store($0.target) }
    let actions = try scopeBody(body)
    return WithAction(
      zip(stores, codes).map { (store: $0, code: $1) }, body: actions, locals: block.slots, offset)
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
    let block = symbols.push()
    symbols.loopDepth += 1
    let store = self.store(loop.target)
    let targets = block.slots
    let condition = try loop.condition.map { (expression) throws(SyntaxError) in try code(expression) }
    let loopSlot = symbols.declare("loop")
    let body = try scopeBody(loop.body)
    let locals = block.slots.filter { !targets.contains($0) && $0 != loopSlot }
    symbols.loopDepth -= 1
    symbols.pop()
    let inner = symbols.push()
    let otherwise = try scopeBody(loop.otherwise)
    symbols.pop()
    return LoopCode(
      store: store, condition: condition, body: body, otherwise: otherwise, locals: locals,
      otherwiseLocals: inner.slots, loopSlot: block.uses("loop") ? loopSlot : nil,
      offset: loop.sequence.offset)
  }

  private mutating func macro(_ macro: Macro) throws(SyntaxError) -> MacroCode {
    let outer = symbols
    symbols = SymbolTable(.function, parent: outer)
    defer { symbols = outer }
    let block = symbols.innermost
    var parameters: [(name: String, slot: Int, fallback: (any Code)?)] = []
    for parameter in macro.parameters { parameters.append((parameter.name, symbols.declare(parameter.name), nil)) }
    let declared = block.names.map(\.name)
    let special = ["caller", "varargs", "kwargs"].map { name in
      (name: name, slot: declared.contains(name) ? nil : symbols.declare(name))
    }
    for (index, parameter) in macro.parameters.enumerated() {
      if let fallback = parameter.fallback { parameters[index].fallback = try code(fallback) }
    }
    let body = try scopeBody(macro.body)
    func slot(_ index: Int) -> Int? { block.uses(special[index].name) ? special[index].slot : nil }
    return MacroCode(
      name: macro.name, parameters: parameters, unit: Unit(slots: symbols.slotCount, body: body), callerSlot: slot(0),
      varargsSlot: slot(1), kwargsSlot: slot(2))
  }

  private mutating func block(_ block: Block, _ offset: Int) throws(SyntaxError) -> any Action {
    let visible = block.isScoped ? visibleNames() : nil
    let outer = symbols
    symbols = SymbolTable(.block)
    symbols.declare("super")
    defer { symbols = outer }
    let body = try scopeBody(block.body)
    blocks[block.name] = Template.BlockCode(
      unit: Unit(slots: symbols.slotCount, body: body), isRequired: block.isRequired)
    return BlockAction(block.name, visible: visible, offset)
  }

  private func visibleNames() -> VisibleNames {
    VisibleNames(
      names: symbols.visibleNames.sorted().filter { !["loop", "caller", "super", "varargs", "kwargs"].contains($0) }.map
      {
        (name: $0, code: local($0, otherwise: MissingCode()))
      })
  }

  /// The code for a name that is a variable of the template, or `otherwise` where it is none.
  private func local(_ name: String, otherwise: any Code) -> any Code {
    symbols.reduce(name, otherwise) { code, slot, depth in LocalCode(slot: slot, depth: depth, fallback: code) }
  }

  func variable(_ name: String, at offset: Int) -> any Code {
    let outside: any Code =
      name == "self" ? SelfCode() : VariableCode(name, offset, global: engine.globals[name])
    return local(name, otherwise: outside)
  }
}
