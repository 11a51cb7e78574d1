/// Turns libyaml's words into a diagnostic that says what the writer most likely did and how the line should read.
enum YAMLHint {
  static func diagnostic(for error: LibYAMLError, in text: String, file: SourceFile) -> Diagnostic {
    let place = place(of: error.mark, in: text, file: file)
    // Advice repeats parts of the line: none for a text that must not be quoted.
    let text = file.isQuotable ? text : ""
    let line = SourceLines.line(place.line, of: text) ?? ""
    let advice =
      tab(line) ?? unquotedTemplate(line) ?? colonInValue(line, error) ?? closedTooEarly(line)
      ?? missingSpace(error) ?? reservedStart(line, error)
    if let advice {
      return Diagnostic(
        .syntax, "YAML parsing failed: \(advice.message)",
        at: Place(file, line: place.line, column: advice.column ?? place.column), help: advice.help)
    }
    let words = [error.context, error.problem].compactMap(\.self).joined(separator: " ")
    return Diagnostic(
      .syntax, "YAML parsing failed: \(words.prefix(1).uppercased())\(words.dropFirst()).", at: place,
      help: opening(error, in: text))
  }

  /// libyaml's end of a text is a line of its own, also where the last line has no end: there it is the end of that line.
  private static func place(of mark: YAMLMark, in text: String, file: SourceFile) -> Place {
    if mark.column == 0, mark.line > 0, SourceLines.line(mark.line + 1, of: text) == nil,
      let last = SourceLines.line(mark.line, of: text)
    {
      return Place(file, line: mark.line, column: last.unicodeScalars.count + 1)
    }
    return Place(file, line: mark.line + 1, column: mark.column + 1)
  }

  /// A mapping or sequence as a key: as a rule a template that lacks its quotes.
  static func unhashableKey(_ key: YAMLNode, mapping: Place, text: String) -> Diagnostic {
    let line = SourceLines.line(mapping.line, of: mapping.file.isQuotable ? text : "") ?? ""
    if let advice = unquotedTemplate(line, from: mapping.column - 1) {
      return Diagnostic(.syntax, "YAML parsing failed: \(advice.message)", at: mapping, help: advice.help)
    }
    return Diagnostic(
      .syntax, "YAML parsing failed: While constructing a mapping found unhashable key.", at: key.place,
      help: "A key is a string, number, boolean or null, never a \(key.kindName).")
  }

  // MARK: - What people do

  private struct Advice {
    let message: String
    /// From 1; `nil` for where libyaml stopped.
    var column: Int?
    var help: String?
  }

  private static func tab(_ line: String) -> Advice? {
    guard let tab = line.prefix(while: { $0 == " " || $0 == "\t" }).firstIndex(of: "\t") else { return nil }
    return Advice(
      message: "A tab can't indent YAML.", column: column(of: tab, in: line), help: "Indent this line with spaces.")
  }

  private static func unquotedTemplate(_ line: String, from offset: Int = 0) -> Advice? {
    guard let start = valueStart(line), line[start...].hasPrefix("{{"),
      column(of: start, in: line) > offset
    else { return nil }
    let value = line[start...]
    // A template as a key: the quotes end before the colon.
    let isKey = value.contains("}}: ") || value.hasSuffix("}}:")
    return Advice(
      message: isKey ? "A key that starts with '{{' must be quoted." : "A value that starts with '{{' must be quoted.",
      column: column(of: start, in: line),
      help: isKey ? "Quote the key, from '{{' to '}}'." : repaired(line, from: start, quote: "\""))
  }

  private static func colonInValue(_ line: String, _ error: LibYAMLError) -> Advice? {
    guard error.problem.hasPrefix("mapping values are not allowed"), let start = valueStart(line) else { return nil }
    let value = line[start...]
    if let first = value.first, first != "'", first != "\"", first != "{", first != "[",
      let colon = firstColon(in: value)
    {
      return Advice(
        message: "A ': ' in an unquoted value starts another mapping.", column: column(of: colon, in: line),
        help: repaired(line, from: start, quote: value.contains("\"") ? "'" : "\""))
    }
    return Advice(
      message: "Mapping values are not allowed in this context.", column: nil,
      help: "The lines above already gave this mapping's key a plain value. Indent this line as its siblings, "
        + "or remove the value above.")
  }

