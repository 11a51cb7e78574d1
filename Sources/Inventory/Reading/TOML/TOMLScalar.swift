import Values

/// TOML's values without quotes or brackets.
enum TOMLScalar {
  static func value(of bytes: ArraySlice<UInt8>, writtenAt place: Place) -> Value? {
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
    if first.isDigit, isDateOrTime(bytes) {
      return .string(Text(String(decoding: bytes, as: UTF8.self), writtenAt: place))
    }
    let digits = first.isDigit ? bytes : bytes.dropFirst()
    guard let start = digits.first, start.isDigit, digits.last != UInt8(ascii: ".") else { return nil }
    return PythonNumber.value(of: digits, isNegative: first == UInt8(ascii: "-"))
  }

  /// `1979-05-27`, `07:32:00`, or both.
  private static func isDateOrTime(_ bytes: ArraySlice<UInt8>) -> Bool {
    let shape = bytes.prefix(10).map { $0.isDigit ? UInt8(ascii: "0") : $0 }
    return shape.starts(with: "0000-00-00".utf8) || shape.starts(with: "00:00:00".utf8)
  }
}
