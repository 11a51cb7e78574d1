import Values

extension Builtins {
  static let textFilters: [TemplateFunction] = [
    TemplateFunction("string", "(object)", "The value as text.") { call in
      if case .string = call.input { return call.input }
      return .string(try call.input.text())
    },
    TemplateFunction("upper", "(s)", "The text in capitals.") { $0.derived(try $0.input.text().uppercased()) },
    TemplateFunction("lower", "(s)", "The text in lower case.") { $0.derived(try $0.input.text().lowercased()) },
    TemplateFunction("capitalize", "(s)", "The text with its first character as a capital, the others not.") {
      $0.derived(Casing.capitalized(try $0.input.text()))
    },
    TemplateFunction("title", "(s)", "The text with each word's first letter as a capital.") {
      .string(TextFilters.titled(try $0.input.text()))
    },
    TemplateFunction("trim", "(value, chars=None)", "The text without spaces, or given characters, at both ends.") {
      call in
      let text = try call.input.text()
      guard let characters = try call.optionalString(1) else {
        return call.derived(Splitting.stripped(text, start: true, end: true, \.isPythonSpace))
      }
      let set = Set(characters.unicodeScalars)
      return call.derived(Splitting.stripped(text, start: true, end: true) { set.contains($0) })
    },
    TemplateFunction("replace", "(s, old, new, count=None)", "The text with another put in place of each occurrence.") {
      call in
      let (text, old, new) = (try call.input.text(), try call[1].text(), try call[2].text())
      let limit = try call.optionalInt(3) ?? -1
      let places = old.isEmpty ? text.utf8.count + 1 : text.utf8.count / old.utf8.count
      let (growth, overflow) = places.multipliedReportingOverflow(by: new.utf8.count)
      try call.scope.runtime.checkSize(overflow ? .max : growth)
      return .string(text.replacingText(old, new, limit: limit < 0 ? .max : limit))
    },
    TemplateFunction("format", "(value, *args, **kwargs)", "Python's text % values.") { call in
      if !call.extra.isEmpty, !call.keywords.isEmpty {
        throw call.failure("can't handle positional and keyword arguments at the same time")
      }
      var members = DictObject.Members()
      for (name, value) in call.keywords { members[.string(name)] = value }
      let values: Object = call.keywords.isEmpty ? .tuple(call.extra) : .dict(DictObject(members))
      let arguments = call.input.isMarkup ? try Markup.arguments(values) : values
      return call.derived(try PercentFormat.format(try call.input.text(), arguments, in: call.scope))
    },
    TemplateFunction("center", "(value, width=80)", "The text in the middle of a line of a width.") { call in
      let text = try call.input.text()
      let width = try call.int(1)
      try call.scope.runtime.checkSize(width)
      let missing = max(0, width - text.scalarCount)
      let left = missing / 2 + (missing & width & 1)
      return call.derived(String(repeating: " ", count: left) + text + String(repeating: " ", count: missing - left))
    },
    TemplateFunction(
      "indent", "(s, width=4, first=False, blank=False)", "The text with every line but the first moved to the right."
    ) { call in
      guard let text = call.input.string else {
        throw call.failure("unsupported operand type(s) for +=: '\(call.input.typeName)' and 'str'")
      }
      let indent: String
      if let string = call[1].string {
        indent = string
      } else {
        let width = try call.int(1)
        try call.scope.runtime.checkSize(width)
        indent = String(repeating: " ", count: max(0, width))
      }
      let result = TextFilters.indented(text, indent, first: try call.bool(2), blank: try call.bool(3))
      return call.derived(try call.scope.runtime.checked(result))
    },
    TemplateFunction(
      "truncate", "(s, length=255, killwords=False, end='...', leeway=None)",
      "The text cut to a length, with an ellipsis."
    ) { call in
      let (length, end) = (try call.int(1), try call.string(3))
      let leeway = try call.optionalInt(4) ?? 5
      guard length >= end.scalarCount else {
        throw call.failure("expected length >= \(end.scalarCount), got \(length)")
      }
      guard leeway >= 0 else { throw call.failure("expected leeway >= 0, got \(leeway)") }
      if try call.input.length() - leeway <= length { return call.input }
      guard let text = call.input.string else {
        throw call.failure("can only concatenate \(call.input.typeName) (not \"str\") to \(call.input.typeName)")
      }
      let cut = text.slice(0, length - end.scalarCount, 1)
      let tail = call.input.isMarkup ? HTML.escaped(end) : end
      if try call.bool(2) { return call.derived(cut + tail) }
      let pieces = cut.splitText(" ")
      return call.derived((pieces.count > 1 ? pieces.dropLast().joined(separator: " ") : cut) + tail)
    },
    TemplateFunction("wordcount", "(s)", "The number of words.") { call in
      var count = 0
      var inWord = false
      for scalar in try call.input.text().unicodeScalars {
        let isWord = scalar == "_" || Casing.isLetter(scalar) || scalar.properties.numericType != nil
        if isWord, !inWord { count += 1 }
        inWord = isWord
      }
      return .int(count)
    },
    TemplateFunction(
      "wordwrap", "(s, width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True)",
      "The text in lines of a width."
    ) { call in
      let width = try call.int(1)
      guard width > 0 else { throw call.failure("invalid width \(width) (must be > 0)") }
      let wrapper = TextWrapper(width: width, breaksLongWords: try call.bool(2), breaksOnHyphens: try call.bool(4))
      let newline = try call.optionalString(3) ?? "\n"
      guard let text = call.input.string else {
        throw call.failure("'\(call.input.typeName)' object has no attribute 'splitlines'")
      }
      return .string(
        Splitting.lines(text).map { wrapper.lines($0).joined(separator: newline) }.joined(
          separator: newline))
    },
  ]
}

