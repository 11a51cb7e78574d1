/// How a `Diagnostic` is shown.
package struct DiagnosticRendering: Sendable {
  package enum Severity: String, Sendable {
    case error = "ERROR"
    case warning = "WARNING"
    case deprecation = "DEPRECATION WARNING"

    var color: TerminalColor {
      switch self {
      case .error: .red
      case .warning: .brightPurple
      case .deprecation: .purple
      }
    }
  }

  package var severity: Severity
  package var isColored: Bool

  package init(_ severity: Severity = .error, isColored: Bool = false) {
    self.severity = severity
    self.isColored = isColored
  }
}

extension Diagnostic {
  /// The whole text for the terminal in ansible-core 2.19's form, final line end included: the message, `Origin:` with an
  /// excerpt, the help, and each cause that has a place of its own after `<<< caused by >>>`.
  package func rendered(_ rendering: DiagnosticRendering = DiagnosticRendering()) -> String {
    let text = "[\(rendering.severity.rawValue)]: \(details)"
    // A text of several lines is set off by an empty line.
    let safe = TerminalText.escaped(text) + (text.contains("\n") ? "\n" : "")
    return (rendering.isColored ? rendering.severity.color.paint(safe) : safe) + "\n"
  }

  /// All messages of the chain in one line, as in a task result's `msg`.
  package var brief: String { Diagnostic.joined(chain.map(\.message)) }

  /// The text of `rendered` without label and colour.
  package var details: String {
    var segments: [String] = []
    var rest = chain[...]
    while let head = rest.popFirst() {
      var messages = [head.message]
      // A cause that adds neither place nor help joins the sentence.
      while let next = rest.first, next.addsNothingButWords(to: head) {
        messages.append(next.message)
        rest.removeFirst()
      }
      segments.append(head.segment(message: Diagnostic.joined(messages)))
    }
    if segments.count > 1 { segments.insert(brief, at: 0) }
    guard let first = segments.first else { return message }
    let tail = segments.dropFirst()
    return tail.isEmpty ? first : first + "\n\n" + tail.joined(separator: "\n\n<<< caused by >>>\n\n")
  }

  private var chain: [Diagnostic] {
    var chain = [self]
    for cause in causes where chain.count < 50 { chain += cause.chain }
    return chain
  }

  private func addsNothingButWords(to head: Diagnostic) -> Bool {
    place == nil && help == nil || place == head.place && help == head.help
  }

  private func segment(message: String) -> String {
    guard let place else {
      guard let help else { return message }
      let isShort = !message.contains("\n") && !help.contains("\n")
      guard isShort else { return "\(message)\n\n\(help)" }
      let isSentence = message.last.map { ".!?:;".contains($0) } ?? true
      return isSentence ? "\(message) \(help)" : "\(message). \(help)"
    }
    var lines = [message, "Origin: \(place)"]
    let excerpt = place.excerpt
    if !excerpt.isEmpty { lines += [""] + excerpt }
    if let help { lines += ["", help] }
    return lines.joined(separator: "\n")
  }

  /// `a.` and `b` become `a: b`; what already ends with the next message is not said twice.
  private static func joined(_ messages: [String]) -> String {
    messages.reversed().dropFirst().reduce(messages.last ?? "") { tail, message in
      if message.hasSuffix(tail) { return message }
      let head = message.hasSuffix(".") ? message.dropLast() : message[...]
      return head.isEmpty ? tail : "\(head): \(tail)"
    }
  }
}

extension Place {
  /// The line and two before it with their numbers, and a caret under the column. Empty where the text must not or cannot
  /// be quoted.
  var excerpt: [String] {
    guard line > 0, column > 0, file.isQuotable, !file.text.isEmpty else { return [] }
    let first = max(1, line - 2)
    let lines = SourceLines.lines(first...line, of: file.text)
    guard lines.count == line - first + 1 else { return [] }
    let label = String(line).count
    let width = 120 - label - 1
    var excerpt: [String] = []
    for (offset, text) in lines.enumerated() {
      var shown = text.unicodeScalars.map {
        $0 == "\t" ? " " : $0.properties.generalCategory == .control ? "\u{FFFD}" : $0
      }
      if shown.count > width { shown = shown.prefix(width - 3) + ["." as Unicode.Scalar, ".", "."] }
      let number = String(first + offset)
      let indent = String(repeating: " ", count: label - number.count)
      excerpt.append(indent + number + (shown.isEmpty ? "" : " ") + String(String.UnicodeScalarView(shown)))
    }
    if column <= width {
      let mark = "column \(column)"
      let isNearEdge = column + 1 + mark.count > width
      let spaces = isNearEdge ? max(0, column - 2 - mark.count) : column - 1
      excerpt.append(
        String(repeating: " ", count: label + 1 + spaces) + (isNearEdge ? "\(mark) ^" : "^ \(mark)"))
    }
    return excerpt
  }
}
