/// The encodings that templates may name, as Python spells them.
package enum TextEncoding: Sendable {
  case utf8
  case ascii
  case latin1
  case utf16(isBigEndian: Bool, hasMark: Bool)

  package init(_ name: String) throws(Diagnostic) {
    switch name.lowercased().replacing("_", with: "-") {
    case "utf-8", "utf8", "u8": self = .utf8
    case "ascii", "us-ascii", "646": self = .ascii
    case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "8859", "cp819", "l1": self = .latin1
    case "utf-16", "utf16": self = .utf16(isBigEndian: false, hasMark: true)
    case "utf-16-le", "utf-16le": self = .utf16(isBigEndian: false, hasMark: false)
    case "utf-16-be", "utf-16be": self = .utf16(isBigEndian: true, hasMark: false)
    default:
      throw Diagnostic(
        .template, "unknown encoding: \(name)",
        help: "Known are utf-8, ascii, latin-1, utf-16, utf-16-le and utf-16-be.")
    }
  }

  /// The bytes of a text.
  ///
  /// - Throws: for a character that the encoding does not have.
  package func bytes(_ text: String) throws(Diagnostic) -> [UInt8] {
    switch self {
    case .utf8: return text.losslessBytes
    case .ascii, .latin1:
      var bytes: [UInt8] = []
      for scalar in text.unicodeScalars {
        guard has(scalar) else {
          throw Diagnostic(.template, "the character '\(scalar)' can't be written in the encoding \(name)")
        }
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      }
      return bytes
    case .utf16(let isBigEndian, let hasMark):
      return ((hasMark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit -> [UInt8] in
        let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
        return isBigEndian ? bytes.reversed() : bytes
      }
    }
  }

  /// Bytes that make no text come back as `String(lossless:)` keeps them.
  package func text(_ bytes: [UInt8]) throws(Diagnostic) -> String {
    switch self {
    case .utf8: return String(lossless: bytes)
    case .ascii:
      guard bytes.allSatisfy({ $0 < 0x80 }) else {
        throw Diagnostic(.template, "the bytes are no text in the encoding ascii")
      }
      return String(decoding: bytes, as: UTF8.self)
    case .latin1:
      return bytes.reduce(into: "") { $0.unicodeScalars.append(Unicode.Scalar($1)) }
    case .utf16(var isBigEndian, let hasMark):
      guard bytes.count % 2 == 0 else { throw Diagnostic(.template, "the bytes are no text in the encoding \(name)") }
      func units() -> [UInt16] {
        stride(from: 0, to: bytes.count, by: 2).map { index in
          let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
          return isBigEndian ? first << 8 | second : second << 8 | first
        }
      }
      var text = units()
      if hasMark, text.first == 0xFFFE {
        isBigEndian = true
        text = units()
      }
      if hasMark, text.first == 0xFEFF { text.removeFirst() }
      return String(decoding: text, as: UTF16.self)
    }
  }

  /// Whether the encoding has a character.
  package func has(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .ascii: scalar.value < 0x80
    case .latin1: scalar.value < 0x100
    case .utf8, .utf16: true
    }
  }

  package var name: String {
    switch self {
    case .utf8: "utf-8"
    case .ascii: "ascii"
    case .latin1: "latin-1"
    case .utf16(let isBigEndian, let hasMark): hasMark ? "utf-16" : isBigEndian ? "utf-16-be" : "utf-16-le"
    }
  }
}
