import Values

/// `$2b$` (Provos and Mazières, OpenBSD).
enum Bcrypt {
  /// bcrypt's own base 64, most significant digits first.
  private static let alphabet = Array("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

  /// - Parameters:
  ///   - salt: 22 digits; the last one's unused bits are cleared.
  ///   - cost: the power of two of the rounds.
  static func hash(_ password: [UInt8], salt: String, cost: Int, ident: String) throws(Diagnostic) -> String {
    guard let saltBytes = decoded(salt) else {
      throw Diagnostic(.template, "bcrypt takes a salt of 22 of its own digits")
    }
    // Version 2 knows no end of the password; all take the first 72 bytes.
    let ended = ident == "2" ? password : password + [0]
    guard !ended.isEmpty else { throw Diagnostic(.template, "bcrypt of version 2 takes no empty password") }
    let cipher = Blowfish(key: Array(ended.prefix(72)), salt: saltBytes, cost: cost)
    var words: [UInt32] = [0x4F72_7068, 0x6561_6E42, 0x6568_6F6C, 0x6465_7253, 0x6372_7944, 0x6F75_6274]
    for index in stride(from: 0, to: words.count, by: 2) {
      for _ in 0..<64 { (words[index], words[index + 1]) = cipher.encrypted(words[index], words[index + 1]) }
    }
    let bytes = words.flatMap { word in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
    return "$\(ident)$\(cost < 10 ? "0" : "")\(cost)$\(encoded(saltBytes))\(encoded(Array(bytes.dropLast())))"
  }

  private static func decoded(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (pending, bits): (UInt32, UInt32) = (0, 0)
    for character in text.utf8 {
      guard let digit = alphabet.firstIndex(of: character) else { return nil }
      pending = pending << 6 | UInt32(digit)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: pending >> bits))
        pending &= (1 << bits) - 1
      }
    }
    return bytes.count == 16 ? bytes : nil
  }

  private static func encoded(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var (pending, bits): (UInt32, UInt32) = (0, 0)
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[Int(pending >> bits & 63)])
        pending &= (1 << bits) - 1
      }
    }
    if bits > 0 { text.append(alphabet[Int(pending << (6 - bits) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
