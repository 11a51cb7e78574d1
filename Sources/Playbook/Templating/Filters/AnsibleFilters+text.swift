import Jinja
import Values

extension AnsibleFilters {
  /// Text in other forms.
  static let text: [TemplateFunction] = [
    TemplateFunction("b64encode", "(string, encoding='utf-8', urlsafe=False)", "Base64.") { call in
      let text = Base64.encode(try TextEncoding(try call.string(1)).bytes(try call.anyText(0)))
      return .string(try call.bool(2) ? text.replacing("+", with: "-").replacing("/", with: "_") : text)
    },
    TemplateFunction("b64decode", "(string, encoding='utf-8', urlsafe=False)", "The text that Base64 means.") { call in
      guard
        let bytes = Base64.decode(try call.anyText(0), isURLSafe: try call.bool(2), needsPadding: true)
      else {
        throw call.failure(
          "b64decode() got a text that is no Base64: its digits make no whole bytes",
          help: "Was it cut, or is its padding ('=') missing?")
      }
      return .string(try TextEncoding(try call.string(1)).text(bytes))
    },
    TemplateFunction("quote", "(a)", "The text as one word of a shell.") { call in
      .string(shellWord(call.input.isNone ? "" : try call.anyText(0)))
    },
    TemplateFunction("comment", "(text, style='plain', **options)", "The text as a comment.") { call in
      .string(try CommentStyle(call).comment(try call.string(0)))
    },
    TemplateFunction("split", "(value, sep=None, maxsplit=-1)", "The text's pieces.") { call in
      .list(
        try Methods.call(
          "split", of: .string(Text(try call.string(0))),
          Jinja.Arguments(positional: [call[1], call[2]], scope: call.scope)
        ).elements(in: call.scope))
    },
    TemplateFunction("urldecode", "(string)", "A text with `%xx` replaced.") { call in
      .string(String(decoding: Percent.decode(Array(try call.string(0).utf8), plusIsSpace: true), as: UTF8.self))
    },
    TemplateFunction("urlsplit", "(value, query='', alias='urlsplit')", "The parts of a URL.") { call in
      let parts = try URLParts(try call.string(0)).map
      let query = try call.string(1)
      guard !query.isEmpty else { return call.object(.map(parts)) }
      guard let part = parts[query] else {
        throw call.failure(
          "urlsplit: unknown URL component: \(query)",
          help: Suggestion.help(for: query, in: parts.keys.compactMap(\.string)))
      }
      return call.object(part)
    },
    TemplateFunction(
      "to_uuid", "(string, namespace='361E6D51-FAEC-444A-9079-341386DA8E2E')", "A UUID made of the text."
    ) { call in
      let namespace = try call.string(1)
      guard let id = NameUUID.make(namespace: namespace, name: try call.anyText(0)) else {
        throw call.failure("Invalid value '\(namespace)' for 'namespace': it is no UUID")
      }
      return .string(id)
    },
  ]

  /// Python's `shlex.quote`.
  static func shellWord(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "@%+=:,./-_".utf8.contains(byte)
      }
    }
    return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\"'\"'") + "'"
  }
}

/// `comment`'s styles.
private struct CommentStyle {
  private var decoration: String
  private var beginning = ""
  private var end = ""
  private var newline = "\n"
  private var prefix: String
  private var postfix: String
  private var prefixCount = 1
  private var postfixCount = 1

  private static let styles: KeyValuePairs<String, (beginning: String, decoration: String, end: String)> = [
    "plain": ("", "# ", ""), "erlang": ("", "% ", ""), "c": ("", "// ", ""), "cblock": ("/*", " * ", " */"),
    "xml": ("<!--", " - ", "-->"),
  ]

