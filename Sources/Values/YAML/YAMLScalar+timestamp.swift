extension YAMLScalar {
  /// `2001-01-02`, or `2001-1-2 3:04:05.6 +01:00` with any of its optional parts.
  static func timestamp(_ utf8: UnsafeBufferPointer<UInt8>) -> YAMLScalar? {
    guard utf8.count >= 10, utf8[4] == UInt8(ascii: "-") else { return nil }
    var rest = utf8[...]
    guard let year = number(4...4, &rest), take("-", &rest), let month = number(1...2, &rest), take("-", &rest),
      let day = number(1...2, &rest)
    else { return nil }
    do throws(Diagnostic) {
      if rest.isEmpty { return utf8.count == 10 ? .time(try DateTime(.date, year: year, month: month, day: day)) : nil }
      guard take("T", &rest) || take("t", &rest) || skipBlanks(&rest) else { return nil }
      guard let hour = number(1...2, &rest), take(":", &rest), let minute = number(2...2, &rest), take(":", &rest),
        let second = number(2...2, &rest)
      else { return nil }
      let micros = take(".", &rest) ? microseconds(&rest) : 0
      var offset: Int?
      if !rest.isEmpty {
        guard let zone = zone(&rest) else { return nil }
        offset = zone
      }
      return .time(
        try DateTime(
          year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: micros,
          offset: offset))
    } catch {
      return .badTime(error.message)
    }
  }

  private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

  /// A number of so many digits.
  private static func number(_ count: ClosedRange<Int>, _ rest: inout Bytes) -> Int? {
    var value = 0
    var found = 0
    while found < count.upperBound, let byte = rest.first, byte >= 0x30, byte <= 0x39 {
      value = value * 10 + Int(byte - 0x30)
      found += 1
      rest.removeFirst()
    }
    return count.contains(found) ? value : nil
  }

  /// What is finer than a microsecond is cut off.
  private static func microseconds(_ rest: inout Bytes) -> Int {
    var value = 0
    var scale = 100_000
    while let byte = rest.first, byte >= 0x30, byte <= 0x39 {
      value += Int(byte - 0x30) * scale
      scale /= 10
      rest.removeFirst()
    }
    return value
  }

  /// `Z`, `-5` or `+05:30`, to the end, in seconds.
  private static func zone(_ rest: inout Bytes) -> Int? {
    _ = skipBlanks(&rest)
    if take("Z", &rest) { return rest.isEmpty ? 0 : nil }
    let isNegative = rest.first == UInt8(ascii: "-")
    guard take("-", &rest) || take("+", &rest), let hours = number(1...2, &rest) else { return nil }
    var minutes = 0
    if take(":", &rest) {
      guard let number = number(2...2, &rest) else { return nil }
      minutes = number
    }
    guard rest.isEmpty else { return nil }
    return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
  }

  private static func skipBlanks(_ rest: inout Bytes) -> Bool {
    let before = rest.count
    rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
    return rest.count < before
  }

  private static func take(_ character: Unicode.Scalar, _ rest: inout Bytes) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest.removeFirst()
    return true
  }
}
