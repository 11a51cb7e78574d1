import Values

/// A time that a task asks for a file: kept, now, or a moment.
enum FileTime: Sendable, Hashable {
  case preserve
  case now
  /// `2020-01-31 23:59:00` in the host's time zone.
  case at(localTime: String)

  /// - Parameters:
  ///   - text: `preserve`, `now`, or a time in `format`; `nil`: `defaultTime`.
  ///   - format: as of Python's `strptime`; `%Y %m %d %H %M %S %y %j` and literal text.
  init(_ text: String?, format: String, default defaultTime: FileTime, argument: String) throws(ModuleFailure) {
    switch text {
    case nil: self = defaultTime
    case "preserve": self = .preserve
    case "now": self = .now
    case let text?:
      guard let time = Self.parse(text, format) else {
        throw ModuleFailure(
          "Error while obtaining timestamp for time \(text) using format \(format): time data '\(text)' does not match format '\(format)'"
        )
      }
      self = .at(localTime: time)
    }
  }

  private static func parse(_ text: String, _ format: String) -> String? {
    var fields: [Character: Int] = ["Y": 1900, "m": 1, "d": 1, "H": 0, "M": 0, "S": 0]
    var rest = text[...]
    var pattern = format[...]
    while let character = pattern.popFirst() {
      guard character == "%", let directive = pattern.popFirst() else {
        guard rest.popFirst() == character else { return nil }
        continue
      }
      if directive == "%" {
        guard rest.popFirst() == "%" else { return nil }
        continue
      }
      guard "YmdHMSy".contains(directive) else { return nil }
      let digits = rest.prefix(directive == "Y" ? 4 : 2).prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      if directive == "y" {
        fields["Y"] = number < 69 ? 2000 + number : 1900 + number
      } else {
        fields[directive] = number
      }
    }
    guard rest.isEmpty, let month = fields["m"], (1...12).contains(month), let day = fields["d"],
      (1...31).contains(day), let hour = fields["H"], hour < 24, let minute = fields["M"], minute < 60,
      let second = fields["S"], second < 62, let year = fields["Y"]
    else { return nil }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(year)-\(two(month))-\(two(day)) \(two(hour)):\(two(minute)):\(two(second))"
  }
}
