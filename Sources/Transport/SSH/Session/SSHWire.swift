/// Reads the fields of SSH messages, keys and signatures (RFC 4251, section 5). Every method answers `nil` past the end.
struct SSHReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func byte() -> UInt8? { rest.popFirst() }

  mutating func uint32() -> UInt32? {
    bytes(4).map { $0.reduce(0) { $0 << 8 | UInt32($1) } }
  }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard count >= 0, rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// A length and as many bytes.
  mutating func string() -> [UInt8]? {
    guard let length = uint32() else { return nil }
    return bytes(Int(length))
  }

  mutating func text() -> String? { string().map { String(decoding: $0, as: UTF8.self) } }

  /// Names with commas between them.
  mutating func nameList() -> [String]? { text().map { $0.split(separator: ",").map(String.init) } }
}

/// Writes the fields of SSH messages, keys and signatures (RFC 4251, section 5).
struct SSHWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func uint32(_ value: UInt32) {
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
  }

  mutating func raw(_ value: some Sequence<UInt8>) { bytes.append(contentsOf: value) }

  mutating func string(_ value: some Collection<UInt8>) {
    uint32(UInt32(truncatingIfNeeded: value.count))
    bytes.append(contentsOf: value)
  }

  /// An unsigned number: no leading zeros, but one where the sign bit would be set.
  mutating func number(_ value: some Sequence<UInt8>) {
    let digits = Array(value.drop { $0 == 0 })
    string((digits.first.map { $0 >= 0x80 } ?? false) ? [0] + digits : digits)
  }
}
