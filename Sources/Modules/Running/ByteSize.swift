/// Sizes as people write them: `10`, `1.5M`, `20 KB`.
enum ByteSize {
  /// The number of bytes, or `nil` for text that is no size or one beyond 64 bits. Units are powers of 1024.
  static func parse(_ text: String) -> Int? {
    let text = text.trimmed
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    var unit = text.dropFirst(digits.count).trimmed.uppercased()
    guard let number = Double(digits) else { return nil }
    // A small `b` stands for bits in ansible and is refused.
    if text.hasSuffix("b"), unit.count > 1 { return nil }
    if unit.hasSuffix("BYTES") { unit.removeLast(4) } else if unit.hasSuffix("BYTE") { unit.removeLast(3) }
    if unit.count == 2, unit.hasSuffix("B") { unit.removeLast() }
    let powers = ["": 0, "B": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6]
    guard let power = powers[unit] else { return nil }
    return Int(exactly: (number * Double(UInt64(1) << UInt64(10 * power))).rounded())
  }
}
