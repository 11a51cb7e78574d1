import Glibc
import Values

/// Python's arithmetic on objects.
package enum Operators {
  /// The operators, under the signs that messages show.
  package enum Arithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case modulo = "%"
    case power = "**"
  }

  package static func apply(_ arithmetic: Arithmetic, _ left: Object, _ right: Object, in scope: Scope) throws -> Object
  {
    switch (left, right) {
    case (.int(let a), .int(let b)): return try integers(arithmetic, a, b)
    case (.double, .double), (.double, .int), (.int, .double), (.double, .bool), (.bool, .double):
      return .double(try floats(arithmetic, left.double ?? 0, right.double ?? 0))
    case (.bool, .int), (.int, .bool), (.bool, .bool): return try integers(arithmetic, left.int ?? 0, right.int ?? 0)
    case (.undefined(let undefined), _): throw undefined.error()
    case (.secret, _), (_, .secret):
      return try scope.runtime.tainting { try apply(arithmetic, left.revealed, right.revealed, in: scope) }
    case (.string(let format), .undefined) where arithmetic == .modulo:
      return .string(try PercentFormat.format(format.string, right, in: scope))
    case (_, .undefined(let undefined)): throw undefined.error()
    case (.native(let native), _):
      if let result = try native.apply(arithmetic.rawValue, right, reversed: false) { return result }
    case (_, .native(let native)):
      if let result = try native.apply(arithmetic.rawValue, left, reversed: true) { return result }
    default: break
    }
    switch (arithmetic, left, right) {
    case (.add, .string(let a), .string(let b)):
      if a.isMarkup || b.isMarkup { return .markup(try scope.runtime.checked(a.html + b.html)) }
      return .string(try scope.runtime.checked(a.string + b.string))
    case (.add, .list(let a), .list(let b)): return .list(try a.elements() + b.elements())
    case (.add, .tuple(let a), .tuple(let b)): return .tuple(a.elements + b.elements)
    case (.multiply, .string(let text), _):
      if let count = right.int { return text.derived(try scope.runtime.repeating(text.string, count)) }
    case (.multiply, _, .string(let text)):
      if let count = left.int { return text.derived(try scope.runtime.repeating(text.string, count)) }
    case (.multiply, .list(let list), _):
      if let count = right.int { return .list(try repeating(try list.elements(), count, in: scope)) }
    case (.multiply, _, .list(let list)):
      if let count = left.int { return .list(try repeating(try list.elements(), count, in: scope)) }
    case (.multiply, .tuple(let tuple), _):
      if let count = right.int { return .tuple(try repeating(tuple.elements, count, in: scope)) }
    case (.multiply, _, .tuple(let tuple)):
      if let count = left.int { return .tuple(try repeating(tuple.elements, count, in: scope)) }
    case (.modulo, .string(let format), _):
      if format.isMarkup {
        // Markup's helper around a list is a mapping to Python, and a text need not use one.
        if case .list = right, !format.string.containsText("%") { return left }
        return .markup(try PercentFormat.format(format.string, try Markup.arguments(right), in: scope))
      }
      return .string(try PercentFormat.format(format.string, right, in: scope))
    case (.subtract, .set(let a), .set(let b)): return .set(SetObject(a.members.subtracting(b.members)))
    default: break
    }
    if arithmetic == .add {
      switch left {
      case .string:
        throw Diagnostic(.template, "can only concatenate str (not \"\(right.typeName)\") to str")
      case .list, .tuple:
        throw Diagnostic(
          .template, "can only concatenate \(left.typeName) (not \"\(right.typeName)\") to \(left.typeName)")
      default: break
      }
    }
    let sign = arithmetic == .power ? "** or pow()" : arithmetic.rawValue
    throw Diagnostic(
      .template, "unsupported operand type(s) for \(sign): '\(left.typeName)' and '\(right.typeName)'")
  }

  package static func negate(_ object: Object, in scope: Scope) throws -> Object {
    switch object {
    case .int(let int):
      let (result, overflow) = 0.subtractingReportingOverflow(int)
      if overflow { throw overflowed }
      return .int(result)
    case .double(let double): return .double(-double)
    case .bool(let bool): return .int(bool ? -1 : 0)
    case .undefined(let undefined): throw undefined.error()
    default: throw Diagnostic(.template, "bad operand type for unary -: '\(object.typeName)'")
    }
  }

  package static func plus(_ object: Object) throws -> Object {
    switch object {
    case .int, .double: return object
    case .bool(let bool): return .int(bool ? 1 : 0)
    case .undefined(let undefined): throw undefined.error()
    default: throw Diagnostic(.template, "bad operand type for unary +: '\(object.typeName)'")
    }
  }

  static var overflowed: Diagnostic {
    Diagnostic(.template, "integer result exceeds 64 bits", help: "Use a float (1.0 * x), or keep the number as text.")
  }

  private static var divisionByZero: Diagnostic { Diagnostic(.template, "division by zero") }

  static func integers(_ arithmetic: Arithmetic, _ a: Int, _ b: Int) throws -> Object {
    let result: (partialValue: Int, overflow: Bool)
    switch arithmetic {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .divide:
      guard b != 0 else { throw divisionByZero }
      return .double(Double(a) / Double(b))
    case .floorDivide, .modulo:
      guard b != 0 else {
        throw Diagnostic(.template, "integer \(arithmetic == .modulo ? "modulo" : "division or modulo") by zero")
      }
      let quotient = a.dividedReportingOverflow(by: b)
      if quotient.overflow {
        if arithmetic == .modulo { return .int(0) }
        throw overflowed
      }
      let remainder = a % b
      let adjusts = remainder != 0 && (remainder < 0) != (b < 0)
      if arithmetic == .modulo { return .int(adjusts ? remainder + b : remainder) }
      return .int(adjusts ? quotient.partialValue - 1 : quotient.partialValue)
    case .power:
      if b < 0 {
        guard a != 0 else { throw Diagnostic(.template, "0.0 cannot be raised to a negative power") }
        return .double(pow(Double(a), Double(b)))
      }
      return .int(try power(a, b))
    }
    if result.overflow { throw overflowed }
    return .int(result.partialValue)
  }

  private static func power(_ base: Int, _ exponent: Int) throws -> Int {
    if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
    if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
    guard exponent < 64 else { throw overflowed }
    var result = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      if overflow { throw overflowed }
      result = product
    }
    return result
  }

  private static func floats(_ arithmetic: Arithmetic, _ a: Double, _ b: Double) throws -> Double {
    switch arithmetic {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide:
      guard b != 0 else { throw Diagnostic(.template, "float division by zero") }
      return a / b
    case .floorDivide, .modulo:
      guard b != 0 else {
        throw Diagnostic(.template, arithmetic == .modulo ? "float modulo" : "float floor division by zero")
      }
      var remainder = fmod(a, b)
      var quotient = (a - remainder) / b
      if remainder != 0, (b < 0) != (remainder < 0) {
        remainder += b
        quotient -= 1
      }
      if arithmetic == .modulo { return remainder == 0 ? copysign(0, b) : remainder }
      let floored = floor(quotient)
      return quotient - floored > 0.5 ? floored + 1 : floored
    case .power:
      if a == 0, b < 0 { throw Diagnostic(.template, "0.0 cannot be raised to a negative power") }
      let result = pow(a, b)
      if result.isInfinite, a.isFinite, b.isFinite { throw Diagnostic(.template, "Numerical result out of range") }
      if result.isNaN, !a.isNaN, !b.isNaN { throw Diagnostic(.template, "a complex result is not supported") }
      return result
    }
  }

  private static func repeating(_ elements: [Object], _ count: Int, in scope: Scope) throws -> [Object] {
    guard count > 0, !elements.isEmpty else { return [] }
    let (total, overflow) = elements.count.multipliedReportingOverflow(by: count)
    try scope.runtime.spend(overflow ? .max : total)
    return Array(repeatElement(elements, count: count).joined())
  }
}

extension Object {
  /// The text of a secret as plain text; anything else as it is. Only for use within `Runtime.tainting`.
  var revealed: Object {
    if case .secret(let secret) = self { .string(secret.reveal()) } else { self }
  }
}