enum TextFilters {
  /// Jinja's `title`: a word starts after spaces and opening brackets, and at a hyphen.
  static func titled(_ text: String) -> String {
    var result = ""
    var startsWord = true
    for scalar in text.unicodeScalars {
      result += startsWord ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
      startsWord = scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar)
    }
    return result
  }

  static func indented(_ text: String, _ indent: String, first: Bool, blank: Bool) -> String {
    let text = text + "\n"
    if blank {
      let lines = Splitting.lines(text)
      return (first ? indent : "") + lines.joined(separator: "\n" + indent)
    }
    var lines = Splitting.lines(text)
    guard let head = lines.first else { return text }
    lines.removeFirst()
    var result = head
    for line in lines { result += "\n" + (line.isEmpty ? line : indent + line) }
    return first ? indent + result : result
  }
}

/// Python's `textwrap.wrap` for one paragraph, keeping its spaces.
struct TextWrapper {
  let width: Int
  let breaksLongWords: Bool
  let breaksOnHyphens: Bool

  func lines(_ text: String) -> [String] {
    var chunks = Array(chunks(text).reversed())
    var lines: [String] = []
    while !chunks.isEmpty {
      var line: [String] = []
      var length = 0
      if let last = chunks.last, isBlank(last), !lines.isEmpty { chunks.removeLast() }
      while let chunk = chunks.last, length + chunk.scalarCount <= width {
        line.append(chunk)
        length += chunk.scalarCount
        chunks.removeLast()
      }
      if let chunk = chunks.last, chunk.scalarCount > width {
        if breaksLongWords {
          let space = cut(chunk, width - length)
          line.append(chunk.slice(0, space, 1))
          chunks[chunks.count - 1] = chunk.slice(space, nil, 1)
        } else if line.isEmpty {
          line.append(chunks.removeLast())
        }
      }
      if let last = line.last, isBlank(last) { line.removeLast() }
      if !line.isEmpty { lines.append(line.joined()) }
    }
    return lines
  }

  /// Where a word that is too long is cut: after a hyphen, if there is one.
  private func cut(_ chunk: String, _ space: Int) -> Int {
    guard breaksOnHyphens else { return space }
    let head = Array(chunk.unicodeScalars.prefix(space))
    guard let hyphen = head.lastIndex(of: "-"), hyphen > 0, head[..<hyphen].contains(where: { $0 != "-" }) else {
      return space
    }
    return hyphen + 1
  }

  private func isBlank(_ chunk: String) -> Bool { chunk.unicodeScalars.allSatisfy(\.isPythonSpace) }

  /// Words and the spaces between them, words cut after hyphens between letters.
  private func chunks(_ text: String) -> [String] {
    var chunks: [String] = []
    var chunk: [Unicode.Scalar] = []
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      if let last = chunk.last, last.isPythonSpace != scalar.isPythonSpace {
        chunks.append(String(scalars: chunk))
        chunk = []
      }
      chunk.append(scalar)
      let isBreak =
        breaksOnHyphens && scalar == "-" && index > 1 && index + 2 < scalars.count
        && Casing.isLetter(scalars[index - 1])
        && Casing.isLetter(scalars[index - 2]) && Casing.isLetter(scalars[index + 1])
        && Casing.isLetter(scalars[index + 2])
      if isBreak {
        chunks.append(String(scalars: chunk))
        chunk = []
      }
    }
    if !chunk.isEmpty { chunks.append(String(scalars: chunk)) }
    return chunks
  }
}
