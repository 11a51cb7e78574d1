import Values

/// The compiled parts of a macro.
final class MacroCode: Sendable {
  let name: String
  let parameters: [(name: String, slot: Int, fallback: (any Code)?)]
  let unit: Unit
  /// Slots of `caller`, `varargs` and `kwargs`, when the body uses them.
  let callerSlot: Int?
  let varargsSlot: Int?
  let kwargsSlot: Int?

  init(
    name: String, parameters: [(name: String, slot: Int, fallback: (any Code)?)], unit: Unit, callerSlot: Int?,
    varargsSlot: Int?, kwargsSlot: Int?
  ) {
    self.name = name
    self.parameters = parameters
    self.unit = unit
    self.callerSlot = callerSlot
    self.varargsSlot = varargsSlot
    self.kwargsSlot = kwargsSlot
  }
}

/// A macro, with the activation in which it was defined.
final class MacroObject: NativeObject {
  private let code: MacroCode
  private let outer: Frame

  init(_ code: MacroCode, _ outer: Frame) {
    self.code = code
    self.outer = outer
  }

  var typeName: String { "Macro" }
  var isCallable: Bool { true }
  func repr(depth: Int) throws -> String { "<Macro '\(code.name)'>" }

  func attribute(_ name: String, in scope: Scope) throws -> Object? {
    switch name {
    case "name": .string(code.name)
    case "arguments": .tuple(code.parameters.map { .string($0.name) })
    case "catch_kwargs": .bool(code.kwargsSlot != nil)
    case "catch_varargs": .bool(code.varargsSlot != nil)
    case "caller": .bool(code.callerSlot != nil)
    default: nil
    }
  }

  func call(_ arguments: Arguments) throws -> Object {
    try outer.runtime.enter()
    try outer.runtime.spend(1)
    let frame = Frame(outer.context, slots: code.unit.slots, outer: outer)
    try bind(arguments, frame)
    let output = Output(outer.scope)
    _ = try code.unit.body.run(frame, output)
    return output.result()
  }

  private func bind(_ arguments: Arguments, _ frame: Frame) throws {
    let given = arguments.positional
    var keywords = arguments.keywords
    for (index, parameter) in code.parameters.enumerated() {
      let position = keywords.firstIndex { $0.name == parameter.name }
      if index < given.count {
        if position != nil {
          throw Diagnostic(.template, "macro '\(code.name)' got multiple values for argument '\(parameter.name)'")
        }
        frame.slots[parameter.slot] = given[index]
      } else if let position {
        frame.slots[parameter.slot] = keywords.remove(at: position).value
      } else if let fallback = parameter.fallback {
        frame.slots[parameter.slot] = try fallback.evaluate(frame)
      } else {
        frame.slots[parameter.slot] = .undefined(Undefined(hint: "parameter '\(parameter.name)' was not provided"))
      }
    }
    if let slot = code.callerSlot {
      let position = keywords.firstIndex { $0.name == "caller" }
      frame.slots[slot] =
        position.map { keywords.remove(at: $0).value } ?? .undefined(Undefined(hint: "No caller defined"))
    }
    try bindRest(given, keywords, frame)
  }

  private func bindRest(_ given: [Object], _ keywords: [(name: String, value: Object)], _ frame: Frame) throws {
    if let slot = code.kwargsSlot {
      var members = DictObject.Members()
      for (name, value) in keywords { members[.string(name)] = value }
      frame.slots[slot] = .dict(DictObject(members))
    } else if let first = keywords.first {
      throw Diagnostic(
        .template,
        first.name == "caller"
          ? "macro '\(code.name)' was invoked with two values for the special caller argument or does not use it"
          : "macro '\(code.name)' takes no keyword argument '\(first.name)'")
    }
    if let slot = code.varargsSlot {
      frame.slots[slot] = .tuple(Array(given.dropFirst(code.parameters.count)))
    } else if given.count > code.parameters.count {
      throw Diagnostic(
        .template, "macro '\(code.name)' takes not more than \(code.parameters.count) argument(s)")
    }
  }
}

/// `{% macro name(…) %}`.
final class MacroAction: Action {
  private let store: Store
  private let code: MacroCode
  init(_ store: Store, _ code: MacroCode) {
    self.store = store
    self.code = code
  }
  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    try store.assign(.native(MacroObject(code, frame)), frame)
    return .normal
  }
}

/// `{% call(…) name(…) %}`: the body goes to the called macro as `caller`.
final class CallBlockAction: Action {
  private let callee: any Code
  private let arguments: ArgumentsCode
  private let caller: MacroCode
  private let offset: Int

  init(_ callee: any Code, _ arguments: ArgumentsCode, _ caller: MacroCode, _ offset: Int) {
    self.callee = callee
    self.arguments = arguments
    self.caller = caller
    self.offset = offset
  }

  func run(_ frame: Frame, _ output: Output) throws -> Flow {
    let object = try callee.evaluate(frame)
    do {
      var arguments = try arguments.evaluate(frame)
      arguments.keywords.append(("caller", .native(MacroObject(caller, frame))))
      try output.append(try Call.invoke(object, frame, arguments))
    } catch { throw frame.located(error, offset) }
    return .normal
  }
}
