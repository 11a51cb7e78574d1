import Values

/// The compiled arguments of a call.
struct ArgumentsCode: Sendable {
  let positional: [any Code]
  let keywords: [(name: String, value: any Code)]
  let extraPositional: (any Code)?
  let extraKeywords: (any Code)?

  /// Whether there is nothing but positional arguments.
  var isPositional: Bool { keywords.isEmpty && extraPositional == nil && extraKeywords == nil }

  func evaluate(_ frame: Frame, input: Object? = nil) throws -> Arguments {
    var arguments = Arguments(scope: frame.scope)
    if let input {
      arguments.positional.reserveCapacity(positional.count + 1)
      arguments.positional.append(input)
    } else {
      arguments.positional.reserveCapacity(positional.count)
    }
    for code in positional { arguments.positional.append(try code.evaluate(frame)) }
    for (name, code) in keywords { arguments.keywords.append((name, try code.evaluate(frame))) }
    if let extraPositional {
      arguments.positional += try extraPositional.evaluate(frame).elements(in: frame.scope)
    }
    if let extraKeywords {
      let object = try extraKeywords.evaluate(frame).defined()
      guard object.isMapping else {
        throw Diagnostic(.template, "argument after ** must be a mapping, not \(object.typeName)")
      }
      for (key, value) in try object.items(in: frame.scope) {
        guard let name = key.string else { throw Diagnostic(.template, "keywords must be strings") }
        arguments.keywords.append((name, value))
      }
    }
    return arguments
  }
}

/// `input | name(…)` and `input is name(…)`.
final class FunctionCode: Code {
  private let function: TemplateFunction
  private let input: any Code
  private let arguments: ArgumentsCode
  /// What fills the parameters that the call leaves out, when the arguments are simply the first ones.
  private let fallbacks: [Value]?
  private let offset: Int

  init(_ function: TemplateFunction, _ input: any Code, _ arguments: ArgumentsCode, _ offset: Int) {
    self.function = function
    self.input = input
    self.arguments = arguments
    fallbacks =
      arguments.isPositional ? function.signature.fallbacks(after: arguments.positional.count + 1) : nil
    self.offset = offset
  }

  func evaluate(_ frame: Frame) throws -> Object {
    let result = try call(try input.evaluate(frame), frame)
    // As in ansible, a range that comes out of a filter is a list.
    if case .native(let range as RangeObject) = result { return .list(try range.elements(in: frame.scope)) }
    return result
  }

  @inline(__always)
  private func call(_ input: Object, _ frame: Frame) throws -> Object {
    if let fallbacks { return try simple(input, fallbacks, frame) }
    return try frame.result(of: function, try arguments.evaluate(frame, input: input), offset)
  }

  private func simple(_ input: Object, _ fallbacks: [Value], _ frame: Frame) throws -> Object {
    var values: [Object] = []
    values.reserveCapacity(1 + arguments.positional.count + fallbacks.count)
    values.append(input)
    for index in arguments.positional.indices { values.append(try arguments.positional[index].evaluate(frame)) }
    if let undefined = values.firstUndefined, function.refuses(undefined) {
      return frame.located(undefined, offset)
    }
    for index in fallbacks.indices { values.append(Object(fallbacks[index], in: nil)) }
    return try frame.guarding(offset) { try function.call(bound: values, in: frame.scope) }
  }
}

extension Frame {
  /// What a filter, test or global function gives. One that meets an undefined value is undefined itself, so that `default`
  /// and `is defined` can come after it. One that fails gives a value whose use is the error: as in ansible-core 2.19, a list
  /// can hold it and only who asks for it meets it.
  func result(of function: TemplateFunction, _ arguments: Arguments, _ offset: Int) throws -> Object {
    if let undefined = arguments.undefined, function.refuses(undefined) {
      return located(undefined, offset)
    }
    return try guarding(offset) { try function(arguments) }
  }

  @inline(__always)
  func guarding(_ offset: Int, _ body: () throws -> Object) throws -> Object {
    do {
      try runtime.spend(1)
      return located(try body(), offset)
    } catch let diagnostic as Diagnostic where diagnostic.kind != .limit {
      return located(Undefined.failed(diagnostic), offset)
    } catch { throw located(error, offset) }
  }
}

