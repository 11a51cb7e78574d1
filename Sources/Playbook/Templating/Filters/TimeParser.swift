import Values

/// Python's `datetime.strptime`.
struct TimeParser {
  private let format: String

  init(format: String) { self.format = format }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

  /// What has been read so far.
  private struct Parts {
    var year = 1900
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0
    var dayOfYear: Int?
    var isAfternoon: Bool?
    var offset: Int?
  }

  func parse(_ text: String) throws(Diagnostic) -> DateTime {
    var parts = Parts()
    var rest = text[...]
    try read(format[...], &rest, &parts, in: text)
    guard rest.isEmpty else {
      throw Diagnostic(.template, "The time '\(text)' goes on after the format '\(format)' ends: '\(rest)'")
    }
    if let isAfternoon = parts.isAfternoon { parts.hour = parts.hour % 12 + (isAfternoon ? 12 : 0) }
    let date = try DateTime(
      year: parts.year, month: parts.month, day: parts.day, hour: parts.hour, minute: parts.minute,
      second: min(parts.second, 59), microsecond: parts.microsecond, offset: parts.offset)
    guard let dayOfYear = parts.dayOfYear else { return date }
    return try date.adding((dayOfYear - date.dayOfYear) * 86_400_000_000)
  }

  private func read(_ format: Substring, _ rest: inout Substring, _ parts: inout Parts, in text: String)
    throws(Diagnostic)
  {
    var format = format
    while let character = format.popFirst() {
      if character.isWhitespace {
        format = format.drop(while: \.isWhitespace)
        guard rest.first?.isWhitespace == true else { throw mismatch(text) }
        rest = rest.drop(while: \.isWhitespace)
      } else if character != "%" {
        guard let next = rest.popFirst(), next.lowercased() == character.lowercased() else { throw mismatch(text) }
      } else if let directive = format.popFirst() {
        try read(directive, &rest, &parts, in: text)
      } else {
        throw Diagnostic(.template, "The format '\(self.format)' ends in a lone '%'")
      }
    }
  }

  private func read(_ directive: Character, _ rest: inout Substring, _ parts: inout Parts, in text: String)
    throws(Diagnostic)
  {
    func number(_ width: Int, _ range: ClosedRange<Int>, exactly: Bool = false) throws(Diagnostic) -> Int {
      // The longest run of digits that is in range, as the regular expressions behind strptime find it.
      for count in stride(from: width, through: exactly ? width : 1, by: -1) {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
          range.contains(number)
        else { continue }
        rest = rest.dropFirst(count)
        return number
      }
      throw mismatch(text)
    }
    func name(_ names: [String], shortest: Int?) throws(Diagnostic) -> Int {
      for (index, name) in names.enumerated() {
        for candidate in [name[...], shortest.map { name.prefix($0) }].compactMap(\.self)
        where rest.lowercased().hasPrefix(candidate) {
          rest = rest.dropFirst(candidate.count)
          return index
        }
      }
      throw mismatch(text)
    }
    switch directive {
    case "Y": parts.year = try number(4, 0...9999, exactly: true)
    case "y":
      let year = try number(2, 0...99, exactly: true)
      parts.year = year + (year < 69 ? 2000 : 1900)
    case "m": parts.month = try number(2, 1...12)
    case "d": parts.day = try number(2, 1...31)
    case "H": parts.hour = try number(2, 0...23)
    case "I": parts.hour = try number(2, 1...12)
    case "M": parts.minute = try number(2, 0...59)
    case "S": parts.second = try number(2, 0...61)
    case "j": parts.dayOfYear = try number(3, 1...366)
    case "f":
      let digits = rest.prefix(6).prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { throw mismatch(text) }
      parts.microsecond = Int(digits + String(repeating: "0", count: 6 - digits.count)) ?? 0
      rest = rest.dropFirst(digits.count)
    case "B": parts.month = try name(Self.months, shortest: nil) + 1
    case "b", "h": parts.month = try name(Self.months.map { String($0.prefix(3)) }, shortest: nil) + 1
    case "A": _ = try name(Self.weekdays, shortest: nil)
    case "a": _ = try name(Self.weekdays, shortest: 3)
    case "w": _ = try number(1, 0...6)
    case "U", "W": _ = try number(2, 0...53)
    case "p": parts.isAfternoon = try name(["am", "pm"], shortest: nil) == 1
    case "z": parts.offset = try zone(&rest, text)
    case "Z": parts.offset = try name(["utc", "gmt", ""], shortest: nil) < 2 ? 0 : parts.offset
    case "T": try read("%H:%M:%S", &rest, &parts, in: text)
    case "D", "x": try read("%m/%d/%y", &rest, &parts, in: text)
    case "X": try read("%H:%M:%S", &rest, &parts, in: text)
    case "c": try read("%a %b %d %H:%M:%S %Y", &rest, &parts, in: text)
    case "%":
      guard rest.popFirst() == "%" else { throw mismatch(text) }
    default:
      throw Diagnostic(.template, "'\(directive)' is a bad directive in the format '\(format)'")
    }
  }

  /// `+0200`, `-03:30`, `Z`.
  private func zone(_ rest: inout Substring, _ text: String) throws(Diagnostic) -> Int {
    if rest.first == "Z" {
      rest.removeFirst()
      return 0
    }
    guard let sign = rest.popFirst(), sign == "+" || sign == "-" else { throw mismatch(text) }
    let hours = rest.prefix(2)
    rest = rest.dropFirst(2)
    if rest.first == ":" { rest.removeFirst() }
    let minutes = rest.prefix(2)
    rest = rest.dropFirst(2)
    guard hours.count == 2, minutes.count == 2, let h = Int(hours), let m = Int(minutes), h < 24, m < 60, h >= 0, m >= 0
    else { throw mismatch(text) }
    return (h * 3600 + m * 60) * (sign == "-" ? -1 : 1)
  }

  private func mismatch(_ text: String) -> Diagnostic {
    Diagnostic(.template, "The time '\(text)' does not match the format '\(format)'")
  }
}
