import Glibc

/// A day of the calendar, a time of the day or both, with or without an offset from UTC: what Python's module `datetime` has,
/// what TOML can write and what an unquoted `2001-12-14` in YAML means.
package struct DateTime: Sendable {
  /// Python's three types. A date has no clock (its parts are 0), a time no day (it is that of 1900-01-01).
  package enum Kind: Sendable {
    case date, time, dateTime
  }

  package let kind: Kind
  package let year: Int
  package let month: Int
  package let day: Int
  package let hour: Int
  package let minute: Int
  package let second: Int
  package let microsecond: Int
  /// Seconds east of UTC.
  package let offset: Int?

  /// - Throws: Python's complaint about a part out of range.
  package init(
    _ kind: Kind = .dateTime, year: Int = 1900, month: Int = 1, day: Int = 1, hour: Int = 0, minute: Int = 0,
    second: Int = 0, microsecond: Int = 0, offset: Int? = nil
  ) throws(Diagnostic) {
    func check(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(Diagnostic) {
      guard range.contains(value) else {
        throw Diagnostic(.template, "\(name) must be in \(range.lowerBound)..\(range.upperBound)")
      }
    }
    try check(year, 1...9999, "year")
    try check(month, 1...12, "month")
    guard (1...DateTime.days(of: month, in: year)).contains(day) else {
      throw Diagnostic(.template, "day is out of range for month")
    }
    try check(hour, 0...23, "hour")
    try check(minute, 0...59, "minute")
    try check(second, 0...59, "second")
    try check(microsecond, 0...999_999, "microsecond")
    if let offset, abs(offset) >= 86_400 { throw Diagnostic(.template, "offset must be within a day") }
    self.kind = kind
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second, self.microsecond) = (hour, minute, second, microsecond)
    self.offset = offset
  }

  /// The present time, local or in UTC, without an offset, as `datetime.now()` gives it.
  package static func now(isUTC: Bool) throws(Diagnostic) -> DateTime {
    var moment = timespec()
    clock_gettime(CLOCK_REALTIME, &moment)
    var parts = tm()
    if isUTC { gmtime_r(&moment.tv_sec, &parts) } else { localtime_r(&moment.tv_sec, &parts) }
    return try DateTime(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday), hour: Int(parts.tm_hour),
      minute: Int(parts.tm_min), second: min(Int(parts.tm_sec), 59), microsecond: moment.tv_nsec / 1000)
  }

  package static func days(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  package var dayNumber: Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Microseconds since 1970, as the clock on the wall shows them.
  var wallMicroseconds: Int {
    (dayNumber * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + microsecond
  }

  /// The same less the offset; without an offset, the wall's.
  package var absoluteMicroseconds: Int { wallMicroseconds - (offset ?? 0) * 1_000_000 }

  /// Monday is 0.
  package var weekday: Int { ((dayNumber + 3) % 7 + 7) % 7 }

  package var dayOfYear: Int { dayNumber - ((try? DateTime(year: year, month: 1, day: 1).dayNumber) ?? dayNumber) + 1 }

  /// Seconds since 1970; a time without an offset is local.
  package var timestamp: Double {
    if offset != nil { return Double(absoluteMicroseconds) / 1_000_000 }
    var parts = self.parts
    parts.tm_isdst = -1
    return Double(mktime(&parts)) + Double(microsecond) / 1_000_000
  }

  /// The time so many microseconds later.
  package func adding(_ microseconds: Int) throws(Diagnostic) -> DateTime {
    let (total, overflows) = wallMicroseconds.addingReportingOverflow(microseconds)
    guard !overflows else { throw Diagnostic(.template, "date value out of range") }
    var (days, rest) = total.quotientAndRemainder(dividingBy: 86_400_000_000)
    if rest < 0 {
      rest += 86_400_000_000
      days -= 1
    }
    let shifted = days + 719_468
    guard shifted >= 0 else { throw Diagnostic(.template, "date value out of range") }
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return try DateTime(
      kind, year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: dayOfYear - (153 * part + 2) / 5 + 1,
      hour: rest / 3_600_000_000, minute: rest / 60_000_000 % 60, second: rest / 1_000_000 % 60,
      microsecond: rest % 1_000_000, offset: offset)
  }

  /// The day alone.
  package var date: DateTime { DateTime(self, as: .date) }

  /// The time of the day alone, without an offset.
  package var time: DateTime { DateTime(self, as: .time) }

  private init(_ whole: DateTime, as kind: Kind) {
    self.kind = kind
    let hasDay = kind == .date
    (year, month, day) = hasDay ? (whole.year, whole.month, whole.day) : (1900, 1, 1)
    (hour, minute, second) = hasDay ? (0, 0, 0) : (whole.hour, whole.minute, whole.second)
    microsecond = hasDay ? 0 : whole.microsecond
    offset = nil
  }

  var parts: tm {
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_hour = Int32(hour)
    parts.tm_min = Int32(minute)
    parts.tm_sec = Int32(second)
    parts.tm_wday = Int32((weekday + 1) % 7)
    parts.tm_yday = Int32(dayOfYear - 1)
    return parts
  }
}

extension DateTime: Hashable {
  /// Python's equality: only within a type, with an offset or without; with offsets, the same moment.
  package static func == (left: DateTime, right: DateTime) -> Bool { left.order(to: right) == 0 }

  package func hash(into hasher: inout Hasher) { hasher.combine(absoluteMicroseconds) }

  /// Below zero, zero or above; `nil` for two that have no order.
  package func order(to other: DateTime) -> Int? {
    guard kind == other.kind, (offset == nil) == (other.offset == nil) else { return nil }
    let (a, b) = (absoluteMicroseconds, other.absoluteMicroseconds)
    return a < b ? -1 : a == b ? 0 : 1
  }
}
