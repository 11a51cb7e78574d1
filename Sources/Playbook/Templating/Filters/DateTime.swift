import Glibc
import Values

/// Python's `datetime`: a day and time of the calendar, with or without an offset from UTC.
struct DateTime: Hashable {
  var year: Int
  var month: Int
  var day: Int
  var hour = 0
  var minute = 0
  var second = 0
  var microsecond = 0
  /// Seconds east of UTC.
  var offset: Int?

  /// - Throws: Python's complaint about a part out of range.
  init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0,
    offset: Int? = nil
  ) throws(Diagnostic) {
    func check(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(Diagnostic) {
      guard range.contains(value) else {
        throw Diagnostic(.template, "\(name) must be in \(range.lowerBound)..\(range.upperBound), not \(value)")
      }
    }
    try check(year, 1...9999, "year")
    try check(month, 1...12, "month")
    try check(day, 1...DateTime.days(of: month, in: year), "the day of \(year)-\(month)")
    try check(hour, 0...23, "hour")
    try check(minute, 0...59, "minute")
    try check(second, 0...59, "second")
    try check(microsecond, 0...999_999, "microsecond")
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second, self.microsecond) = (hour, minute, second, microsecond)
    self.offset = offset
  }

  /// The present time, local or in UTC, without an offset, as `datetime.now()` gives it.
  static func now(isUTC: Bool) throws(Diagnostic) -> DateTime {
    var moment = timespec()
    clock_gettime(CLOCK_REALTIME, &moment)
    var parts = tm()
    if isUTC { gmtime_r(&moment.tv_sec, &parts) } else { localtime_r(&moment.tv_sec, &parts) }
    return try DateTime(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday), hour: Int(parts.tm_hour),
      minute: Int(parts.tm_min), second: min(Int(parts.tm_sec), 59), microsecond: moment.tv_nsec / 1000)
  }

  static func days(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  var dayNumber: Int {
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
  var absoluteMicroseconds: Int { wallMicroseconds - (offset ?? 0) * 1_000_000 }

  /// Monday is 0.
  var weekday: Int { ((dayNumber + 3) % 7 + 7) % 7 }

  var dayOfYear: Int { dayNumber - ((try? DateTime(year: year, month: 1, day: 1).dayNumber) ?? dayNumber) + 1 }

  /// Seconds since 1970; a time without an offset is local.
  var timestamp: Double {
    if offset != nil { return Double(absoluteMicroseconds) / 1_000_000 }
    var parts = self.parts
    parts.tm_isdst = -1
    return Double(mktime(&parts)) + Double(microsecond) / 1_000_000
  }

  /// The time so many microseconds later.
  func adding(_ microseconds: Int) throws(Diagnostic) -> DateTime {
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
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: dayOfYear - (153 * part + 2) / 5 + 1,
      hour: rest / 3_600_000_000, minute: rest / 60_000_000 % 60, second: rest / 1_000_000 % 60,
      microsecond: rest % 1_000_000, offset: offset)
  }

  private var parts: tm {
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

  func formatted(_ format: String) -> String {
    var prepared = ""
    var rest = format[...]
    while let percent = rest.firstIndex(of: "%") {
      prepared += rest[..<percent]
      rest = rest[rest.index(after: percent)...]
      switch rest.popFirst() {
      case "f": prepared += DateTime.padded(microsecond, 6)
      case "z": prepared += offset.map { DateTime.offsetText($0, separator: "") } ?? ""
      case "Z": prepared += offset.map { $0 == 0 ? "UTC" : "UTC" + DateTime.offsetText($0, separator: ":") } ?? ""
      case let other?: prepared += "%\(other)"
      case nil: prepared += "%"
      }
    }
    return TimeText.format(prepared + rest, parts)
  }

  func isoText(separator: String) -> String {
    let clock = [hour, minute, second].map { DateTime.padded($0, 2) }.joined(separator: ":")
    let fraction = microsecond == 0 ? "" : "." + DateTime.padded(microsecond, 6)
    let zone = offset.map { DateTime.offsetText($0, separator: ":") } ?? ""
    return dateText + separator + clock + fraction + zone
  }

  var dateText: String { "\(DateTime.padded(year, 4))-\(DateTime.padded(month, 2))-\(DateTime.padded(day, 2))" }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  private static func offsetText(_ offset: Int, separator: String) -> String {
    let minutes = abs(offset) / 60
    return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + separator + padded(minutes % 60, 2)
  }
}
