import Glibc
import Values

extension Builtins {
  static let numberFilters: [TemplateFunction] = [
    TemplateFunction("abs", "(x)", "The number without its sign.") { call in
      switch call.input {
      case .int(let int):
        guard int != .min else { throw Operators.overflowed }
        return .int(abs(int))
      case .bool(let bool): return .int(bool ? 1 : 0)
      case .double(let double): return .double(abs(double))
      default: throw call.failure("bad operand type for abs(): '\(call.input.typeName)'")
      }
    },
    TemplateFunction("int", "(value, default=0, base=10)", "The value as an integer, or the default.") { call in
      try Numbers.integer(call.input, base: try call.int(2)).map(Object.int) ?? call[1]
    },
    TemplateFunction("float", "(value, default=0.0)", "The value as a float, or the default.") { call in
      if let double = call.input.double { return .double(double) }
      return call.input.string.flatMap(Numbers.float).map(Object.double) ?? call[1]
    },
    TemplateFunction(
      "round", "(value, precision=0, method='common')", "The number rounded to digits after the point: a float."
    ) { call in
      let method = try call.string(2)
      guard ["common", "ceil", "floor"].contains(method) else {
        throw call.failure("method must be common, ceil or floor")
      }
      guard let number = call.input.double else {
        throw call.failure("type \(call.input.typeName) doesn't define __round__ method")
      }
      let digits = try call.int(1)
      if method == "common" {
        if let int = call.input.int, digits >= 0 { return .int(int) }
        let rounded = Numbers.rounded(number, digits: digits)
        if call.input.int != nil { return .int(Int(exactly: rounded) ?? 0) }
        return .double(rounded)
      }
      let factor = pow(10, Double(digits))
      return .double((method == "ceil" ? ceil(number * factor) : floor(number * factor)) / factor)
    },
    TemplateFunction("filesizeformat", "(value, binary=False)", "The number of bytes in a unit that reads well.") {
      call in
      let given = call.input
      guard let bytes = given.double ?? given.string.flatMap(Numbers.float) else {
        throw call.failure("could not convert string to float: \(try given.repr())")
      }
      let isBinary = try call.bool(1)
      let base: Double = isBinary ? 1024 : 1000
      if bytes == 1 { return .string("1 Byte") }
      if bytes < base { return .string("\(Int(bytes)) Bytes") }
      let prefixes =
        isBinary
        ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
        : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
      var unit = base
      for (index, prefix) in prefixes.enumerated() {
        unit = pow(base, Double(index + 2))
        if bytes < unit || index == prefixes.count - 1 {
          return .string("\(FloatText.format(base * bytes / unit, "f", precision: 1)) \(prefix)")
        }
      }
      return .none
    },
  ]
}

/// How Python reads and rounds numbers.
package enum Numbers {
  /// `int(value, base)`; `nil` for what is no number.
  package static func integer(_ object: Object, base: Int) throws -> Int? {
    switch object {
    case .int(let int): return int
    case .bool(let bool): return bool ? 1 : 0
    case .double(let double):
      guard double.isFinite else { return nil }
      guard let int = Int(exactly: double.rounded(.towardZero)) else { throw Operators.overflowed }
      return int
    default:
      guard let string = object.string else { return nil }
      if let int = integer(string, base: base) { return int }
      guard let double = float(string), double.isFinite else { return nil }
      guard let int = Int(exactly: double.rounded(.towardZero)) else { throw Operators.overflowed }
      return int
    }
  }

  /// `int(text, base)`.
  package static func integer(_ text: String, base: Int) -> Int? {
    var digits = text.trimmedSpaces().lowercased()[...]
    var sign = ""
    if let first = digits.first, first == "-" || first == "+" { sign = String(digits.removeFirst()) }
    var base = base
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)]
    where digits.hasPrefix(prefix) && (base == radix || base == 0) {
      digits = digits.dropFirst(2)
      base = radix
    }
    if base == 0 { base = 10 }
    guard base >= 2, base <= 36, !digits.hasPrefix("_"), !digits.hasSuffix("_"), !digits.contains("__"),
      digits.first.map({ $0 != "-" && $0 != "+" }) ?? false
    else { return nil }
    return Int(sign + digits.filter { $0 != "_" }, radix: base)
  }

  /// `float(text)`.
  package static func float(_ text: String) -> Double? {
    let trimmed = text.trimmedSpaces().lowercased()
    let digits = trimmed.filter { $0 != "_" }
    let bare = digits.drop { $0 == "+" || $0 == "-" }
    switch bare {
    case "inf", "infinity": return digits.hasPrefix("-") ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    guard let first = bare.first, first.isASCII, first.isNumber || first == ".", !bare.contains("x"),
      !bare.contains("n"),
      digits.count - bare.count <= 1
    else { return nil }
    return Double(digits.hasSuffix(".") ? digits + "0" : digits)
  }

  /// `round(number, digits)`: halves to the even digit, by the decimal text of the number.
  package static func rounded(_ number: Double, digits: Int) -> Double {
    guard number.isFinite, digits < 300 else { return number }
    if digits >= 0 { return Double(FloatText.format(number, "f", precision: digits)) ?? number }
    let factor = pow(10, Double(-digits))
    return (number / factor).rounded(.toNearestOrEven) * factor
  }
}
