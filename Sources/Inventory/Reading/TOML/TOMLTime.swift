/// A date, a time or both as TOML writes them, `1979-05-27 07:32:00.5Z`, in the form in which Python shows them.
struct TOMLTime {
  /// ISO 8601: `1979-05-27T07:32:00.500000+00:00`.
  let isoText: String

  /// - Returns: `nil` for what is no date or time, or one that the calendar does not have.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    let date = Self.date(&rest)
    if let date {
      guard let separator = rest.popFirst() else {
        isoText = date
        return
      }
      guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: "t") || separator == 0x20 else { return nil }
    }
    guard let time = Self.time(&rest) else { return nil }
    if let date {
      guard let offset = Self.offset(&rest), rest.isEmpty else { return nil }
      isoText = "\(date)T\(time)\(offset)"
    } else {
      guard rest.isEmpty else { return nil }
      isoText = time
    }
  }

  private static func date(_ rest: inout ArraySlice<UInt8>) -> String? {
    var after = rest
    guard let year = number(4, in: 1...9999, &after), take("-", &after), let month = number(2, in: 1...12, &after),
      take("-", &after), let day = number(2, in: 1...31, &after)
    else { return nil }
    let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= days[month - 1] else { return nil }
    defer { rest = after }
    return String(decoding: rest.prefix(10), as: UTF8.self)
  }

  private static func time(_ rest: inout ArraySlice<UInt8>) -> String? {
    let start = rest
    guard number(2, in: 0...23, &rest) != nil, take(":", &rest), number(2, in: 0...59, &rest) != nil, take(":", &rest),
      number(2, in: 0...59, &rest) != nil
    else { return nil }
    let text = String(decoding: start.prefix(8), as: UTF8.self)
    guard take(".", &rest) else { return text }
    let digits = rest.prefix(while: \.isDigit)
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    // Microseconds, as Python has them: what is finer is cut off, and none are not shown.
    let micros = String(decoding: digits.prefix(6), as: UTF8.self)
    guard micros.contains(where: { $0 != "0" }) else { return text }
    return "\(text).\(micros)\(String(repeating: "0", count: 6 - micros.utf8.count))"
  }

  /// `Z` or `+07:00`; nothing for a local time.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard let first = rest.popFirst() else { return "" }
    switch first {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"): return "+00:00"
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      let text = String(decoding: rest.prefix(5), as: UTF8.self)
      guard number(2, in: 0...23, &rest) != nil, take(":", &rest), number(2, in: 0...59, &rest) != nil else {
        return nil
      }
      return (first == UInt8(ascii: "-") && text != "00:00" ? "-" : "+") + text
    default: return nil
    }
  }

  private static func number(_ count: Int, in range: ClosedRange<Int>, _ rest: inout ArraySlice<UInt8>) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy(\.isDigit), let value = Int(String(decoding: digits, as: UTF8.self)),
      range.contains(value)
    else { return nil }
    rest = rest.dropFirst(count)
    return value
  }

  private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest = rest.dropFirst()
    return true
  }
}
