import Values

/// A host's line in the recap.
enum Recap {
  static func line(host: String, _ counts: RunStatistics.Counts, isColored: Bool) -> String {
    let fields: [(name: String, count: Int, color: TerminalColor?)] = [
      ("ok", counts.ok, .green), ("changed", counts.changed, .yellow), ("unreachable", counts.unreachable, .brightRed),
      ("failed", counts.failed, .red), ("skipped", counts.skipped, .cyan), ("rescued", counts.rescued, .green),
      ("ignored", counts.ignored, .brightPurple),
    ]
    let words = fields.map { name, count, color in
      let text = "\(name)=\(padded(String(count), to: 4))"
      return isColored && count != 0 ? color?.paint(text) ?? text : text
    }
    return "\(name(of: host, counts, isColored: isColored)) : \(words.joined(separator: " "))"
  }

  private static func name(of host: String, _ counts: RunStatistics.Counts, isColored: Bool) -> String {
    let host = TerminalText.escaped(host)
    guard isColored else { return padded(host, to: 26) }
    let color: TerminalColor =
      counts.failed != 0 || counts.unreachable != 0 ? .red : counts.changed != 0 ? .yellow : .green
    // The colour's eleven characters count in ansible's padding.
    return padded(color.paint(host), to: 37)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
  }
}
