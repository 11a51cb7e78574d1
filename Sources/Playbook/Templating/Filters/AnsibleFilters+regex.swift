import Jinja
import Patterns
import Values

extension AnsibleFilters {
  /// Regular expressions.
  static let regex: [TemplateFunction] = [
    TemplateFunction("regex_escape", "(string, re_type='python')", "The text as an expression that matches just it.") {
      call in
      let text = try call.anyText(0)
      switch try call.string(1) {
      case "python": return .string(PythonPattern.escaped(text))
      case "posix_basic":
        return .string(
          text.reduce(into: "") { result, character in
            if "[].^$*\\".contains(character) { result.append("\\") }
            result.append(character)
          })
      case let other:
        throw call.failure("Invalid regex type (\(other))", help: "Known are 'python' and 'posix_basic'.")
      }
    },
    TemplateFunction(
      "regex_replace",
      "(value='', pattern='', replacement='', ignorecase=False, multiline=False, count=0, mandatory_count=0)",
      "The text with what the expression finds replaced."
    ) { call in
      let pattern = try PatternCache.pattern(try call.anyText(1), flags: try flags(call, ignoreCase: 3, multiline: 4))
      let (text, count) = try pattern.replacing(
        in: try call.anyText(0), with: try call.anyText(2), count: try call.int(5))
      let mandatory = try call.int(6)
      if mandatory > 0, count != mandatory {
        throw call.failure(
          "'\(pattern.source)' should match \(mandatory) times, but matches \(count) times in '\(try call.anyText(0))'")
      }
      return .string(text)
    },
    TemplateFunction(
      "regex_search", "(value, regex, *groups, ignorecase=False, multiline=False)", "What the expression finds first."
    ) { call in
      let pattern = try PatternCache.pattern(try call.anyText(1), flags: try flags(call, ignoreCase: 2, multiline: 3))
      let bytes = Array(try call.anyText(0).utf8)
      guard let match = try pattern.match(bytes) else { return .none }
      guard !call.extra.isEmpty else { return .string(PythonPattern.text(match.range, of: bytes) ?? "") }
      return .list(
        try call.extra.map { reference in
          let text = try reference.text()
          guard text.hasPrefix("\\") else {
            throw call.failure("Unknown argument '\(text)'", help: "A group is '\\1' or '\\g<name>'.")
          }
          let name = String(text.hasPrefix("\\g<") ? text.dropFirst(3).dropLast() : text.dropFirst())
          guard let group = pattern.groupNames[name] ?? Int(name), (0..<match.ranges.count).contains(group) else {
            throw call.failure("The pattern '\(pattern.source)' has no group '\(name)'")
          }
          return PythonPattern.text(match.ranges[group], of: bytes).map { .string($0) } ?? .none
        })
    },
    TemplateFunction(
      "regex_findall", "(value, regex, multiline=False, ignorecase=False)", "Everything that the expression finds."
    ) { call in
      let pattern = try PatternCache.pattern(try call.anyText(1), flags: try flags(call, ignoreCase: 3, multiline: 2))
      let bytes = Array(try call.anyText(0).utf8)
      return .list(
        try pattern.matches(in: bytes).map { match in
          let groups = match.ranges.dropFirst().map { Object.string(PythonPattern.text($0, of: bytes) ?? "") }
          switch groups.count {
          case 0: return .string(PythonPattern.text(match.range, of: bytes) ?? "")
          case 1: return groups[groups.startIndex]
          default: return .tuple(Array(groups))
          }
        })
    },
  ]

  private static func flags(_ call: Call, ignoreCase: Int, multiline: Int) throws -> PythonPattern.Flags {
    var flags: PythonPattern.Flags = []
    if try call.bool(ignoreCase) { flags.insert(.ignoreCase) }
    if try call.bool(multiline) { flags.insert(.multiline) }
    return flags
  }
}
