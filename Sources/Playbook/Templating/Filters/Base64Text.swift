/// Base64 as Python's `base64` writes and reads it.
enum Base64Text {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8: UInt8] = {
    var values = Dictionary(uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt8($0)) })
    values[UInt8(ascii: "-")] = 62
    values[UInt8(ascii: "_")] = 63
    return values
  }()

  static func encode(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let chunk = bytes[start..<min(start + 3, bytes.count)]
      let word = chunk.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - chunk.count))
      for index in 0..<4 {
        result.append(index <= chunk.count ? alphabet[Int(word >> UInt32(18 - 6 * index)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `nil` when the padding is wrong; characters outside the alphabet are passed over.
  static func decode(_ text: String) -> [UInt8]? {
    var result: [UInt8] = []
    var word: UInt32 = 0
    var count = 0
    var hasEnded = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "=") {
        hasEnded = count % 4 >= 2 || hasEnded
        continue
      }
      guard let value = values[byte], !hasEnded else { continue }
      word = word << 6 | UInt32(value)
      count += 1
      if count % 4 == 0 {
        result += [UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)]
        word = 0
      }
    }
    let padding = text.utf8.count { $0 == UInt8(ascii: "=") }
    switch count % 4 {
    case 0: return result
    case 2 where padding >= 2: return result + [UInt8(word >> 4 & 255)]
    case 3 where padding >= 1: return result + [UInt8(word >> 10 & 255), UInt8(word >> 2 & 255)]
    default: return nil
    }
  }
}
