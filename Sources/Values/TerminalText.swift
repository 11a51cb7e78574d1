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

  /// The text without space at either end.
  package static func trimmed(_ text: String) -> String {
    let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
    var scalars = text.unicodeScalars.drop(while: isSpace)
    while let last = scalars.last, isSpace(last) { scalars.removeLast() }
    return String(scalars)
  }

  /// How many columns a text takes: wide characters (East Asian, emoji) two, marks that combine none.
  package static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: return 1
    case 0x200B...0x200F, 0xFE00...0xFE0F: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .control: return 0
      default: return 1
      }
    }
  }
}
