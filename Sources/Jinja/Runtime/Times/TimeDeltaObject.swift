import Values

/// Python's `timedelta`.
final class TimeDeltaObject: NativeObject {
  /// From -`limit` to `limit`, so that no arithmetic of whole days overflows.
  let microseconds: Int

  /// A hundred million days: the years 1 to 9999 are 3.7 million. Python's own limit is ten times that.
  private static let limit = 100_000_000 * microsecondsADay
  static let microsecondsADay = 86_400_000_000

  /// - Throws: Python's complaint when the duration is longer than any between two dates.
  init(microseconds: Int) throws(Diagnostic) {
    guard (-Self.limit...Self.limit).contains(microseconds) else {
      throw Diagnostic(.template, "date value out of range")
    }
    self.microseconds = microseconds
  }

  var typeName: String { "timedelta" }
  var isTrue: Bool { microseconds != 0 }

  var days: Int {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: Self.microsecondsADay)
    return remainder < 0 ? quotient - 1 : quotient
  }
  private var rest: Int { microseconds - days * Self.microsecondsADay }

  func text() -> String {
    let seconds = rest / 1_000_000
    let clock =
      "\(seconds / 3600):\(DateTime.padded(seconds / 60 % 60, 2)):\(DateTime.padded(seconds % 60, 2))"
      + (rest % 1_000_000 == 0 ? "" : "." + DateTime.padded(rest % 1_000_000, 6))
    return days == 0 ? clock : "\(days) day\(abs(days) == 1 ? "" : "s"), \(clock)"
  }
  func repr(depth: Int) -> String {
    var parts: [String] = []
    for (name, part) in [
      ("days", days), ("seconds", rest / 1_000_000), ("microseconds", rest % 1_000_000),
    ] where part != 0 {
      parts.append("\(name)=\(part)")
    }
    return "datetime.timedelta(\(parts.isEmpty ? "0" : parts.joined(separator: ", ")))"
  }
  func isEqual(to other: Object) -> Bool { compare(to: other) == 0 }
  func compare(to other: Object) -> Int? {
    guard case .native(let native as TimeDeltaObject) = other else { return nil }
    return microseconds < native.microseconds ? -1 : microseconds == native.microseconds ? 0 : 1
  }
  func apply(_ operator: String, _ other: Object, reversed: Bool) throws -> Object? {
    guard case .native(let native as TimeDeltaObject) = other else { return nil }
    let (a, b) = reversed ? (native.microseconds, microseconds) : (microseconds, native.microseconds)
    guard `operator` == "+" || `operator` == "-" else { return nil }
    // The least integer is out of range as well as what overflows.
    let (sum, overflows) = `operator` == "+" ? a.addingReportingOverflow(b) : a.subtractingReportingOverflow(b)
    return .native(try TimeDeltaObject(microseconds: overflows ? .min : sum))
  }
  func attribute(_ name: String, in scope: Scope) throws -> Object? {
    let total = Double(microseconds) / 1_000_000
    switch name {
    case "days": return .int(days)
    case "seconds": return .int(rest / 1_000_000)
    case "microseconds": return .int(rest % 1_000_000)
    case "total_seconds": return .native(NativeMethod(TemplateFunction(name, "()", "") { _ in .double(total) }))
    default: return nil
    }
  }
}
