/// Text on its way to a terminal.
package enum TerminalText {
  /// The text with every control character but line feed and tab made visible (`\x1b`), so that the output of a host can't
  /// move the cursor, set the title or hide what was printed before.
  package static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard isControl(scalar) else {
        safe.append(scalar)
        continue
      }
      let digits = String(scalar.value & 0xFF, radix: 16)
      safe.append(contentsOf: (digits.count == 1 ? "\\x0" : "\\x").unicodeScalars)
      safe.append(contentsOf: digits.unicodeScalars)
    }
    return String(safe)
  }

  /// C0 but tab and line feed, DEL, C1, and the scalars that stand for bytes outside UTF-8.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x10FE00...0x10FEFF: true
    default: false
    }
  }
}

/// The colours of ansible's screen output.
package enum TerminalColor: String, Sendable {
  case black = "0;30"
  case red = "0;31"
  case green = "0;32"
  case yellow = "0;33"
  case blue = "0;34"
  case purple = "0;35"
  case cyan = "0;36"
  case brightRed = "1;31"
  case brightGreen = "1;32"
  case brightPurple = "1;35"
  case darkGray = "1;30"
  case white = "1;37"

  /// The text in this colour, each line on its own so that a pager that cuts lines keeps the colour.
  package func paint(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "\u{1B}[\(rawValue)m\($0)\u{1B}[0m" }
      .joined(separator: "\n")
  }
}