  init(_ call: Call) throws {
    let name = try call.string(1)
    guard let style = Self.styles.first(where: { $0.key == name })?.value else {
      throw call.failure(
        "Invalid style '\(name)'.", help: "Available styles: \(Self.styles.map(\.key).joined(separator: ", ")).")
    }
    (beginning, decoration, end) = style
    func text(_ name: String) throws -> String? {
      guard let value = call.keywords.first(where: { $0.name == name })?.value else { return nil }
      guard let text = value.string else {
        throw call.failure("comment() argument '\(name)' must be a string, not '\(value.typeName)'")
      }
      return text
    }
    func count(_ name: String) throws -> Int? {
      guard let value = call.keywords.first(where: { $0.name == name })?.value else { return nil }
      guard let count = value.int, (0...10_000).contains(count) else {
        throw call.failure("comment() argument '\(name)' must be a number from 0 to 10000")
      }
      return count
    }
    decoration = try text("decoration") ?? decoration
    beginning = try text("beginning") ?? beginning
    end = try text("end") ?? end
    newline = try text("newline") ?? newline
    prefix = try text("prefix") ?? Self.withoutTrailingSpace(decoration)
    postfix = try text("postfix") ?? Self.withoutTrailingSpace(decoration)
    prefixCount = try count("prefix_count") ?? 1
    postfixCount = try count("postfix_count") ?? 1
  }

  func comment(_ text: String) -> String {
    let opening = beginning.isEmpty ? "" : beginning + newline
    let line = prefix.isEmpty || prefix == newline ? prefix : prefix + newline
    let above = String(repeating: line, count: prefixCount)
    let below = String(repeating: newline + postfix, count: postfixCount)
    let closing = end.isEmpty ? "" : newline + end
    let lines = newline.isEmpty ? text : text.replacing(newline, with: newline + decoration)
    // A line without text shows the decoration without the space after it.
    let body = (decoration + lines).replacing(
      decoration + newline, with: Self.withoutTrailingSpace(decoration) + newline)
    return opening + above + body + below + closing
  }

  private static func withoutTrailingSpace(_ text: String) -> String {
    var text = text
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}

/// The parts of a URL, as Python's `urlsplit` names them.
struct URLParts {
  private(set) var scheme = ""
  private(set) var authority = ""
  private(set) var path = ""
  private(set) var query = ""
  private(set) var fragment = ""

  init(_ text: String) throws(Diagnostic) {
    var rest = text.drop { $0.unicodeScalars.allSatisfy { $0.value <= 0x20 } }.filter {
      $0 != "\n" && $0 != "\r" && $0 != "\t" && $0 != "\r\n"
    }[...]
    if let colon = rest.firstIndex(of: ":"), let first = rest.first, first.isASCII, first.isLetter,
      rest[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
    {
      scheme = rest[..<colon].lowercased()
      rest = rest[rest.index(after: colon)...]
    }
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
      authority = String(rest[..<end])
      rest = rest[end...]
      guard authority.contains("[") == authority.contains("]") else {
        throw Diagnostic(.template, "Invalid IPv6 URL: \(text)")
      }
    }
    if let hash = rest.firstIndex(of: "#") {
      fragment = String(rest[rest.index(after: hash)...])
      rest = rest[..<hash]
    }
    if let mark = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    path = String(rest)
    _ = try port
  }

  private var credentials: [Substring] {
    guard let at = authority.lastIndex(of: "@") else { return [] }
    return authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
  }

  private var endpoint: Substring {
    authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority[...]
  }

  var host: String? {
    let host =
      endpoint.hasPrefix("[")
      ? endpoint.dropFirst().prefix { $0 != "]" } : endpoint.prefix { $0 != ":" }
    return host.isEmpty ? nil : host.lowercased()
  }

  var port: Int? {
    get throws(Diagnostic) {
      let rest = endpoint.hasPrefix("[") ? endpoint.drop { $0 != "]" }.dropFirst() : endpoint.drop { $0 != ":" }
      guard rest.hasPrefix(":"), rest.count > 1 else { return nil }
      guard let port = Int(rest.dropFirst()), (0...65_535).contains(port), rest.dropFirst().allSatisfy(\.isASCII) else {
        throw Diagnostic(.template, "The port of a URL is a number from 0 to 65535, not '\(rest.dropFirst())'.")
      }
      return port
    }
  }

  var map: Map {
    get throws(Diagnostic) {
      [
        "fragment": .string(fragment), "hostname": .optional(host), "netloc": .string(authority),
        "password": .optional(credentials.count > 1 ? String(credentials[1]) : nil), "path": .string(path),
        "port": try port.map { .int($0) } ?? .null, "query": .string(query), "scheme": .string(scheme),
        "username": .optional(credentials.first.map { String($0) }),
      ]
    }
  }
}

/// `%xx` in URLs.
enum Percent {
  static func decode(_ bytes: [UInt8], plusIsSpace: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, bytes[index + 1] != UInt8(ascii: "+"),
        bytes[index + 1] != UInt8(ascii: "-"),
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
