import Values

extension Builtins {
  static let htmlFilters: [TemplateFunction] = [
    TemplateFunction("escape", "(value)", aliases: ["e"], "The text with HTML's special characters escaped, once.") {
      $0.input.isMarkup ? $0.input : .markup(HTML.escaped(try $0.input.text()))
    },
    TemplateFunction(
      "forceescape", "(value)", "The text with HTML's special characters escaped, even if they were before."
    ) {
      .markup(HTML.escaped(try $0.input.text()))
    },
    TemplateFunction("safe", "(value)", "The text as HTML that is not to be escaped.") { .markup(try $0.input.text()) },
    TemplateFunction("striptags", "(value)", "The text without HTML tags, spaces run together.") {
      .string(HTML.withoutTags(try $0.input.text()))
    },
    TemplateFunction("urlencode", "(value)", "The text, or the members of a mapping, as part of a URL.") { call in
      if let string = call.input.string { return .string(URLText.quoted(string, safe: "/")) }
      let isPairs: Bool
      if case .string = call.input { isPairs = false } else { isPairs = call.input.isMapping || call.input.isSequence }
      guard isPairs else { return .string(URLText.quoted(try call.input.text(), safe: "/")) }
      let pairs = try DictMethods.pairs(call.input, in: call.scope)
      return .string(
        try pairs.map { key, value in
          "\(URLText.query(try key.text()))=\(URLText.query(try value.text()))"
        }.joined(separator: "&"))
    },
    TemplateFunction(
      "urlize",
      "(value, trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None)",
      "The text with its URLs as HTML links."
    ) { call in
      var rel = try call.optionalString(4).map { Splitting.words($0) } ?? []
      if try call.bool(2) { rel.append("nofollow") }
      rel.append("noopener")
      let relation = Set(rel).sorted().joined(separator: " ")
      let target = try call.optionalString(3)
      let limit = try call.optionalInt(1)
      return .string(
        URLText.linked(HTML.escaped(try call.input.text()), limit: limit, relation: relation, target: target))
    },
  ]
}

enum HTML {
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&#34;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func withoutTags(_ text: String) -> String {
    var stripped = text
    while let start = stripped.firstRange(of: "<!--"), let end = stripped[start.upperBound...].firstRange(of: "-->") {
      stripped.removeSubrange(start.lowerBound..<end.upperBound)
    }
    var result = ""
    var rest = stripped[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      result += rest[..<start]
      rest = rest[rest.index(after: end)...]
    }
    return unescaped(Splitting.words(result + rest).joined(separator: " "))
  }

  static func unescaped(_ text: String) -> String {
    var result = text
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{A0}"),
      ("&amp;", "&"),
    ] { result = result.replacingText(entity, character) }
    return result
  }
}

/// Texts as parts of URLs.
package enum URLText {
  /// `urllib.parse.quote`.
  package static func quoted(_ text: String, safe: String) -> String {
    let safeBytes = Set(safe.utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      case _ where safeBytes.contains(byte): bytes.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func query(_ text: String) -> String { quoted(text, safe: "").replacingText("%20", "+") }

  /// The words that are URLs as links.
  static func linked(_ text: String, limit: Int?, relation: String, target: String?) -> String {
    var result = ""
    var word = ""
    func link(_ word: String) -> String {
      var middle = word[...]
      var head = ""
      var tail = ""
      while let first = middle.first, "(<".contains(first) { head.append(middle.removeFirst()) }
      while let last = middle.last, ".,:;!?)>".contains(last) { tail.insert(middle.removeLast(), at: tail.startIndex) }
      let lowered = middle.lowercased()
      let isURL = lowered.hasPrefix("http://") || lowered.hasPrefix("https://")
      guard isURL || lowered.hasPrefix("www."), middle.count > 7 else { return word }
      var shown = String(middle)
      if let limit, limit >= 0, shown.scalarCount > limit {
        shown = String(scalars: shown.unicodeScalars.prefix(limit)) + "..."
      }
      let address = isURL ? String(middle) : "https://\(middle)"
      let targetText = target.map { " target=\"\(HTML.escaped($0))\"" } ?? ""
      return "\(head)<a href=\"\(address)\" rel=\"\(relation)\"\(targetText)>\(shown)</a>\(tail)"
    }
    for scalar in text.unicodeScalars {
      if scalar.isPythonSpace {
        result += link(word)
        word = ""
        result.unicodeScalars.append(scalar)
      } else {
        word.unicodeScalars.append(scalar)
      }
    }
    return result + link(word)
  }
}
