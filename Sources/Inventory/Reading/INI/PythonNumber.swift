import Values

/// Python's spelling of numbers: `1_000`, `0x1F`, `0o17`, `0b1`, `1.`, `.5`, `1e3`; a leading zero makes no number.
enum PythonNumber {
  /// - Returns: `nil` for what is no number, and for integers beyond 64 bits.
  static func value(of bytes: ArraySlice<UInt8>, isNegative: Bool) -> Value? {
    guard let digits = withoutUnderscores(bytes), let first = digits.first else { return nil }
    if first == UInt8(ascii: "0"), digits.count > 2, let radix = radix(digits[1]) {
      return integer(digits.dropFirst(2), radix: radix, isNegative: isNegative)
    }
    if digits.allSatisfy(\.isDigit) {
      guard first != UInt8(ascii: "0") || digits.allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
      return integer(digits[...], radix: 10, isNegative: isNegative)
    }
    return double(digits, isNegative: isNegative)
  }

  private static func integer(_ digits: ArraySlice<UInt8>, radix: Int, isNegative: Bool) -> Value? {
    guard digits.first?.isHexDigit == true else { return nil }
    return Int((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), radix: radix).map(Value.int)
  }

  private static func double(_ digits: [UInt8], isNegative: Bool) -> Value? {
    let mantissa = digits.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
    guard mantissa.contains(where: \.isDigit), mantissa.count(where: { $0 == UInt8(ascii: ".") }) <= 1 else {
      return nil
    }
    var text = String(decoding: mantissa, as: UTF8.self)
    let rest = digits.dropFirst(mantissa.count)
    if let mark = rest.first {
      let exponent = rest.dropFirst()
      let unsigned =
        exponent.first == UInt8(ascii: "+") || exponent.first == UInt8(ascii: "-") ? exponent.dropFirst() : exponent
      guard mark | 0x20 == UInt8(ascii: "e"), !unsigned.isEmpty, unsigned.allSatisfy(\.isDigit) else { return nil }
      text += "e" + String(decoding: exponent, as: UTF8.self)
    }
    return Double(text).map { .double(isNegative ? -$0 : $0) }
  }

  private static func radix(_ letter: UInt8) -> Int? {
    switch letter | 0x20 {
    case UInt8(ascii: "x"): 16
    case UInt8(ascii: "o"): 8
    case UInt8(ascii: "b"): 2
    default: nil
    }
  }

  /// Underscores may stand between digits only, and after the `0x`.
  private static func withoutUnderscores(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    guard bytes.contains(UInt8(ascii: "_")) else { return Array(bytes) }
    var result: [UInt8] = []
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == UInt8(ascii: "_") {
        guard previous.isHexDigit || "xXoO".utf8.contains(previous) else { return nil }
      } else {
        if previous == UInt8(ascii: "_"), !byte.isHexDigit { return nil }
        result.append(byte)
      }
      previous = byte
    }
    return previous == UInt8(ascii: "_") ? nil : result
  }
}
