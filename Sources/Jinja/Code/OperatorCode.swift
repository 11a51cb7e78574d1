import Values

final class AndCode: Code {
  private let left: any Code
  private let right: any Code
  init(_ left: any Code, _ right: any Code) {
    self.left = left
    self.right = right
  }
  func evaluate(_ frame: Frame) throws -> Object {
    let value = try left.evaluate(frame)
    return try value.isTrue() ? try right.evaluate(frame) : value
  }
  func isTrue(_ frame: Frame) throws -> Bool { try left.isTrue(frame) ? try right.isTrue(frame) : false }
}

final class OrCode: Code {
  private let left: any Code
  private let right: any Code
  init(_ left: any Code, _ right: any Code) {
    self.left = left
    self.right = right
  }
  func evaluate(_ frame: Frame) throws -> Object {
    let value = try left.evaluate(frame)
    return try value.isTrue() ? value : try right.evaluate(frame)
  }
  func isTrue(_ frame: Frame) throws -> Bool { try left.isTrue(frame) ? true : try right.isTrue(frame) }
}

final class NotCode: Code {
  private let operand: any Code
  init(_ operand: any Code) { self.operand = operand }
  func evaluate(_ frame: Frame) throws -> Object { .bool(!(try operand.isTrue(frame))) }
  func isTrue(_ frame: Frame) throws -> Bool { !(try operand.isTrue(frame)) }
}

final class ConditionalCode: Code {
  private let test: any Code
  private let then: any Code
  private let otherwise: (any Code)?
  private let offset: Int
  init(_ test: any Code, _ then: any Code, _ otherwise: (any Code)?, _ offset: Int) {
    self.test = test
    self.then = then
    self.otherwise = otherwise
    self.offset = offset
  }
  func evaluate(_ frame: Frame) throws -> Object {
    if try test.isTrue(frame) { return try then.evaluate(frame) }
    if let otherwise { return try otherwise.evaluate(frame) }
    return Undefined.nothing(at: frame.point(offset))
  }
}

final class ArithmeticCode: Code {
  private let arithmetic: Operators.Arithmetic
  private let left: any Code
  private let right: any Code
  private let offset: Int
  init(_ arithmetic: Operators.Arithmetic, _ left: any Code, _ right: any Code, _ offset: Int) {
    self.arithmetic = arithmetic
    self.left = left
    self.right = right
    self.offset = offset
  }
  func evaluate(_ frame: Frame) throws -> Object {
    let a = try left.evaluate(frame)
    let b = try right.evaluate(frame)
    do {
      if case .int(let x) = a, case .int(let y) = b { return try Operators.integers(arithmetic, x, y) }
      return try Operators.apply(arithmetic, a, b, in: frame.scope)
    } catch { throw frame.located(error, offset) }
  }
}

final class SignCode: Code {
  private let operand: any Code
  private let isNegative: Bool
  private let offset: Int
  init(_ operand: any Code, isNegative: Bool, _ offset: Int) {
    self.operand = operand
    self.isNegative = isNegative
    self.offset = offset
  }
  func evaluate(_ frame: Frame) throws -> Object {
    let value = try operand.evaluate(frame)
    do {
      return isNegative ? try Operators.negate(value, in: frame.scope) : try Operators.plus(value)
    } catch { throw frame.located(error, offset) }
  }
}

/// `a ~ b ~ c`: the texts of all operands.
final class ConcatenationCode: Code {
  private let parts: [any Code]
  private let offset: Int
  init(_ parts: [any Code], _ offset: Int) {
    self.parts = parts
    self.offset = offset
  }
  func evaluate(_ frame: Frame) throws -> Object {
    var objects: [Object] = []
    objects.reserveCapacity(parts.count)
    for part in parts { objects.append(try part.evaluate(frame)) }
    do {
      return try frame.runtime.tainting {
        var text = ""
        for object in objects {
          if case .string(let string) = object { text += string.string } else { text += try object.text() }
        }
        return .string(Text(try frame.runtime.checked(text)))
      }
    } catch { throw frame.located(error, offset) }
  }
}

/// `a < b <= c`: each operand is evaluated once, and only as far as needed.
final class ComparisonCode: Code {
  private let first: any Code
  private let rest: [(Comparison, any Code)]
  private let offset: Int
  init(_ first: any Code, _ rest: [(Comparison, any Code)], _ offset: Int) {
    self.first = first
    self.rest = rest
    self.offset = offset
  }
  func evaluate(_ frame: Frame) throws -> Object { .bool(try isTrue(frame)) }
  func isTrue(_ frame: Frame) throws -> Bool {
    var left = try first.evaluate(frame)
    for index in rest.indices {
      let right = try rest[index].1.evaluate(frame)
      do {
        guard try rest[index].0.holds(left, right, in: frame.scope) else { return false }
      } catch { throw frame.located(error, offset) }
      left = right
    }
    return true
  }
}

extension Comparison {
  func holds(_ left: Object, _ right: Object, in scope: Scope) throws -> Bool {
    if case .int(let a) = left, case .int(let b) = right {
      switch self {
      case .equal: return a == b
      case .notEqual: return a != b
      case .less: return a < b
      case .lessOrEqual: return a <= b
      case .greater: return a > b
      case .greaterOrEqual: return a >= b
      case .isIn, .isNotIn: break
      }
    }
    switch self {
    case .equal: return try left.isEqual(to: right)
    case .notEqual: return !(try left.isEqual(to: right))
    case .isIn: return try right.contains(left, in: scope)
    case .isNotIn: return !(try right.contains(left, in: scope))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let order = try left.compare(to: right, operator: rawValue) else { return false }
      return switch self {
      case .less: order < 0
      case .lessOrEqual: order <= 0
      case .greater: order > 0
      default: order >= 0
      }
    }
  }
}
