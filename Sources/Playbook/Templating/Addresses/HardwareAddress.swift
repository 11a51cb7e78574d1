import Values

/// A MAC address.
struct HardwareAddress {
  let value: UInt64

  /// The forms that netaddr reads: six, three or two groups of hexadecimal digits, or all digits in a row.
  init?(_ text: String) {
    for (separator, counts) in [(":" as Character, [6, 3, 2]), ("-", [6, 3, 2]), (".", [3])]
    where text.contains(separator) {
      let groups = text.split(separator: separator, omittingEmptySubsequences: false)
      guard counts.contains(groups.count) else { return nil }
      let (digits, shortest) = (12 / groups.count, groups.count == 2 ? 5 : 1)
      var value: UInt64 = 0
      for group in groups {
        guard (shortest...digits).contains(group.utf8.count), let part = HardwareAddress.number(group) else {
          return nil
        }
        value = value << UInt64(4 * digits) | part
      }
      self.value = value
      return
    }
    guard (11...12).contains(text.utf8.count), let value = HardwareAddress.number(text[...]) else { return nil }
    self.value = value
  }

  private static func number(_ digits: Substring) -> UInt64? {
    digits.allSatisfy { $0.isASCII && $0.isHexDigit } ? UInt64(digits, radix: 16) : nil
  }

  private var digits: [Character] {
    let digits = String(value, radix: 16)
    return Array(String(repeating: "0", count: 12 - digits.count) + digits)
  }

  private func grouped(_ count: Int, _ separator: String) -> String {
    stride(from: 0, to: 12, by: count).map { String(digits[$0..<$0 + count]) }.joined(separator: separator)
  }

  /// The text in a form that `hwaddr` knows by name; `nil` for an unknown one.
  func text(_ form: String) -> String? {
    switch form {
    case "bare": grouped(12, "").uppercased()
    case "cisco": grouped(4, ".")
    case "eui48", "win": grouped(2, "-").uppercased()
    case "linux": grouped(2, ":")
    case "unix":
      stride(from: 0, to: 12, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
        .map { String($0, radix: 16) }.joined(separator: ":")
    case "pgsql", "postgresql", "psql": grouped(6, ":")
    default: nil
    }
  }

  static let forms = ["bare", "bool", "cisco", "eui48", "int", "linux", "pgsql", "postgresql", "psql", "unix", "win"]

  /// The 64 bits that a host with this address takes in an IPv6 network by itself (RFC 4291, appendix A).
  var interfaceIdentifier: UInt64 {
    let (high, low) = (value >> 24, value & 0xFF_FFFF)
    return (high << 40 | 0xFFFE << 24 | low) ^ 0x0200_0000_0000_0000
  }
}
