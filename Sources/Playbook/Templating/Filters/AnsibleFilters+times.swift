import Jinja
import Values

extension AnsibleFilters {
  /// Dates and times.
  static let times: [TemplateFunction] = [
    TemplateFunction("strftime", "(string_format, second=None, utc=False)", "A time as text.") { call in
      var seconds: Double?
      if !call[1].isNone {
        guard let given = call[1].double ?? call[1].string.flatMap(Numbers.float), given.isFinite else {
          throw call.failure(
            "Invalid value for epoch value (\(try call[1].text()))", help: "It is a number of seconds.")
        }
        seconds = given
      }
      return .string(TimeText.format(try call.string(0), seconds: seconds, isUTC: try call.bool(2)))
    },
    TemplateFunction("to_datetime", "(string, format='%Y-%m-%d %H:%M:%S')", "The time that a text means.") { call in
      .native(DateTimeObject(try TimeParser(format: try call.string(1)).parse(try call.string(0))))
    },
  ]
}
