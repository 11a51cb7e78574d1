import Values

extension Compiler {
  mutating func code(_ expression: Expression) throws(SyntaxError) -> any Code {
    try code(expression, input: nil)
  }

  /// - Parameter input: what stands where a filter block left the innermost input open.
  mutating func code(_ expression: Expression, input: (any Code)?) throws(SyntaxError) -> any Code {
    try enter(expression.offset)
    let code = try unguarded(expression, input: input)
    // Every so many levels, running code checks that there is stack for the next ones.
    return expression.depth % 16 == 0 ? GuardedCode(code) : code
  }

  private mutating func unguarded(_ expression: Expression, input: (any Code)?) throws(SyntaxError) -> any Code {
    let offset = expression.offset
    switch expression.kind {
    case .constant(let constant): return self.constant(constant)
    case .name(let name): return variable(name, at: offset)
    case .list(let elements): return ListCode(try codes(elements), isTuple: false)
    case .tuple(let elements): return ListCode(try codes(elements), isTuple: true)
    case .dict(let members):
      var compiled: [(key: any Code, value: any Code)] = []
      for (key, value) in members { compiled.append((try code(key), try code(value))) }
      return DictCode(compiled, offset)
    case .negative(let operand):
      if case .constant(.int(let int)) = operand.kind { return ConstantCode(.int(0 &- int)) }
      return SignCode(try code(operand), isNegative: true, offset)
    case .positive(let operand): return SignCode(try code(operand), isNegative: false, offset)
    case .not(let operand):
      if case .test(let input, "defined", let arguments) = operand.kind, arguments.isEmpty {
        return DefinedCode(try code(input), expected: false)
      }
      return NotCode(try code(operand))
    case .and(let left, let right): return AndCode(try code(left), try code(right))
    case .or(let left, let right): return OrCode(try code(left), try code(right))
    case .arithmetic(let arithmetic, let left, let right):
      return ArithmeticCode(arithmetic, try code(left), try code(right), offset)
    case .concatenation(let parts): return ConcatenationCode(try codes(parts), offset)
    case .comparison(let first, let rest):
      var compiled: [(Comparison, any Code)] = []
      for (comparison, operand) in rest { compiled.append((comparison, try code(operand))) }
      return ComparisonCode(try code(first), compiled, offset)
    case .conditional(let test, let then, let otherwise):
      let alternative = try otherwise.map { (expression) throws(SyntaxError) in try code(expression) }
      return ConditionalCode(try code(test), try code(then), alternative, offset)
    case .attribute(let object, let name):
      return AttributeCode(try code(object), names[name], ofLoop: false, offset)
    case .nameAttribute(let object, let name):
      return AttributeCode(variable(object.name, at: object.offset), names[name], ofLoop: object.name == .loop, offset)
    case .item(let object, let key): return ItemCode(try code(object), try code(key), offset)
    case .slice(let object, let start, let stop, let step):
      var bounds: [(any Code)?] = []
      for bound in [start, stop, step] {
        bounds.append(try bound.map { (expression) throws(SyntaxError) in try code(expression) })
      }
      return SliceCode(try code(object), bounds, offset)
    case .call(let callee, let arguments): return try call(callee, arguments, offset)
    case .filter(let inner, let name, let arguments):
      let value: any Code
      if let inner { value = try code(inner, input: input) } else { value = input ?? MissingCode() }
      return try function(engine.filters, "filter", name, value, arguments, expression.offset)
    case .test(let inner, let name, let arguments):
      let value = try code(inner)
      if arguments.isEmpty, name == "defined" || name == "undefined" {
        return DefinedCode(value, expected: name == "defined")
      }
      return try function(engine.tests, "test", name, value, arguments, expression.offset)
    }
  }

  private mutating func function(
    _ table: [String: TemplateFunction], _ kind: String, _ name: String, _ input: any Code, _ arguments: CallArguments,
    _ offset: Int
  ) throws(SyntaxError) -> any Code {
    guard let function = table[name] else {
      let diagnostic = JinjaEngine.unknown(kind, name, among: table)
      unknown.append((diagnostic, offset))
      return UnknownFunctionCode(diagnostic, offset)
    }
    return FunctionCode(function, input, try self.arguments(arguments), offset)
  }

  private mutating func call(_ callee: Expression, _ arguments: CallArguments, _ offset: Int) throws(SyntaxError)
    -> any Code
  {
    if case .attribute(let object, let name) = callee.kind {
      return MethodCode(try code(object), names[name], try self.arguments(arguments), callee.offset)
    }
    if case .nameAttribute(let object, let name) = callee.kind {
      let object = variable(object.name, at: object.offset)
      return MethodCode(object, names[name], try self.arguments(arguments), callee.offset)
    }
    if case .name(let name) = callee.kind, global(name)?.rendersConstants ?? false,
      engine.features.allowsEmbeddedTemplates
    {
      let outer = rendersConstants
      rendersConstants = true
      defer { rendersConstants = outer }
      return CallCode(try code(callee), try self.arguments(arguments), offset)
    }
    return CallCode(try code(callee), try self.arguments(arguments), offset)
  }

  mutating func arguments(_ arguments: CallArguments) throws(SyntaxError) -> ArgumentsCode {
    var keywords: [(name: String, value: any Code)] = []
    for (name, value) in arguments.keywords { keywords.append((name, try code(value))) }
    return ArgumentsCode(
      positional: try codes(arguments.positional), keywords: keywords,
      extraPositional: try arguments.extraPositional.map { (expression) throws(SyntaxError) in try code(expression) },
      extraKeywords: try arguments.extraKeywords.map { (expression) throws(SyntaxError) in try code(expression) })
  }

  private mutating func codes(_ expressions: [Expression]) throws(SyntaxError) -> [any Code] {
    var codes: [any Code] = []
    codes.reserveCapacity(expressions.count)
    for expression in expressions { codes.append(try code(expression)) }
    return codes
  }

  private func constant(_ constant: Constant) -> any Code {
    switch constant {
    case .none: return ConstantCode(.null)
    case .bool(let bool): return ConstantCode(.bool(bool))
    case .int(let int): return ConstantCode(.int(int))
    case .double(let double): return ConstantCode(.double(double))
    case .string(let string):
      if rendersConstants, Text.hasTemplateDelimiter(string) { return EmbeddedTemplateCode(string) }
      return ConstantCode(.string(string))
    }
  }
}
