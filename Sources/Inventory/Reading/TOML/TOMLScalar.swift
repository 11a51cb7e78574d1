import Values

/// TOML's values without quotes or brackets.
enum TOMLScalar {
  static func value(of bytes: ArraySlice<UInt8>) -> Value? {
    switch String(decoding: bytes, as: UTF8.self) {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "inf", "+inf": return .double(.infinity)
    case "-inf": return .double(-.infinity)
    case "nan", "+nan", "-nan": return .double(.nan)
    default: break
    }
    guard let first = bytes.first, first.isDigit || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
      return nil
    }
    if first.isDigit, let time = TOMLTime(bytes) { return .dateTime(time.time) }
    let digits = first.isDigit ? bytes : bytes.dropFirst()
    guard let start = digits.first, start.isDigit, digits.last != UInt8(ascii: ".") else { return nil }
    return PythonNumber.value(of: digits, isNegative: first == UInt8(ascii: "-"))
  }
}
