extension DateTime {
  /// Python's `isoformat`: `2001-12-14T21:59:43.100000-05:00`, of a date or time only its part. So JSON shows it.
  package var isoText: String { isoText(separator: "T") }

  /// - Parameter separator: what stands between day and time.
  package func isoText(separator: String) -> String {
    switch kind {
    case .date: dateText
    case .time: clockText
    case .dateTime: dateText + separator + clockText
    }
  }

  /// Python's `str`: as `isoText`, with a blank between day and time.
  package var text: String { isoText(separator: " ") }

  /// Python's `repr`: `datetime.date(2001, 12, 14)`.
  package var pythonRepr: String {
    let clock = [hour, minute, second, microsecond].prefix(microsecond != 0 ? 4 : second != 0 ? 3 : 2)
    var parts: [String]
    switch kind {
    case .date: parts = [year, month, day].map(String.init)
    case .time: parts = clock.map(String.init)
    case .dateTime: parts = ([year, month, day] + clock).map(String.init)
    }
    if let offset { parts.append("tzinfo=\(Self.zoneRepr(offset))") }
    return "datetime.\(typeName)(\(parts.joined(separator: ", ")))"
  }

  /// Python's name of the type.
  package var typeName: String {
    switch kind {
    case .date: "date"
    case .time: "time"
    case .dateTime: "datetime"
    }
  }

  /// - Parameter format: as for `strftime(3)`, with Python's `%f`, `%z` and `%Z`.
  package func formatted(_ format: String) -> String {
    var prepared = ""
    var rest = format[...]
    while let percent = rest.firstIndex(of: "%") {
      prepared += rest[..<percent]
      rest = rest[rest.index(after: percent)...]
      switch rest.popFirst() {
      case "f": prepared += Self.padded(microsecond, 6)
      case "z": prepared += offset.map { Self.offsetText($0, separator: "") } ?? ""
      case "Z": prepared += zoneName ?? ""
      case let other?: prepared += "%\(other)"
      case nil: prepared += "%"
      }
    }
    return TimeText.format(prepared + rest, parts)
  }

  /// `UTC` or `UTC-05:00`; `nil` without an offset.
  package var zoneName: String? {
    offset.map { $0 == 0 ? "UTC" : "UTC" + Self.offsetText($0, separator: ":") }
  }

  private var dateText: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

  private var clockText: String {
    let clock = [hour, minute, second].map { Self.padded($0, 2) }.joined(separator: ":")
    let fraction = microsecond == 0 ? "" : "." + Self.padded(microsecond, 6)
    return clock + fraction + (offset.map { Self.offsetText($0, separator: ":") } ?? "")
  }

  package static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  private static func offsetText(_ offset: Int, separator: String) -> String {
    let minutes = abs(offset) / 60
    return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + separator + padded(minutes % 60, 2)
  }

  package static func zoneRepr(_ offset: Int) -> String {
    if offset == 0 { return "datetime.timezone.utc" }
    let parts = offset < 0 ? "days=-1, seconds=\(offset + 86_400)" : "seconds=\(offset)"
    return "datetime.timezone(datetime.timedelta(\(parts)))"
  }
}
