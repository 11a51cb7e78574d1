import Values

/// An IPv4 or IPv6 address as a number.
struct IPAddress: Hashable {
  enum Version: Int {
    case v4 = 4
    case v6 = 6

    var width: Int { self == .v4 ? 32 : 128 }
    /// The highest address.
    var limit: UInt128 { self == .v4 ? UInt128(UInt32.max) : .max }
  }

  let version: Version
  let value: UInt128

  /// - Returns: `nil` for a number beyond the version's last address.
  init?(_ value: UInt128, _ version: Version) {
    guard value <= version.limit else { return nil }
    (self.version, self.value) = (version, value)
  }

  /// The text form as `inet_pton(3)` reads it: four decimal numbers, or RFC 4291's colons.
  init?(_ text: some StringProtocol) {
    if text.contains(":") {
      guard let value = IPAddress.v6(Substring(text)) else { return nil }
      (version, self.value) = (.v6, value)
    } else {
      guard let value = IPAddress.v4(Substring(text)) else { return nil }
      (version, self.value) = (.v4, UInt128(value))
    }
  }

  private static func v4(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        part == "0" || !part.hasPrefix("0"), let byte = UInt8(part)
      else { return nil }
      value = value << 8 | UInt32(byte)
    }
    return value
  }

  private static func v6(_ text: Substring) -> UInt128? {
    func groups(_ text: Substring) -> [UInt16]? {
      if text.isEmpty { return [] }
      var groups: [UInt16] = []
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if part.contains("."), index == parts.count - 1 {
          guard let low = v4(part) else { return nil }
          groups += [UInt16(low >> 16), UInt16(low & 0xFFFF)]
        } else {
          guard (1...4).contains(part.utf8.count), part.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let group = UInt16(part, radix: 16)
          else { return nil }
          groups.append(group)
        }
      }
      return groups
    }
    var all: [UInt16]
    if let gap = text.firstRange(of: "::") {
      guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
        head.count + tail.count < 8, !text[..<gap.lowerBound].contains(".")
      else { return nil }
      all = head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    } else {
      guard let plain = groups(text) else { return nil }
      all = plain
    }
    guard all.count == 8 else { return nil }
    return all.reduce(0) { $0 << 16 | UInt128($1) }
  }

  private var groups: [UInt16] {
    stride(from: 112, through: 0, by: -16).map { UInt16(truncatingIfNeeded: value >> UInt128($0)) }
  }

  var bytes: [UInt8] {
    stride(from: version.width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt128($0)) }
  }

  /// The usual form; of IPv6 the shortest (RFC 5952), with the last four bytes as IPv4 where the C library does so.
  var text: String {
    if version == .v4 { return bytes.map(String.init).joined(separator: ".") }
    let groups = groups
    var best = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || groups[index] != 0 {
      if index - start > best.count, index - start > 1 { best = start..<index }
      start = index + 1
    }
    let isMapped = best.lowerBound == 0 && (best.count == 6 || best.count == 5 && groups[5] == 0xFFFF)
    func hex(_ range: Range<Int>) -> String { groups[range].map { String($0, radix: 16) }.joined(separator: ":") }
    if isMapped, !best.isEmpty {
      let low = bytes.suffix(4).map(String.init).joined(separator: ".")
      return best.count == 6 ? "::\(low)" : "::ffff:\(low)"
    }
    if best.isEmpty { return hex(0..<8) }
    return hex(0..<best.lowerBound) + "::" + hex(best.upperBound..<8)
  }

  /// Every digit written out.
  var expandedText: String {
    version == .v4 ? text : groups.map { hexadecimal(Int($0), width: 4) }.joined(separator: ":")
  }

  /// The name under which reverse lookups find it.
  var reverseName: String {
    if version == .v4 { return bytes.reversed().map(String.init).joined(separator: ".") + ".in-addr.arpa." }
    let digits = groups.map { hexadecimal(Int($0), width: 4) }.joined()
    return digits.reversed().map(String.init).joined(separator: ".") + ".ip6.arpa."
  }

  /// The address so much further on.
  func advanced(by amount: Int) -> IPAddress? {
    let (sum, overflows) =
      amount >= 0
      ? value.addingReportingOverflow(UInt128(amount)) : value.subtractingReportingOverflow(UInt128(amount.magnitude))
    return overflows ? nil : IPAddress(sum, version)
  }

  func isIn(_ networks: [IPNetwork]) -> Bool { networks.contains { $0.contains(self) } }

  private static func networks(_ texts: [String]) -> [IPNetwork] { texts.compactMap { IPNetwork($0) } }

  /// IANA's registries of special-purpose addresses: what is not reachable from everywhere, and the exceptions.
  private static let special = networks([
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
    "::1/128", "::/128", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
    "fc00::/7", "fe80::/10",
  ])
  private static let exceptions = networks([
    "192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/128", "2001:3::/32", "2001:4:112::/48",
    "2001:20::/28", "2001:30::/28",
  ])
  private static let loopbacks = networks(["127.0.0.0/8", "::1/128"])
  private static let multicasts = networks(["224.0.0.0/4", "ff00::/8"])
  private static let linkLocals = networks(["169.254.0.0/16", "fe80::/10"])

  var isGlobal: Bool { !isIn(Self.special) || isIn(Self.exceptions) }
  var isLoopback: Bool { isIn(Self.loopbacks) }
  var isMulticast: Bool { isIn(Self.multicasts) }
  var isLinkLocal: Bool { isIn(Self.linkLocals) }

  /// The prefix length that it stands for as a netmask or (inverted) as a hostmask.
  var prefixAsNetmask: Int? {
    let inverted = version.limit - value
    guard inverted & (inverted &+ 1) == 0 else { return nil }
    return version.width - (128 - inverted.leadingZeroBitCount)
  }
  var prefixAsHostmask: Int? {
    guard value & (value &+ 1) == 0 else { return nil }
    return version.width - (128 - value.leadingZeroBitCount)
  }
}

/// A number in hexadecimal with leading zeros.
func hexadecimal(_ number: Int, width: Int) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: max(width - digits.count, 0)) + digits
}