  /// `key: "foo" in bar`
  private static func closedTooEarly(_ line: String) -> Advice? {
    guard let start = valueStart(line), let quote = line[start...].first, quote == "'" || quote == "\"" else {
      return nil
    }
    let after = line.index(after: start)
    guard let end = line[after...].firstIndex(of: quote) else { return nil }
    let rest = line[line.index(after: end)...].drop(while: { $0 == " " })
    guard let next = rest.first, next != "#", next != ":", next != ",", next != quote else { return nil }
    return Advice(
      message: "The value goes on after its closing quote.", column: column(of: end, in: line) + 1,
      help: repaired(line, from: start, quote: quote == "'" ? "\"" : "'"))
  }

  private static func missingSpace(_ error: LibYAMLError) -> Advice? {
    guard error.problem == "could not find expected ':'", let start = error.contextMark else { return nil }
    return Advice(
      message: "Could not find expected ':' of the key in line \(start.line + 1).", column: nil,
      help: "A key ends with a colon and a space: 'key: value'.")
  }

  private static func reservedStart(_ line: String, _ error: LibYAMLError) -> Advice? {
    guard error.problem == "found character that cannot start any token" else { return nil }
    let index = line.unicodeScalars.index(
      line.startIndex, offsetBy: error.mark.column, limitedBy: line.endIndex)
    guard let index, index < line.endIndex else { return nil }
    return Advice(
      message: "A value can't start with '\(line.unicodeScalars[index])'.", column: nil,
      help: repaired(line, from: index, quote: "\""))
  }

  /// Where the thing began that has no end.
  private static func opening(_ error: LibYAMLError, in text: String) -> String? {
    guard let context = error.context, let start = error.contextMark, start.line != error.mark.line else { return nil }
    let line = SourceLines.line(start.line + 1, of: text)?.drop(while: { $0 == " " }) ?? ""
    let subject = context.hasPrefix("while ") ? String(context.dropFirst(6)) : context
    let began = "This happened while \(subject) that begins at line \(start.line + 1), column \(start.column + 1)"
    return line.isEmpty ? "\(began)." : "\(began): \(line.prefix(60))"
  }

  // MARK: - The parts of a line

  /// Where the value starts after dashes and a key.
  private static func valueStart(_ line: String) -> String.Index? {
    var rest = line[...].drop(while: { $0 == " " })
    while rest.hasPrefix("- ") { rest = rest.dropFirst(2).drop(while: { $0 == " " }) }
    if let first = rest.first, first != "'", first != "\"", first != "{", let colon = firstColon(in: rest) {
      rest = rest[rest.index(after: colon)...].drop(while: { $0 == " " })
    }
    return rest.isEmpty ? nil : rest.startIndex
  }

  /// A colon before a space or the end.
  private static func firstColon(in text: Substring) -> String.Index? {
    text.indices.first { index in
      guard text[index] == ":" else { return false }
      let next = text.index(after: index)
      return next == text.endIndex || text[next] == " "
    }
  }

  private static func repaired(_ line: String, from start: String.Index, quote: Character) -> String {
    let value = String(line[start...].reversed().drop(while: { $0 == " " || $0 == "\r" }).reversed())
    let inner =
      quote == "'"
      ? value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      : value.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
        .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
    return "Quote the whole value:\n\n    \(line[..<start].drop(while: { $0 == " " }))\(quote)\(inner)\(quote)"
  }

  private static func column(of index: String.Index, in line: String) -> Int {
    line.unicodeScalars.distance(from: line.startIndex, to: index) + 1
  }
}
