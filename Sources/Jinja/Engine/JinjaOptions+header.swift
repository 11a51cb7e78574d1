import Values

extension JinjaOptions {
  static let headerMark = "#jinja2:"

  /// Reads the `#jinja2: trim_blocks:False, …` line that a template may start with.
  ///
  /// - Returns: these options with the overrides, the text after the line, and the line on which it starts.
  func reading(header file: SourceFile) throws(Diagnostic) -> (options: JinjaOptions, body: String, line: Int) {
    let mark = JinjaOptions.headerMark
    guard file.text.hasPrefix(mark) else { return (self, file.text, 1) }
    let place = Place(file, line: 1, column: 1)
    let rest = file.text.dropFirst(mark.count).utf8
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      throw Diagnostic(.template, "Missing newline after '\(mark)' override.", at: place)
    }
    var options = self
    for pair in Substring(rest[..<end]).split(separator: ",", omittingEmptySubsequences: false) {
      let text = String(pair).trimmedSpaces()
      guard !text.isEmpty else { throw Diagnostic(.template, "Empty '\(mark)' override pair not allowed.", at: place) }
      guard let colon = text.firstIndex(of: ":") else {
        throw Diagnostic(
          .template, "Missing key-value separator `:` in '\(mark)' override pair '\(text)'.", at: place)
      }
      let key = String(text[..<colon]).trimmedSpaces()
      try options.set(key, String(text[text.index(after: colon)...]).trimmedSpaces(), at: place)
    }
    return (options, String(Substring(rest[rest.index(after: end)...])), 2)
  }

  private mutating func set(_ key: String, _ value: String, at place: Place) throws(Diagnostic) {
    let bool: Bool? = value == "True" ? true : value == "False" ? false : nil
    var string: String?
    if value.count >= 2, let quote = value.first, quote == "'" || quote == "\"", value.last == quote {
      string = String(value.dropFirst().dropLast()).replacingText("\\n", "\n").replacingText("\\r", "\r")
    }
    switch (key, bool, string) {
    case ("trim_blocks", let bool?, _): trimBlocks = bool
    case ("lstrip_blocks", let bool?, _): lstripBlocks = bool
    case ("keep_trailing_newline", let bool?, _): keepTrailingNewline = bool
    case ("block_start_string", _, let string?): blockStart = string
    case ("block_end_string", _, let string?): blockEnd = string
    case ("variable_start_string", _, let string?): variableStart = string
    case ("variable_end_string", _, let string?): variableEnd = string
    case ("comment_start_string", _, let string?): commentStart = string
    case ("comment_end_string", _, let string?): commentEnd = string
    case ("newline_sequence", _, let string?) where ["\n", "\r\n", "\r"].contains(string): newlineSequence = string
    case ("trim_blocks", _, _), ("lstrip_blocks", _, _), ("keep_trailing_newline", _, _), ("newline_sequence", _, _),
      ("block_start_string", _, _), ("block_end_string", _, _), ("variable_start_string", _, _),
      ("variable_end_string", _, _), ("comment_start_string", _, _), ("comment_end_string", _, _):
      throw Diagnostic(.template, "Invalid value \(value) for '#jinja2:' override key '\(key)'.", at: place)
    default: throw Diagnostic(.template, "Invalid '#jinja2:' override key '\(key)'.", at: place)
    }
  }
}
