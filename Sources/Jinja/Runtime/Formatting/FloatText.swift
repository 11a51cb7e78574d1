import Glibc

/// How Python writes floats.
package enum FloatText {
  /// The shortest text that reads back as the same number, as Python's `repr` lays it out.
  package static func repr(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    let (digits, exponent, negative) = shortest(number)
    let sign = negative ? "-" : ""
    if exponent < -4 || exponent >= 16 {
      let mantissa = digits.count == 1 ? digits : "\(digits.prefix(1)).\(digits.dropFirst())"
      return sign + mantissa + exponentText(exponent)
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 {
      return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count) + ".0"
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// `%.{precision}f`, `e`, `g` and their capitals, as C and Python agree on them.
  ///
  /// - Parameters:
  ///   - conversion: one of `f F e E g G`.
  ///   - precision: digits after the point (of `g`: significant digits), at most 400.
  ///   - alternate: the `#` flag.
  package static func format(_ number: Double, _ conversion: Character, precision: Int, alternate: Bool = false)
    -> String
  {
    if !number.isFinite {
      let text = repr(number)
      return conversion.isUppercase ? text.uppercased() : text
    }
    let format = "%\(alternate ? "#" : "").\(min(max(precision, 0), 400))\(conversion)"
    // The longest: 309 digits before the point, the point, 400 after it and a sign.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 768) { buffer in
      let length = withVaList([number]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
      let bytes = buffer.prefix(max(0, min(Int(length), buffer.count - 1))).map { UInt8(bitPattern: $0) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Significant digits and decimal exponent of the shortest text.
  private static func shortest(_ number: Double) -> (digits: String, exponent: Int, negative: Bool) {
    var text = Substring(number.description)
    let negative = text.hasPrefix("-")
    if negative { text = text.dropFirst() }
    var exponent = 0
    if let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      exponent = Int(text[text.index(after: mark)...]) ?? 0
      text = text[..<mark]
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let whole = parts.first ?? "0"
    var digits = String(whole) + (parts.count > 1 ? String(parts[1]) : "")
    exponent += whole.count - 1
    while digits.count > 1, digits.hasPrefix("0") {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    return digits == "0" ? ("0", 0, negative) : (digits, exponent, negative)
  }

  private static func exponentText(_ exponent: Int) -> String {
    let magnitude = String(abs(exponent))
    return "e" + (exponent < 0 ? "-" : "+") + (magnitude.count < 2 ? "0" : "") + magnitude
  }
}
