import Transport

/// A path as a user writes it: `~`, `~name`, `$NAME` and `${NAME}` are expanded on the host, as Python's `expanduser` and
/// `expandvars` do. Nothing else in it means anything to the shell.
struct HostPath: Sendable, Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  /// Whether the path means the same on every host.
  var isLiteral: Bool { !text.hasPrefix("~") && !text.contains("$") }

  /// One word of shell that expands to the path.
  var word: ShellScript {
    guard !isLiteral else { return "\(text)" }
    var script: ShellScript = ""
    var rest = text[...]
    if rest.hasPrefix("~") {
      let name = rest.dropFirst().prefix { $0 != "/" }
      if name.isEmpty {
        script += "\"${HOME:-/}\""
        rest = rest.dropFirst()
      } else if name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }) {
        // Unquoted on purpose: the shell looks the name up. It holds nothing but letters, digits, `_`, `.` and `-`.
        script += ShellScript(unchecked: "~\(name)")
        rest = rest.dropFirst(1 + name.count)
      }
    }
    var literal = ""
    while let character = rest.first {
      if character == "$", let (name, length) = Self.variable(rest) {
        if !literal.isEmpty { script += "\(literal)" }
        literal = ""
        // A variable that is not set stays as it is written.
        script += ShellScript(unchecked: "\"${\(name)-") + ShellScript(unchecked: "\\$\(name)}\"")
        rest = rest.dropFirst(length)
      } else {
        literal.append(character)
        rest = rest.dropFirst()
      }
    }
    if !literal.isEmpty { script += "\(literal)" }
    return script
  }

  private static func variable(_ text: Substring) -> (name: Substring, length: Int)? {
    let isBraced = text.dropFirst().first == "{"
    let body = text.dropFirst(isBraced ? 2 : 1)
    let name = body.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    guard let first = name.first, !first.isNumber else { return nil }
    if isBraced { return body.dropFirst(name.count).first == "}" ? (name, name.count + 3) : nil }
    return (name, name.count + 1)
  }
}
