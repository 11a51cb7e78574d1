import Jinja
import Values

/// A `DateTime` in a render, with the methods of Python's `datetime` that playbooks call.
final class DateTimeObject: NativeObject {
  private let time: DateTime

  init(_ time: DateTime) { self.time = time }

  var typeName: String { "datetime" }
  func text() -> String { time.isoText(separator: " ") }
  func repr() -> String {
    let parts = [time.year, time.month, time.day, time.hour, time.minute, time.second, time.microsecond]
    let shown = parts.prefix(time.microsecond != 0 ? 7 : time.second != 0 ? 6 : 5)
    return "datetime.datetime(\(shown.map(String.init).joined(separator: ", ")))"
  }
  func isEqual(to other: Object) -> Bool { compare(to: other) == 0 }
  func compare(to other: Object) -> Int? {
    guard case .native(let native as DateTimeObject) = other,
      (native.time.offset == nil) == (time.offset == nil)
    else { return nil }
    let (a, b) = (time.absoluteMicroseconds, native.time.absoluteMicroseconds)
    return a < b ? -1 : a == b ? 0 : 1
  }

  func apply(_ operator: String, _ other: Object, reversed: Bool) throws -> Object? {
    guard case .native(let native) = other else { return nil }
    switch (`operator`, native) {
    case ("-", let other as DateTimeObject):
      guard (other.time.offset == nil) == (time.offset == nil) else {
        throw Diagnostic(.template, "can't subtract offset-naive and offset-aware datetimes")
      }
      let difference = time.absoluteMicroseconds - other.time.absoluteMicroseconds
      return .native(TimeDeltaObject(microseconds: reversed ? -difference : difference))
    case ("+", let delta as TimeDeltaObject): return .native(DateTimeObject(try time.adding(delta.microseconds)))
    case ("-", let delta as TimeDeltaObject) where !reversed:
      return .native(DateTimeObject(try time.adding(-delta.microseconds)))
    default: return nil
    }
  }

  func attribute(_ name: String, in scope: Scope) throws -> Object? {
    let time = time
    switch name {
    case "year": return .int(time.year)
    case "month": return .int(time.month)
    case "day": return .int(time.day)
    case "hour": return .int(time.hour)
    case "minute": return .int(time.minute)
    case "second": return .int(time.second)
    case "microsecond": return .int(time.microsecond)
    case "timestamp": return method(name) { _ in .double(time.timestamp) }
    case "weekday": return method(name) { _ in .int(time.weekday) }
    case "isoweekday": return method(name) { _ in .int(time.weekday + 1) }
    case "toordinal": return method(name) { _ in .int(time.dayNumber + 719_163) }
    case "isoformat":
      return method(name, "(sep='T')") { .string(time.isoText(separator: try $0.string(0))) }
    case "strftime": return method(name, "(format)") { .string(time.formatted(try $0.string(0))) }
    case "date":
      return method(name) { _ in
        .native(DateTimeObject(try DateTime(year: time.year, month: time.month, day: time.day)))
      }
    case "replace":
      return method(name, "(year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None)") {
        call in
        .native(
          DateTimeObject(
            try DateTime(
              year: try call.optionalInt(0) ?? time.year, month: try call.optionalInt(1) ?? time.month,
              day: try call.optionalInt(2) ?? time.day, hour: try call.optionalInt(3) ?? time.hour,
              minute: try call.optionalInt(4) ?? time.minute, second: try call.optionalInt(5) ?? time.second,
              microsecond: try call.optionalInt(6) ?? time.microsecond, offset: time.offset)))
      }
    default: return nil
    }
  }

  private func method(_ name: String, _ signature: String = "()", _ body: @escaping TemplateFunction.Body) -> Object {
    .native(NativeMethod(TemplateFunction(name, signature, "", body: body)))
  }
}

/// Python's `timedelta`.
final class TimeDeltaObject: NativeObject {
  let microseconds: Int

  init(microseconds: Int) { self.microseconds = microseconds }

  var typeName: String { "timedelta" }
  var isTrue: Bool { microseconds != 0 }

  private var days: Int {
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
  func repr() -> String { "datetime.timedelta(days=\(days), seconds=\(rest / 1_000_000))" }
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

/// A method of a native object.
final class NativeMethod: NativeObject {
  private let function: TemplateFunction

  init(_ function: TemplateFunction) { self.function = function }

  var typeName: String { "method" }
  var isCallable: Bool { true }
  func call(_ arguments: Jinja.Arguments) throws -> Object { try function(arguments) }
}
