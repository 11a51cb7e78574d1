import Values

/// An address with a prefix length, as netaddr's `IPNetwork`: host bits may be set.
struct IPNetwork: Hashable {
  let address: IPAddress
  let prefix: Int

  init?(_ address: IPAddress, prefix: Int) {
    guard (0...address.version.width).contains(prefix) else { return nil }
    (self.address, self.prefix) = (address, prefix)
  }

  /// `192.0.2.1/24`, `192.0.2.1/255.255.255.0`, `192.0.2.1/0.0.0.255`, `192.0.2.1`, and the same for IPv6.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
    guard parts.count > 1 else {
      self.init(address, prefix: address.version.width)
      return
    }
    if parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), let prefix = Int(parts[1]) {
      self.init(address, prefix: prefix)
      return
    }
    guard let mask = IPAddress(parts[1]), mask.version == address.version,
      let prefix = mask.prefixAsNetmask ?? mask.prefixAsHostmask
    else { return nil }
    self.init(address, prefix: prefix)
  }

  var version: IPAddress.Version { address.version }
  private var hostBits: UInt128 {
    let bits = version.width - prefix
    return bits >= 128 ? .max : (UInt128(1) << UInt128(bits)) - 1
  }

  private func make(_ value: UInt128) -> IPAddress { IPAddress(value, version) ?? address }

  /// Its first and last address.
  var first: IPAddress { make(address.value & ~hostBits) }
  var last: IPAddress { make(address.value | hostBits) }
  var netmask: IPAddress { make(version.limit & ~hostBits) }
  var hostmask: IPAddress { make(hostBits) }
  /// The last address where that is one for all: not in IPv4 networks of one or two addresses.
  var broadcast: IPAddress? { version == .v4 && version.width - prefix <= 1 ? nil : last }
  /// The number of its addresses; `nil` when it does not fit in 128 bits.
  var size: UInt128? { hostBits == .max ? nil : hostBits + 1 }
  var isSingle: Bool { hostBits == 0 }
  /// Without host bits.
  var network: IPNetwork { IPNetwork(first, prefix: prefix) ?? self }
  /// The addresses that hosts may have: all of two, else all but the first and the last. `nil` for a single address.
  var usable: ClosedRange<UInt128>? {
    guard !isSingle else { return nil }
    return hostBits == 1 ? first.value...last.value : first.value + 1...last.value - 1
  }

  var text: String { "\(address.text)/\(prefix)" }

  func contains(_ other: IPAddress) -> Bool {
    version == other.version && other.value & ~hostBits == address.value & ~hostBits
  }

  func contains(_ other: IPNetwork) -> Bool { prefix <= other.prefix && contains(other.address) }

  /// The address at a place, counted from the end when negative.
  func host(at index: Int) -> IPAddress? {
    let found = index >= 0 ? first.advanced(by: index) : last.advanced(by: index + 1)
    return found.flatMap { contains($0) ? $0 : nil }
  }

  /// The fewest networks that hold the same addresses, IPv4 before IPv6, in order.
  static func merged(_ networks: [IPNetwork]) -> [IPNetwork] {
    var result: [IPNetwork] = []
    let sorted = networks.map(\.network).sorted { left, right in
      (left.version.rawValue, left.address.value, left.prefix) < (
        right.version.rawValue, right.address.value, right.prefix
      )
    }
    for network in sorted {
      if let last = result.last, last.contains(network) { continue }
      var current = network
      // Two halves of a network become it, and that may be a half again.
      while let last = result.last, last.version == current.version, last.prefix == current.prefix,
        let whole = IPNetwork(last.address, prefix: last.prefix - 1), whole.contains(current),
        whole.first == last.address
      {
        result.removeLast()
        current = whole
      }
      result.append(current)
    }
    return result
  }

  /// The smallest network that holds all; `nil` when they are of two versions.
  static func spanning(_ networks: [IPNetwork]) -> IPNetwork? {
    guard let lowest = networks.min(by: { $0.first.value < $1.first.value }),
      let highest = networks.max(by: { $0.last.value < $1.last.value }),
      networks.allSatisfy({ $0.version == lowest.version })
    else { return nil }
    let difference = lowest.first.value ^ highest.last.value
    let prefix = min(lowest.version.width - (128 - difference.leadingZeroBitCount), lowest.prefix)
    return IPNetwork(lowest.first, prefix: prefix)?.network
  }
}
