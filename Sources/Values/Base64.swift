/// Base 64 as of RFC 4648, forgiving as Python's `base64` module: characters outside the alphabet are skipped.
package enum Base64 {
  /// The bytes, or `nil` when the digits don't make whole bytes.
  /// - Parameters:
  ///   - isURLSafe: whether `-` and `_` stand for `+` and `/`.
  ///   - needsPadding: whether missing `=` at the end are an error, as for Python.
  package static func decode(_ text: String, isURLSafe: Bool = false, needsPadding: Bool = false) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var pending: UInt32 = 0
    var bits = 0
    var digits = 0
    var padding = 0
    for character in text.utf8 {
      if character == UInt8(ascii: "=") {
        padding += 1
        if digits % 4 >= 2, digits % 4 + padding >= 4 || !needsPadding { break }
        continue
      }
      let plain = isURLSafe ? urlUnsafe(character) : character
      guard let digit = digit(plain) else { continue }
      padding = 0
      digits += 1
      pending = pending << 6 | digit
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
        pending &= (1 << UInt32(bits)) - 1
      }
    }
    if needsPadding, digits % 4 != 0, digits % 4 + padding < 4 { return nil }
    return bits == 6 ? nil : bytes
  }

  private static func urlUnsafe(_ character: UInt8) -> UInt8 {
    switch character {
    case UInt8(ascii: "-"): UInt8(ascii: "+")
    case UInt8(ascii: "_"): UInt8(ascii: "/")
    default: character
    }
  }

  /// The text for bytes, with padding and without line breaks.
  package static func encode(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var pending: UInt32 = 0
    var bits = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(character(pending >> UInt32(bits)))
        pending &= (1 << UInt32(bits)) - 1
      }
    }
    if bits > 0 { text.append(character(pending << UInt32(6 - bits))) }
    while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
    return String(decoding: text, as: UTF8.self)
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func character(_ digit: UInt32) -> UInt8 { alphabet[Int(digit & 63)] }

  private static func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
