extension String {
  /// The string for bytes that may not be UTF-8: each byte that is part of no valid sequence becomes the private-use
  /// scalar U+10FE00 + byte, so that `losslessBytes` gives the very bytes back (Python's surrogateescape; a Swift String
  /// can't hold surrogates).
  package init(lossless bytes: some Sequence<UInt8>) {
    let buffer = Array(bytes)
    if let valid = String(validating: buffer, as: UTF8.self),
      !valid.unicodeScalars.contains(where: LosslessByte.isEscape)
    {
      self = valid
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
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      if let byte = LosslessByte.unescape(scalar) {
        bytes.append(byte)
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
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

  static func unescape(_ scalar: Unicode.Scalar) -> UInt8? {
    isEscape(scalar) ? UInt8(truncatingIfNeeded: scalar.value - base) : nil
  }

  /// How many bytes the UTF-8 sequence that starts here would have by its first byte; 0 when it can't start or is cut.
  static func validLength(_ bytes: [UInt8], at position: Int) -> Int {
    let first = bytes[position]
    let length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
    return position + length <= bytes.count ? length : 0
  }
}