extension [Object] {
  fileprivate var firstUndefined: Object? {
    for argument in self {
      if case .undefined(let undefined) = argument, !undefined.isNothing { return argument }
    }
    return nil
  }
}

extension Arguments {
  /// The first undefined one.
  fileprivate var undefined: Object? {
    if let undefined = positional.firstUndefined { return undefined }
    for keyword in keywords {
      if case .undefined(let undefined) = keyword.value, !undefined.isNothing { return keyword.value }
    }
    return nil
  }
}

/// `name is defined`, the commonest test.
final class DefinedCode: Code {
  private let operand: any Code
  private let variable: VariableCode?
  private let attribute: AttributeCode?
  private let expected: Bool

  init(_ operand: any Code, expected: Bool) {
    self.operand = operand
    variable = operand as? VariableCode
    attribute = operand as? AttributeCode
    self.expected = expected
  }

  func evaluate(_ frame: Frame) throws -> Object { .bool(try isTrue(frame)) }

  func isTrue(_ frame: Frame) throws -> Bool {
    if let variable { return try variable.isDefined(frame) == expected }
    if let attribute { return try attribute.isDefined(frame) == expected }
    let value = try operand.evaluate(frame)
    if value.isFailure { _ = try value.defined() }
    return !value.isUndefined == expected
  }
}

/// A filter or test that nobody knows: an error once it is reached, for a branch may guard it.
final class UnknownFunctionCode: Code {
  private let diagnostic: Diagnostic
  private let offset: Int
  init(_ diagnostic: Diagnostic, _ offset: Int) {
    self.diagnostic = diagnostic
    self.offset = offset
  }
  func evaluate(_ frame: Frame) throws -> Object { throw frame.located(diagnostic, offset) }
}

/// `name(…)` and `expression(…)`.
final class CallCode: Code {
  private let callee: any Code
  private let variable: VariableCode?
  private let arguments: ArgumentsCode
  private let offset: Int

  init(_ callee: any Code, _ arguments: ArgumentsCode, _ offset: Int) {
    self.callee = callee
    variable = callee as? VariableCode
    self.arguments = arguments
    self.offset = offset
  }

  func evaluate(_ frame: Frame) throws -> Object {
    if let variable, let function = try variable.function(frame) {
      return try frame.result(of: function, try arguments.evaluate(frame), offset)
    }
    let object = try callee.evaluate(frame)
    if object.isUndefined { return frame.located(object, offset) }
    do {
      return try Call.invoke(object, frame, try arguments.evaluate(frame))
    } catch { throw frame.located(error, offset) }
  }
}

extension Call {
  /// Calls an object, if it can be called.
  static func invoke(_ object: Object, _ frame: Frame, _ arguments: Arguments) throws -> Object {
    try frame.runtime.spend(1)
    guard case .native(let native) = try object.defined() else {
      throw Diagnostic(.template, "'\(object.typeName)' object is not callable")
    }
    return try frame.runtime.tainting { try native.call(arguments) }
  }
}

/// `object.method(…)`.
final class MethodCode: Code {
  private let object: any Code
  private let name: String
  private let arguments: ArgumentsCode
  private let offset: Int

  init(_ object: any Code, _ name: String, _ arguments: ArgumentsCode, _ offset: Int) {
    self.object = object
    self.name = name
    self.arguments = arguments
    self.offset = offset
  }

  func evaluate(_ frame: Frame) throws -> Object {
    let object = try object.evaluate(frame)
    if object.isUndefined { return object }
    if Methods.exists(name, of: object) {
      let arguments = try arguments.evaluate(frame)
      if let undefined = arguments.undefined { return frame.located(undefined, offset) }
      return try frame.guarding(offset) {
        try frame.runtime.tainting { try Methods.call(name, of: object, arguments) }
      }
    }
    do {
      let member = frame.located(try object.attribute(name, in: frame.scope), offset)
      if member.isUndefined { return member }
      return try Call.invoke(member, frame, try arguments.evaluate(frame))
    } catch let diagnostic as Diagnostic where diagnostic.kind == .undefined {
      return frame.located(Undefined.failed(diagnostic), offset)
    } catch { throw frame.located(error, offset) }
  }
}
