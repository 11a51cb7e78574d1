import Values

/// Texts in other encodings than UTF-8 (`output_encoding`), by the names that Python has for them.
enum TextEncoding {
  /// - Throws: for an encoding that is not known here, and for a character that it has not.
  static func encode(_ bytes: [UInt8], as name: String) throws(ModuleFailure) -> [UInt8] {
    let scalars = String(lossless: bytes).unicodeScalars
    switch name.lowercased().replacing("_", with: "-") {
    case "utf-8", "utf8", "u8": return bytes
    case "ascii", "us-ascii", "646": return try narrow(scalars, below: 0x80, name)
    case "iso-8859-1", "iso8859-1", "latin-1", "latin1", "8859", "cp819", "l1":
      return try narrow(scalars, below: 0x100, name)
    case "utf-16", "utf16": return [0xFF, 0xFE] + wide16(scalars, isBigEndian: false)
    case "utf-16-le", "utf-16le": return wide16(scalars, isBigEndian: false)
    case "utf-16-be", "utf-16be": return wide16(scalars, isBigEndian: true)
    default:
      throw ModuleFailure(
        "unknown encoding: \(name); utf-8, utf-16, utf-16-le, utf-16-be, iso-8859-1 and ascii are known")
    }
  }

  private static func narrow(
    _ scalars: String.UnicodeScalarView, below limit: UInt32, _ name: String
  ) throws(ModuleFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.count)
    for (position, scalar) in scalars.enumerated() {
      guard scalar.value < limit else {
        let code = String(scalar.value, radix: 16)
        throw ModuleFailure("'\(name)' codec can't encode character U+\(code) in position \(position)")
      }
      bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    }
    return bytes
  }

  private static func wide16(_ scalars: String.UnicodeScalarView, isBigEndian: Bool) -> [UInt8] {
    String(scalars).utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return isBigEndian ? [high, low] : [low, high]
    }
  }
}
