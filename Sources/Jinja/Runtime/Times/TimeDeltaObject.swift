import Values

/// Python's `timedelta`.
final class TimeDeltaObject: NativeObject {
  let microseconds: Int

  init(microseconds: Int) { self.microseconds = microseconds }

  var typeName: String { "timedelta" }
  var isTrue: Bool { microseconds != 0 }

  var days: Int {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }
  private var rest: Int { microseconds - days * 86_400_000_000 }

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
    let (sum, overflows) = `operator` == "+" ? a.addingReportingOverflow(b) : a.subtractingReportingOverflow(b)
    guard `operator` == "+" || `operator` == "-", !overflows else { return nil }
    return .native(TimeDeltaObject(microseconds: sum))
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
