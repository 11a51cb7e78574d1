import Values

/// The short form of arguments: `src=a dest="b c" mode={{ m }}`.
///
/// Words without `=` are free-form text, kept with the spaces and line breaks between them: it may be a script with a
/// here-document. Values keep the trust and the place of the string they stood in.
package struct KeyValueArguments: Sendable {
  package var pairs: Map = [:]
  /// The free-form rest with its blanks; `nil` when there is none.
  package var rest: String?

  /// - Parameters:
  ///   - text: the whole string.
  ///   - accepted: the names that are arguments; other `k=v` words are free-form text then. `nil` accepts every name.
  /// - Throws: `Diagnostic` for unbalanced quotes or template delimiters.
  package init(_ text: Text, accepting accepted: Set<String>? = nil) throws(Diagnostic) {
    guard let words = ArgumentWords(text.string).words else {
      throw Diagnostic(
        .syntax, "failed at splitting arguments, either an unbalanced jinja2 block or quotes: \(text.string)",
        at: text.place,
        help: "Close the quote or the template, or write the arguments as a map.")
    }
    var free: [String] = []
    for word in words {
      let plain = Self.unescaped(word)
      let equals = Self.indexOfEquals(plain)
      let name = equals.map { String(plain[..<$0]) }
      // Before the `=` of no argument: a backslash, nothing, or blanks.
      guard let equals, let name, !name.trimmingBlanks.isEmpty else {
        let hasEquals = plain.contains("=") && !ArgumentWords.templates.contains { plain.contains($0.open) }
        free.append(hasEquals ? plain.replacing("\\=", with: "=") : word)
        continue
      }
      if let accepted, !accepted.contains(name) {
        free.append(word)
        continue
      }
      let value = Self.unquote(String(plain.unicodeScalars[equals...].dropFirst()).trimmingBlanks)
      pairs[name.trimmingBlanks] = .string(Text(value, sharing: text.origin))
    }
    let joined = free.reduce(into: "") { joined, word in
      if !joined.isEmpty, !joined.hasSuffix("\n") { joined += " " }
      joined += word
    }
    if !joined.trimmingBlanks.isEmpty { rest = joined }
  }

  /// Where a word's value begins: at the first `=` that is neither escaped nor in a template nor the word's first character.
  private static func indexOfEquals(_ word: String) -> String.Index? {
    var templateEnd: Substring?
    var previous: Unicode.Scalar?
    let scalars = word.unicodeScalars
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let pair = word[index...].unicodeScalars.prefix(2)
      if let end = templateEnd {
        if pair.elementsEqual(end.unicodeScalars) { templateEnd = nil }
      } else if let enclosure = ArgumentWords.templates.first(where: { pair.elementsEqual($0.open.unicodeScalars) }) {
        templateEnd = enclosure.close[...]
      } else if scalars[index] == "=", let before = previous, before != "\\" {
        return index
      }
      previous = scalars[index]
      index = scalars.index(after: index)
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

  /// Drops one pair of enclosing quotes.
  package static func unquote(_ value: String) -> String {
    guard let first = value.first, value.count > 1, first == "'" || first == "\"", value.last == first,
      value.dropLast().last != "\\"
    else { return value }
    return String(value.dropFirst().dropLast())
  }
}
