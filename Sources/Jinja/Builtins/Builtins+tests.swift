import Values

extension Builtins {
  static let valueTests: [TemplateFunction] = [
    TemplateFunction("defined", "(value)", acceptsUndefined: true, "Whether the variable has a value.") {
      .bool(!$0.input.isUndefined)
    },
    TemplateFunction("undefined", "(value)", acceptsUndefined: true, "Whether the variable has no value.") {
      .bool($0.input.isUndefined)
    },
    TemplateFunction("none", "(value)", "Whether it is None.") { .bool($0.input.isNone) },
    TemplateFunction("boolean", "(value)", "Whether it is true or false.") { call in
      if case .bool = call.input { return .bool(true) }
      return .bool(false)
    },
    TemplateFunction("true", "(value)", "Whether it is true.") { call in
      if case .bool(true) = call.input { return .bool(true) }
      return .bool(false)
    },
    TemplateFunction("false", "(value)", "Whether it is false.") { call in
      if case .bool(false) = call.input { return .bool(true) }
      return .bool(false)
    },
    TemplateFunction("integer", "(value)", "Whether it is an integer.") { call in
      if case .int = call.input { return .bool(true) }
      return .bool(false)
    },
    TemplateFunction("float", "(value)", "Whether it is a float.") { call in
      if case .double = call.input { return .bool(true) }
      return .bool(false)
    },
    TemplateFunction("number", "(value)", "Whether it is a number; booleans are.") { .bool($0.input.double != nil) },
    TemplateFunction("string", "(value)", "Whether it is text.") { call in
      switch call.input {
      case .string, .secret: .bool(true)
      default: .bool(false)
      }
    },
    TemplateFunction("mapping", "(value)", "Whether it is a dict.") { .bool($0.input.isMapping) },
    TemplateFunction("sequence", "(value)", "Whether it has a length and elements: lists, tuples, dicts, text.") {
      call in
      switch call.input {
      case .string, .secret, .dict, .list, .tuple, .set: .bool(true)
      default: .bool(call.input.isSequence || call.input.isMapping)
      }
    },
    TemplateFunction("iterable", "(value)", "Whether a loop can walk it.") { call in
      switch call.input {
      case .string, .secret, .dict, .list, .tuple, .set: .bool(true)
      default: .bool(call.input.isSequence || call.input.isMapping)
      }
    },
    TemplateFunction("callable", "(value)", "Whether it can be called.") { call in
      if case .native(let native) = call.input { return .bool(native.isCallable) }
      return .bool(false)
    },
    TemplateFunction("escaped", "(value)", "Whether it is markup: HTML that was escaped already.") {
      .bool($0.input.isMarkup)
    },
    TemplateFunction("lower", "(value)", "Whether the text is in lower case.") { call in
      try StringMethods.table["islower"].map { try $0(.string(try call.input.text()), Arguments(scope: call.scope)) }
        ?? .none
    },
    TemplateFunction("upper", "(value)", "Whether the text is in upper case.") { call in
      try StringMethods.table["isupper"].map { try $0(.string(try call.input.text()), Arguments(scope: call.scope)) }
        ?? .none
    },
    TemplateFunction("odd", "(value)", "Whether the number is odd.") { .bool(try leaves($0, .int(2), 1)) },
    TemplateFunction("even", "(value)", "Whether the number is even.") { .bool(try leaves($0, .int(2), 0)) },
    TemplateFunction("divisibleby", "(value, num)", "Whether the number can be divided without a rest.") {
      .bool(try leaves($0, $0[1], 0))
    },
    TemplateFunction("filter", "(value)", "Whether there is a filter of this name.") { call in
      .bool(try isKnown(call.input, call.engine.filters))
    },
    TemplateFunction("test", "(value)", "Whether there is a test of this name.") { call in
      .bool(try isKnown(call.input, call.engine.tests))
    },
    TemplateFunction("sameas", "(value, other)", "Whether both are the very same object.") { call in
      .bool(isSame(call[0], call[1]))
    },
  ]

  static let comparisonTests: [TemplateFunction] = [
    comparison(.equal, "eq", ["equalto", "=="], "Whether both are equal."),
    comparison(.notEqual, "ne", ["!="], "Whether they differ."),
    comparison(.less, "lt", ["lessthan", "<"], "Whether the first is less."),
    comparison(.lessOrEqual, "le", ["<="], "Whether the first is less or equal."),
    comparison(.greater, "gt", ["greaterthan", ">"], "Whether the first is greater."),
    comparison(.greaterOrEqual, "ge", [">="], "Whether the first is greater or equal."),
    TemplateFunction("in", "(value, seq)", "Whether it is within a list, a dict's keys or a text.") { call in
      .bool(try call[1].contains(try whole(call[0]), in: call.scope))
    },
  ]

  private static func comparison(_ comparison: Comparison, _ name: String, _ aliases: [String], _ summary: String)
    -> TemplateFunction
  {
    TemplateFunction(name, "(a, b)", aliases: aliases, summary) { call in
      .bool(try comparison.holds(try whole(call[0]), try whole(call[1]), in: call.scope))
    }
  }

  /// What a test compares, of which ansible reads every element first: an undefined one is an error, though the operator might not
  /// have come across it.
  private static func whole(_ object: Object) throws -> Object {
    switch object {
    case .list(let list):
      for index in 0..<list.count { _ = try list.element(index).defined() }
    case .tuple(let tuple):
      for element in tuple.elements { _ = try element.defined() }
    case .dict(let dict):
      for (_, value) in try dict.members() { _ = try value.defined() }
    default: break
    }
    return object
  }

  /// Python's `value % divisor == rest`, which of a text is formatting.
  private static func leaves(_ call: Call, _ divisor: Object, _ rest: Int) throws -> Bool {
    try Operators.apply(.modulo, call.input, divisor, in: call.scope).isEqual(to: .int(rest))
  }

  /// Ansible's tables say yes to every key that is no text.
  private static func isKnown(_ name: Object, _ table: [String: TemplateFunction]) throws -> Bool {
    guard let string = name.string else {
      _ = try ObjectKey(name)
      return true
    }
    return table[string] != nil
  }

  private static func isSame(_ left: Object, _ right: Object) -> Bool {
    switch (left, right) {
    case (.list(let a), .list(let b)): a === b
    case (.dict(let a), .dict(let b)): a === b
    case (.tuple(let a), .tuple(let b)): a === b
    case (.set(let a), .set(let b)): a === b
    case (.native(let a), .native(let b)): a === b
    case (.none, .none), (.omit, .omit): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    default: false
    }
  }
}
