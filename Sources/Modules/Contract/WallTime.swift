import Glibc

/// A moment by the clock on the wall, as a person in the controller's time zone reads it.
package struct WallTime: Sendable, Hashable {
  /// Microseconds since 1970-01-01 00:00 UTC.
  package var microseconds: Int
  /// Seconds to add for local time.
  package var offset: Int

  package init(microseconds: Int, offset: Int = 0) {
    self.microseconds = microseconds
    self.offset = offset
  }

  /// The present moment.
  package static func now() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var local = tm()
    localtime_r(&time.tv_sec, &local)
    return WallTime(microseconds: time.tv_sec * 1_000_000 + time.tv_nsec / 1000, offset: local.tm_gmtoff)
  }

  /// Whole seconds since 1970-01-01 00:00 UTC.
  package var seconds: Int { WallTime.floorDivide(microseconds, 1_000_000).quotient }

  /// `2026-11-21 11:25:28.647785`, as Python prints a `datetime`: without a fraction when there is none.
  package var localDescription: String {
    let (local, fraction) = WallTime.floorDivide(microseconds, 1_000_000)
    let (day, second) = WallTime.floorDivide(local &+ offset, 86_400)
    let (year, month, dayOfMonth) = CivilDate.from(dayNumber: day)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
    let time = "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    return fraction == 0 ? "\(date) \(time)" : "\(date) \(time).\(padded(fraction, 6))"
  }

  /// `0:00:00.005616`, as Python prints the `timedelta` from `start` to this moment.
  package func durationDescription(since start: WallTime) -> String {
    let (total, fraction) = WallTime.floorDivide(microseconds &- start.microseconds, 1_000_000)
    let (days, second) = WallTime.floorDivide(total, 86_400)
    let dayPart = days == 0 ? "" : abs(days) == 1 ? "\(days) day, " : "\(days) days, "
    let time = "\(second / 3600):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    return dayPart + (fraction == 0 ? time : "\(time).\(padded(fraction, 6))")
  }

  /// `2026-11-21` and `20261121T112528`-like stamps are made of these.
  package var localFields: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    let (day, second) = WallTime.floorDivide(seconds &+ offset, 86_400)
    let date = CivilDate.from(dayNumber: day)
    return (date.year, date.month, date.day, second / 3600, second / 60 % 60, second % 60)
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  private static func floorDivide(_ number: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// Dates of the proleptic Gregorian calendar.
enum CivilDate {
  /// The date of a day counted from 1970-01-01; Howard Hinnant's `civil_from_days`.
  static func from(dayNumber: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = dayNumber &+ 719_468
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era &* 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
