import Values

/// A date, a time or both in a render, with the methods of Python's `datetime` that playbooks call.
package final class DateTimeObject: NativeObject {
  package let time: DateTime

  package init(_ time: DateTime) { self.time = time }

  package var typeName: String { time.typeName }
  package func text() -> String { time.text }
  package func repr(depth: Int) -> String { time.pythonRepr }
  package func exported(in scope: Scope) -> Value { .dateTime(time) }
  package func isEqual(to other: Object) -> Bool { compare(to: other) == 0 }

  package func compare(to other: Object) -> Int? {
    guard case .native(let native as DateTimeObject) = other else { return nil }
    return time.order(to: native.time)
  }

  package func apply(_ operator: String, _ other: Object, reversed: Bool) throws -> Object? {
    guard time.kind != .time, case .native(let other) = other else { return nil }
    switch (`operator`, other) {
    case ("-", let other as DateTimeObject) where other.time.kind == time.kind:
      guard (other.time.offset == nil) == (time.offset == nil) else {
        throw Diagnostic(.template, "can't subtract offset-naive and offset-aware datetimes")
      }
      let difference = time.absoluteMicroseconds - other.time.absoluteMicroseconds
      return .native(try TimeDeltaObject(microseconds: reversed ? -difference : difference))
    case ("+", let delta as TimeDeltaObject): return try moved(by: delta, sign: 1)
    case ("-", let delta as TimeDeltaObject) where !reversed: return try moved(by: delta, sign: -1)
    default: return nil
    }
  }

  /// A date is moved by whole days.
  private func moved(by delta: TimeDeltaObject, sign: Int) throws -> Object {
    let distance = time.kind == .date ? delta.days * TimeDeltaObject.microsecondsADay : delta.microseconds
    return .native(DateTimeObject(try time.adding(sign * distance)))
  }

  package func attribute(_ name: String, in scope: Scope) throws -> Object? {
    if time.kind != .time, let found = dayAttribute(name) { return found }
    if time.kind != .date, let found = clockAttribute(name) { return found }
    let time = time
    switch name {
    case "isoformat" where time.kind == .dateTime:
      return method(name, "(sep='T')") { .string(time.isoText(separator: try $0.string(0))) }
    case "isoformat": return method(name) { _ in .string(time.isoText) }
    case "strftime": return method(name, "(format)") { .string(time.formatted(try $0.string(0))) }
    default: return nil
    }
  }

  private func dayAttribute(_ name: String) -> Object? {
    let time = time
    switch name {
    case "year": return .int(time.year)
    case "month": return .int(time.month)
    case "day": return .int(time.day)
    case "weekday": return method(name) { _ in .int(time.weekday) }
    case "isoweekday": return method(name) { _ in .int(time.weekday + 1) }
    case "isocalendar":
      return method(name) { _ in
        .tuple([.int(Int(time.formatted("%G")) ?? 0), .int(Int(time.formatted("%V")) ?? 0), .int(time.weekday + 1)])
      }
    case "toordinal": return method(name) { _ in .int(time.dayNumber + 719_163) }
    case "ctime": return method(name) { _ in .string(time.formatted("%a %b %e %H:%M:%S %Y")) }
    case "timetuple":
      let parts = [
        time.year, time.month, time.day, time.hour, time.minute, time.second, time.weekday, time.dayOfYear, -1,
      ]
      return method(name) { _ in .tuple(parts.map { .int($0) }) }
    case "replace" where time.kind == .date:
      return method(name, "(year=None, month=None, day=None)") { call in
        .native(
          DateTimeObject(
            try DateTime(
              .date, year: try call.optionalInt(0) ?? time.year, month: try call.optionalInt(1) ?? time.month,
              day: try call.optionalInt(2) ?? time.day)))
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
    case "date" where time.kind == .dateTime: return method(name) { _ in .native(DateTimeObject(time.date)) }
    case "time" where time.kind == .dateTime: return method(name) { _ in .native(DateTimeObject(time.time)) }
    case "timestamp" where time.kind == .dateTime: return method(name) { _ in .double(time.timestamp) }
    default: return nil
    }
  }

  private func clockAttribute(_ name: String) -> Object? {
    let time = time
    switch name {
    case "hour": return .int(time.hour)
    case "minute": return .int(time.minute)
    case "second": return .int(time.second)
    case "microsecond": return .int(time.microsecond)
    case "tzinfo":
      return time.offset.map { .native(TimeZoneObject(offset: $0, name: time.zoneName ?? "")) } ?? Object.none
    case "tzname": return method(name) { _ in time.zoneName.map { .string($0) } ?? Object.none }
    case "utcoffset":
      return method(name) { _ in
        try time.offset.map { .native(try TimeDeltaObject(microseconds: $0 * 1_000_000)) } ?? Object.none
      }
    default: return nil
    }
  }

  private func method(_ name: String, _ signature: String = "()", _ body: @escaping TemplateFunction.Body) -> Object {
    .native(NativeMethod(TemplateFunction(name, signature, "", body: body)))
  }
}

/// Python's `timezone`: a fixed offset from UTC.
final class TimeZoneObject: NativeObject {
  private let offset: Int
  private let name: String

  init(offset: Int, name: String) {
    self.offset = offset
    self.name = name
  }

  var typeName: String { "timezone" }
  func text() -> String { name }
  func repr(depth: Int) -> String { DateTime.zoneRepr(offset) }
  func isEqual(to other: Object) -> Bool {
    if case .native(let zone as TimeZoneObject) = other { zone.offset == offset } else { false }
  }
}
