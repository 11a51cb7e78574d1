import Values

/// The INI dialect of `ansible.cfg`: sections, `key = value`, `#` and `;` comments, indented continuation lines.
enum ConfigurationFile {
  struct Line {
    /// `section.key`.
    var key: String
    var value: String
    var place: Place
  }

  static func read(_ file: SourceFile) throws(Diagnostic) -> [Line] {
    var section = "defaults"
    var result: [Line] = []
    for (index, raw) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = String(raw)
      let text = line.trimmingBlanks
      let place = Place(file, line: index + 1, column: 1)
      if text.isEmpty || text.hasPrefix("#") || text.hasPrefix(";") { continue }
      if line.first?.isWhitespace == true, var last = result.popLast() {
        last.value += "\n" + text
        result.append(last)
        continue
      }
      if text.hasPrefix("[") {
        guard let end = text.firstIndex(of: "]") else {
          throw Diagnostic(.syntax, "a section's name ends with ']'", at: place)
        }
        section = String(text[text.index(after: text.startIndex)..<end])
        continue
      }
      guard let separator = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
        throw Diagnostic(.syntax, "expected 'key = value' or '[section]'", at: place)
      }
      let key = String(text[..<separator]).trimmingBlanks.lowercased()
      var value = String(text[text.index(after: separator)...]).trimmingBlanks
      // Comments after a value start with ` ;` only: a `#` may be part of it.
      if let comment = value.range(of: " ;") { value = String(value[..<comment.lowerBound]).trimmingBlanks }
      result.append(Line(key: "\(section).\(key)", value: KeyValueArguments.unquote(value), place: place))
    }
    return result
  }
}

extension String {
  /// The first occurrence of another string.
  func range(of other: String) -> Range<String.Index>? {
    guard !other.isEmpty else { return nil }
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
      start = index(after: start)
    }
    return nil
  }
}
