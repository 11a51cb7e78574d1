import Jinja
import Values

extension AnsibleFilters {
  /// Text in other forms.
  static let text: [TemplateFunction] = [
    TemplateFunction("b64encode", "(string, encoding='utf-8', urlsafe=False)", "Base64.") { call in
      let text = Base64Text.encode(try call.anyText(0).losslessBytes)
      return .string(try call.bool(2) ? text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : String($0) }.joined() : text)
    },
    TemplateFunction("b64decode", "(string, encoding='utf-8', urlsafe=False)", "The text that Base64 means.") { call in
      guard let bytes = Base64Text.decode(try call.string(0)) else { throw call.failure("Incorrect padding") }
      return .string(String(lossless: bytes))
    },
    TemplateFunction("quote", "(a)", "The text as one word of a shell.") { call in
      let text = call.input.isNone ? "" : try call.anyText(0)
      if text.isEmpty { return .string("''") }
      let isPlain = text.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "@%+=:,./-_".unicodeScalars.contains($0))
      }
      return .string(
        isPlain
          ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\"'\"'") + "'"
      )
    },
    TemplateFunction("comment", "(text, style='plain', **options)", "The text as a comment.") { call in
      .string(try CommentStyle(call).comment(try call.anyText(0)))
    },
    TemplateFunction("split", "(value, sep=None, maxsplit=-1)", "The text's pieces.") { call in
      try Methods.call("split", of: call.input, Jinja.Arguments(positional: [call[1], call[2]], scope: call.scope))
    },
    TemplateFunction("urldecode", "(string)", "A text with `%xx` replaced.") { call in
      .string(String(lossless: Percent.decode(Array(try call.anyText(0).utf8), plusIsSpace: true)))
    },
    TemplateFunction("urlsplit", "(value, query='', alias='urlsplit')", "The parts of a URL.") { call in
      let parts = URLParts(try call.string(0))
      let query = try call.string(1)
      guard !query.isEmpty else { return call.object(.map(parts.map)) }
      guard let part = parts.map[query] else { throw call.failure("urlsplit: unknown URL component: \(query)") }
      return call.object(part)
    },
    TemplateFunction("strftime", "(string_format, second=None, utc=False)", "A time as text.") { call in
      let seconds = call[1].isNone ? nil : call[1].double
      return .string(TimeText.format(try call.string(0), seconds: seconds, isUTC: try call.bool(2)))
    },
    TemplateFunction(
      "to_uuid", "(string, namespace='361E6D51-FAEC-444A-9079-341386DA8E2E')", "A UUID made of the text."
    ) { call in
      guard let id = NameUUID.make(namespace: try call.string(1), name: try call.anyText(0)) else {
        throw call.failure("Invalid value, '\(try call.string(1))' is not a valid UUID")
      }
      return .string(id)
    },
  ]
}

/// `comment`'s styles.
private struct CommentStyle {
  private var decoration = "# "
  private var prefix = ""
  private var prefixCount = 1
  private var postfix = ""
  private var postfixCount = 1
  private var beginning = ""
  private var end = ""
  private var newline = "\n"

  init(_ call: Call) throws {
    let style = try call.string(1)
    switch style {
    case "plain": decoration = "# "
    case "erlang": decoration = "% "
    case "c": decoration = "// "
    case "cblock":
      (beginning, decoration, end) = ("/*", " * ", " */")
    case "xml":
      (beginning, decoration, end) = ("<!--", " - ", "-->")
    default: throw call.failure("Invalid style '\(style)': one of plain, erlang, c, cblock, xml")
    }
    func take(_ name: String, _ apply: (String) -> Void) throws {
      if let value = try call.keyword(name) { apply(PlainText.of(value)) }
    }
    if let value = try call.keyword("decoration") { decoration = PlainText.of(value) }
    var hasPrefix = false
    var hasPostfix = false
    if let value = try call.keyword("prefix") {
      prefix = PlainText.of(value)
      hasPrefix = true
    }
    if let value = try call.keyword("postfix") {
      postfix = PlainText.of(value)
      hasPostfix = true
    }
    if !hasPrefix { prefix = Self.trimmed(decoration) }
    if !hasPostfix { postfix = Self.trimmed(decoration) }
    prefixCount = try call.keyword("prefix_count")?.int ?? 1
    postfixCount = try call.keyword("postfix_count")?.int ?? 1
    if let value = try call.keyword("beginning") { beginning = PlainText.of(value) }
    if let value = try call.keyword("end") { end = PlainText.of(value) }
    if let value = try call.keyword("newline") { newline = PlainText.of(value) }
  }

  func comment(_ text: String) -> String {
    let opening = beginning.isEmpty ? "" : beginning + newline
    let above = prefix.isEmpty ? "" : String(repeating: prefix + newline, count: min(max(prefixCount, 0), 1000))
    let below = String(repeating: newline + postfix, count: min(max(postfixCount, 0), 1000))
    let closing = end.isEmpty ? "" : newline + end
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.isEmpty ? Self.trimmed(decoration) : decoration + line
    }
    return opening + above + lines.joined(separator: newline) + below + closing
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}

/// The parts of a URL, as Python's `urlsplit` names them.
private struct URLParts {
  let map: Map

  init(_ text: String) {
    var rest = Substring(text)
    var fragment = ""
    var query = ""
    var scheme = ""
    var authority = ""
    if let hash = rest.firstIndex(of: "#") {
      fragment = String(rest[rest.index(after: hash)...])
      rest = rest[..<hash]
    }
    if let mark = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    if let colon = rest.firstIndex(of: ":"), colon != rest.startIndex,
      rest[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
    {
      scheme = rest[..<colon].lowercased()
      rest = rest[rest.index(after: colon)...]
    }
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      authority = String(rest[..<end])
      rest = rest[end...]
    }
    var host = Substring(authority)
    var user: Value = .null
    var password: Value = .null
    if let at = host.lastIndex(of: "@") {
      let credentials = host[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      user = .string(String(credentials.first ?? ""))
      if credentials.count > 1 { password = .string(String(credentials[1])) }
      host = host[host.index(after: at)...]
    }
    var port: Value = .null
    if host.hasPrefix("["), let close = host.firstIndex(of: "]") {
      let after = host[host.index(after: close)...]
      if after.hasPrefix(":"), let number = Int(after.dropFirst()) { port = .int(number) }
      host = host[host.index(after: host.startIndex)..<close]
    } else if let colon = host.lastIndex(of: ":") {
      if let number = Int(host[host.index(after: colon)...]) { port = .int(number) }
      host = host[..<colon]
    }
    map = [
      "fragment": .string(fragment), "hostname": host.isEmpty ? .null : .string(host.lowercased()),
      "netloc": .string(authority),
      "password": password, "path": .string(String(rest)), "port": port, "query": .string(query),
      "scheme": .string(scheme),
      "username": user,
    ]
  }
}

/// `%xx` in URLs.
enum Percent {
  static func decode(_ bytes: [UInt8], plusIsSpace: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        result.append(value)
        index += 3
      } else {
        result.append(plusIsSpace && bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
        index += 1
      }
    }
    return result
  }
}
