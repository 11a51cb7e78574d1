import Glibc

extension String {
  /// The string for bytes that may not be UTF-8: each byte that is part of no valid sequence becomes the private-use
  /// scalar U+10FE00 + byte, so that `losslessBytes` gives the very bytes back (Python's surrogateescape; a Swift String
  /// can't hold surrogates).
  package init(lossless bytes: some Sequence<UInt8>) {
    let direct = bytes.withContiguousStorageIfAvailable(LosslessByte.plainText)
    if let text = direct ?? nil {
      self = text
      return
    }
    let buffer = Array(bytes)
    if direct == nil, let text = buffer.withUnsafeBufferPointer(LosslessByte.plainText) {
      self = text
      return
    }
    var scalars = String.UnicodeScalarView()
    var position = 0
    while position < buffer.count {
      let length = LosslessByte.validLength(buffer, at: position)
      if length > 0, let piece = String(validating: buffer[position..<position + length], as: UTF8.self),
        let scalar = piece.unicodeScalars.first, !LosslessByte.isEscape(scalar)
      {
        scalars.append(scalar)
        position += length
      } else {
        scalars.append(LosslessByte.escape(buffer[position]))
        position += 1
      }
    }
    self = String(scalars)
  }

  /// The bytes that `init(lossless:)` was given, or plain UTF-8 for any other string.
  package var losslessBytes: [UInt8] {
    let encoded = Array(utf8)
    guard encoded.contains(LosslessByte.lead) else { return encoded }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(encoded.count)
    var rest = encoded[...]
    while let first = rest.first {
      if first == LosslessByte.lead, let byte = LosslessByte.unescape(rest.prefix(4)) {
        bytes.append(byte)
        rest = rest.dropFirst(4)
      } else {
        bytes.append(first)
        rest = rest.dropFirst()
      }
    }
    return bytes
  }
}

/// The scalars that stand for bytes outside UTF-8: a block near the end of the last private-use plane, clear of its
/// noncharacters U+10FFFE and U+10FFFF. Such a scalar in real text is escaped too, byte by byte, so the way back is exact.
private enum LosslessByte {
  static let base: UInt32 = 0x10FE00

  static func escape(_ byte: UInt8) -> Unicode.Scalar { Unicode.Scalar(base + UInt32(byte)) ?? "\u{FFFD}" }

  static func isEscape(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= base && scalar.value <= base + 0xFF }

  /// The string of bytes that are UTF-8 and hold no such scalar; `nil` for others.
  static func plainText(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    guard let start = bytes.baseAddress, memchr(start, Int32(lead), bytes.count) != nil else { return text }
    return text.unicodeScalars.contains(where: isEscape) ? nil : text
  }

  /// The first byte of their encoding, F4 8F B8 80 to F4 8F BB BF: texts without it, nearly all, hold none of them.
  static let lead: UInt8 = 0xF4

  /// The byte that the encoding of such a scalar stands for.
  static func unescape(_ encoded: ArraySlice<UInt8>) -> UInt8? {
    let bytes = Array(encoded)
    guard bytes.count == 4, bytes[0] == lead, bytes[1] == 0x8F, (0xB8...0xBB).contains(bytes[2]) else { return nil }
    return (bytes[2] & 0b11) << 6 | bytes[3] & 0b11_1111
  }

  /// How many bytes the UTF-8 sequence that starts here would have by its first byte; 0 when it can't start or is cut.
  static func validLength(_ bytes: [UInt8], at position: Int) -> Int {
    let first = bytes[position]
    let length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
    return position + length <= bytes.count ? length : 0
  }
}
