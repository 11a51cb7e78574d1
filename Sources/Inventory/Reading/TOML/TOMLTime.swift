import Values

/// A date, a time or both as TOML writes them: `1979-05-27 07:32:00.5Z`.
struct TOMLTime {
  let time: DateTime

  /// - Returns: `nil` for what is no date or time, or one that the calendar does not have.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    let day = Self.day(&rest)
    var clock: Clock?
    var offset: Int?
    if day == nil || !rest.isEmpty {
      if day != nil {
        guard Self.take("T", &rest) || Self.take("t", &rest) || Self.take(" ", &rest) else { return nil }
      }
      clock = Self.clock(&rest)
      guard clock != nil else { return nil }
      if day != nil, !rest.isEmpty {
        guard let zone = Self.offset(&rest) else { return nil }
        offset = zone
      }
    }
    let kind: DateTime.Kind = day == nil ? .time : clock == nil ? .date : .dateTime
    let (year, month, dayOfMonth) = day ?? (1900, 1, 1)
    let (hour, minute, second, microsecond) = clock ?? (0, 0, 0, 0)
    guard rest.isEmpty,
      let time = try? DateTime(
        kind, year: year, month: month, day: dayOfMonth, hour: hour, minute: minute, second: second,
        microsecond: microsecond, offset: offset)
    else { return nil }
    self.time = time
  }

  private typealias Clock = (hour: Int, minute: Int, second: Int, microsecond: Int)

  private static func day(_ rest: inout ArraySlice<UInt8>) -> (year: Int, month: Int, day: Int)? {
    var after = rest
    guard let year = number(4, &after), take("-", &after), let month = number(2, &after), take("-", &after),
      let day = number(2, &after)
    else { return nil }
    rest = after
    return (year, month, day)
  }

  private static func clock(_ rest: inout ArraySlice<UInt8>) -> Clock? {
    guard let hour = number(2, &rest), take(":", &rest), let minute = number(2, &rest), take(":", &rest),
      let second = number(2, &rest)
    else { return nil }
    guard take(".", &rest) else { return (hour, minute, second, 0) }
    let digits = rest.prefix(while: \.isDigit)
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    // Microseconds, as Python has them: what is finer is cut off.
    let micros = digits.prefix(6) + repeatElement(UInt8(ascii: "0"), count: max(0, 6 - digits.count))
    return (hour, minute, second, Int(String(decoding: micros, as: UTF8.self)) ?? 0)
  }

  /// `Z` or `+07:00`, in seconds.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
    if take("Z", &rest) || take("z", &rest) { return 0 }
    let isNegative = rest.first == UInt8(ascii: "-")
    guard take("-", &rest) || take("+", &rest), let hours = number(2, &rest), hours < 24, take(":", &rest),
      let minutes = number(2, &rest), minutes < 60
    else { return nil }
    return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
  }

  private static func number(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy(\.isDigit), let value = Int(String(decoding: digits, as: UTF8.self))
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
