import Values

/// Splits the short form of arguments: `src=a dest="b c" mode={{ m }}`.
///
/// Words end at blanks outside quotes and outside `{{ }}`, `{% %}`, `{# #}`. Words without `=` are free-form text, kept with
/// the line breaks between them. Values keep the trust and the place of the string they stood in.
package struct KeyValueArguments: Sendable {
  package var pairs: Map = [:]
  /// The free-form rest; `nil` when there is none.
  package var rest: String?

  /// - Parameters:
  ///   - text: the whole string.
  ///   - accepted: the names that are arguments; `nil` accepts every name. Other `k=v` words are free-form text.
  /// - Throws: `Diagnostic` for unbalanced quotes or template delimiters.
  package init(_ text: Text, accepting accepted: Set<String>? = nil) throws(Diagnostic) {
    var free: [Word] = []
    for word in try Self.split(text) {
      guard let equals = Self.indexOfEquals(word.text) else {
        free.append(word)
        continue
      }
      let name = String(word.text[..<equals])
      if let accepted, !accepted.contains(name) {
        free.append(word)
        continue
      }
      let value = Self.unescaped(Self.unquote(String(word.text[word.text.index(after: equals)...])))
      pairs[name] = .string(Text(value, sharing: text.origin))
    }
    if !free.isEmpty {
      rest = free.reduce(into: "") { joined, word in
        if !joined.isEmpty { joined += word.gap }
        joined += Self.unescapeEquals(word.text)
      }
    }
  }

  /// A word and the blank space before it: a space, or the line breaks that stood there.
  private struct Word {
    var text: String
    var gap: String
  }

  private static func split(_ text: Text) throws(Diagnostic) -> [Word] {
    var words: [Word] = []
    var current = ""
    var gap = ""
    var quote: Character?
    var templateEnd: String?
    var templateDepth = 0
    var isEscaped = false
    let characters = Array(text.string)
    var index = 0
    func finish() {
      guard !current.isEmpty else { return }
      let breaks = gap.filter { $0 == "\n" || $0 == "\r\n" }
      words.append(Word(text: current, gap: breaks.isEmpty ? " " : gap))
      current = ""
      gap = ""
    }
    while index < characters.count {
      let character = characters[index]
      let pair = index + 1 < characters.count ? String(characters[index...index + 1]) : ""
      if let end = templateEnd {
        // Delimiters within a template, in a quoted text for instance, come in pairs.
        if pair == end || templateEnds[pair] == end {
          current += pair
          templateDepth += pair == end ? -1 : 1
          if templateDepth == 0 { templateEnd = nil }
          index += 2
          continue
        }
        current.append(character)
      } else if quote == nil, let end = templateEnds[pair] {
        current += pair
        templateEnd = end
        templateDepth = 1
        index += 2
        continue
      } else if isEscaped {
        current.append(character)
        isEscaped = false
      } else if let open = quote {
        current.append(character)
        if character == "\\" { isEscaped = true } else if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        current.append(character)
        quote = character
      } else if character == "\\" {
        if index + 1 < characters.count, characters[index + 1].isNewline, !current.isEmpty || !words.isEmpty {
          finish()
          index += 2
          continue
        }
        current.append(character)
        isEscaped = true
      } else if character == " " || character == "\t" || character.isNewline {
        finish()
        gap.append(character)
      } else {
        current.append(character)
      }
      index += 1
    }
    finish()
    if quote != nil || templateEnd != nil {
      throw Diagnostic(
        .syntax, "failed at splitting arguments, either an unbalanced jinja2 block or quotes: \(text.string)",
        at: text.place,
        help: "Close the quote or the template, or write the arguments as a map.")
    }
    return words
  }

  private static let templateEnds = ["{{": "}}", "{%": "%}", "{#": "#}"]

  private static func indexOfEquals(_ word: String) -> String.Index? {
    var templateEnd: String?
    var previous: Character?
    var index = word.startIndex
    while index < word.endIndex {
      let pair = String(word[index...].prefix(2))
      if let end = templateEnd {
        if pair == end {
          templateEnd = nil
          index = word.index(after: index)
        }
      } else if let end = templateEnds[pair] {
        templateEnd = end
        index = word.index(after: index)
      } else if word[index] == "'" || word[index] == "\"" {
        return nil
      } else if word[index] == "=", let before = previous, before != "\\" {
        return index
      }
      previous = word[index]
      index = word.index(after: index)
    }
    return nil
  }

  /// Escapes as in a Python string: `\n`, `\x41`, `\u00e9`, `\101`. A backslash before anything else stays.
  private static func unescaped(_ value: String) -> String {
    guard value.utf8.contains(UInt8(ascii: "\\")) else { return value }
    var result = String.UnicodeScalarView()
    var rest = Substring(value).unicodeScalars
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let next = rest.first else {
        result.append(scalar)
        continue
      }
      if let plain = plainEscapes[next] {
        rest.removeFirst()
        result.append(plain)
      } else if let width = ["x": 2, "u": 4, "U": 8][next],
        let code = number(rest.dropFirst().prefix(width), radix: 16, digits: width)
      {
        rest.removeFirst(width + 1)
        result.append(code)
      } else {
        let digits = rest.prefix(3).prefix { ("0"..."7").contains($0) }
        guard !digits.isEmpty, let code = number(digits, radix: 8, digits: digits.count) else {
          result.append(scalar)
          continue
        }
        rest.removeFirst(digits.count)
        result.append(code)
      }
    }
    return String(result)
  }

  private static let plainEscapes: [Unicode.Scalar: Unicode.Scalar] = [
    "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
    "v": "\u{B}",
  ]

  private static func number(_ digits: Substring.UnicodeScalarView.SubSequence, radix: UInt32, digits count: Int)
    -> Unicode.Scalar?
  {
    guard digits.count == count, let code = UInt32(String(digits), radix: Int(radix)) else { return nil }
    return Unicode.Scalar(code)
  }

  private static func unescapeEquals(_ word: String) -> String {
    var result = ""
    var wasBackslash = false
    for character in word {
      if wasBackslash, character == "=" { result.removeLast() }
      result.append(character)
      wasBackslash = character == "\\"
    }
    return result
  }

  /// Drops one pair of enclosing quotes.
  package static func unquote(_ value: String) -> String {
    guard let first = value.first, value.count > 1, first == "'" || first == "\"", value.last == first,
      value.dropLast().last != "\\"
    else { return value }
    return String(value.dropFirst().dropLast())
  }
}
