import Jinja
import Values

/// What `ipaddr` makes of one value: the network it means, how it was written, and what a query asks of it.
struct AddressQuery {
  let network: IPNetwork
  /// Whether it was written with a prefix; the answers of some queries hang on it.
  let isNetwork: Bool
  /// The value in its usual form, for queries that only sift.
  let value: String

  /// An address, a network, or either as a number; `nil` for anything else.
  init?(_ object: Object, version: IPAddress.Version?) {
    let text: String
    switch object {
    case .int(let int) where int > 0: text = String(int)
    case .bool, .none, .undefined: return nil
    default:
      guard let string = object.string else { return nil }
      text = string
    }
    let isNumber = { (text: Substring) in !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber } }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if isNumber(text[...]) {
      guard let number = UInt128(text),
        let address = (version == .v6 ? nil : IPAddress(number, .v4)) ?? IPAddress(number, .v6),
        let network = IPNetwork(address, prefix: address.version.width)
      else { return nil }
      (self.network, isNetwork, value) = (network, false, network.text)
    } else if let network = IPNetwork(text) {
      (self.network, isNetwork, value) = (network, parts.count == 2, text)
    } else if parts.count == 2, isNumber(parts[0]), isNumber(parts[1]), let number = UInt128(parts[0]),
      let prefix = Int(parts[1]),
      let network = IPAddress(number, .v4).flatMap({ IPNetwork($0, prefix: prefix) })
        ?? IPAddress(number, .v6).flatMap({ IPNetwork($0, prefix: prefix) })
    {
      (self.network, isNetwork, value) = (network, true, network.text)
    } else {
      return nil
    }
  }

  /// Names of queries, for help.
  static let names = [
    "6to4", "address", "address/prefix", "bool", "broadcast", "cidr", "first_usable", "gateway", "gw", "host",
    "host/prefix", "hostmask", "hostnet", "int", "ip", "ip/prefix", "ip_netmask", "ipv4", "ipv6", "last_usable",
    "link-local", "lo", "loopback", "multicast", "net", "netmask", "network", "network/prefix", "network_id",
    "network_netmask", "network_wildcard", "next_usable", "peer", "prefix", "previous_usable", "private", "public",
    "range_usable", "revdns", "router", "size", "size_usable", "subnet", "type", "unicast", "v4", "v6", "version",
    "wildcard", "wrap",
  ]

  /// The answer; `.none` where the query sifts the value out or has no answer for it.
  ///
  /// - Parameter filter: the name of the filter, for errors.
  func answer(_ query: String, filter: String) throws(Diagnostic) -> Object {
    let (address, prefix) = (network.address, network.prefix)
    let isFirst = address == network.first
    func sifted(_ isWanted: Bool) -> Object { isWanted ? .string(value) : .none }
    switch query {
    case "": return .string(isNetwork ? network.text : address.text)
    case "address", "ip":
      return .string(
        if: network.isSingle || !isFirst || network.broadcast == nil || network.version == .v6, address.text)
    case "address/prefix", "gateway", "gw", "host/prefix", "hostnet", "router":
      let isEnd = (network.size ?? .max) > 2 && (isFirst || address == network.last)
      return isEnd ? .bool(false) : .string(network.text)
    case "bool": return .bool(true)
    case "broadcast": return .string(if: (network.size ?? .max) > 2, network.last.text)
    case "cidr": return .string(network.text)
    case "host": return .string(if: network.isSingle || !isFirst || network.broadcast == nil, network.text)
    case "hostmask", "wildcard": return .string(network.hostmask.text)
    case "int": return isNetwork ? .string("\(address.value)/\(prefix)") : try number(address.value)
    case "ip/prefix": return .string(if: network.size == 2 || !network.isSingle && !isFirst, network.text)
    case "ip_netmask":
      return .string(if: network.size == 2 || !network.isSingle && !isFirst, "\(address.text) \(network.netmask.text)")
    case "ipv4", "v4": return try ipv4()
    case "ipv6", "v6": return ipv6()
    case "link-local": return sifted(address.isLinkLocal)
    case "lo", "loopback": return sifted(address.isLoopback)
    case "multicast": return sifted(address.isMulticast)
    case "unicast": return sifted(!address.isMulticast)
    case "net": return .string(if: !network.isSingle && isFirst, network.text)
    case "netmask": return .string(network.netmask.text)
    case "network", "network_id": return .string(network.first.text)
    case "network/prefix", "subnet": return .string(network.network.text)
    case "network_netmask": return .string("\(network.first.text) \(network.netmask.text)")
    case "network_wildcard": return .string("\(network.first.text) \(network.hostmask.text)")
    case "peer": return try peer()
    case "prefix": return .int(prefix)
    case "private": return sifted(!address.isGlobal)
    case "public":
      return sifted(
        address.isGlobal && !address.isMulticast && !address.isLoopback && address.prefixAsNetmask == nil
          && address.prefixAsHostmask == nil)
    case "first_usable", "last_usable", "next_usable", "previous_usable", "range_usable": return try usable(query)
    case "revdns": return .string(address.reverseName)
    case "size":
      guard let size = network.size else { return try tooLarge() }
      return try number(size)
    case "size_usable":
      guard let size = network.size else { return try tooLarge() }
      return try number(size == 1 ? 0 : size == 2 ? 2 : size - 2)
    case "type": return .string(network.isSingle || !isFirst ? "address" : "network")
    case "version": return .int(network.version.rawValue)
    case "wrap":
      guard network.version == .v6 else { return .string(value) }
      return .string("[\(address.text)]" + (isNetwork ? "/\(prefix)" : ""))
    case "6to4": return sixToFour()
    default: return try other(query, filter)
    }
  }

  /// A network that the value must lie in, or the number of a host.
  private func other(_ query: String, _ filter: String) throws(Diagnostic) -> Object {
    if let index = Int(query) {
      if network.isSingle { return .string(isNetwork ? network.text : network.address.text) }
      guard let host = network.host(at: index) else { return .bool(false) }
      return .string("\(host.text)/\(network.prefix)")
    }
    guard let outer = IPNetwork(query) else {
      throw Diagnostic(
        .template, "\(filter): unknown filter type: \(query)",
        help: Suggestion.help(for: query, in: Self.names) ?? "A query is a name, the number of a host, or a network.")
    }
    return outer.contains(network) ? .string(value) : .none
  }

  private func number(_ value: UInt128) throws(Diagnostic) -> Object {
    guard let int = Int(exactly: value) else { return try tooLarge() }
    return .int(int)
  }

  private func tooLarge() throws(Diagnostic) -> Object {
    throw Diagnostic(.limit, "the number of '\(value)' is more than 64 bits can hold")
  }

  private func needsNetwork() throws(Diagnostic) {
    guard isNetwork else {
      throw Diagnostic(.template, "Not a network address: '\(value)'", help: "Write it with a prefix: '\(value)/24'.")
    }
  }

  private func usable(_ query: String) throws(Diagnostic) -> Object {
    try needsNetwork()
    guard let range = network.usable else { return .none }
    func text(_ value: UInt128?) -> String? { value.flatMap { IPAddress($0, network.version)?.text } }
    func neighbour(_ amount: Int) -> Object {
      guard let address = network.address.advanced(by: amount), range.contains(address.value) else { return .none }
      return .string(address.text)
    }
    switch query {
    case "first_usable": return .optional(text(range.lowerBound))
    case "last_usable": return .optional(text(range.upperBound))
    case "next_usable": return neighbour(1)
    case "previous_usable": return neighbour(-1)
    default: return .string("\(text(range.lowerBound) ?? "")-\(text(range.upperBound) ?? "")")
    }
  }

  private func peer() throws(Diagnostic) -> Object {
    try needsNetwork()
    let value = network.address.value
    switch network.size {
    case 2: return .optional(IPAddress(value ^ 1, network.version)?.text)
    case 4:
      if value & 3 == 0 { throw Diagnostic(.template, "Network address of /30 has no peer") }
      if value & 3 == 3 { throw Diagnostic(.template, "Broadcast address of /30 has no peer") }
      return .optional(IPAddress(value ^ 3, network.version)?.text)
    default: throw Diagnostic(.template, "Not a point-to-point network: '\(self.value)'")
    }
  }

  /// An IPv6 address that stands for an IPv4 one.
  private func ipv4() throws(Diagnostic) -> Object {
    guard network.version == .v6 else { return .string(value) }
    let (high, low) = (network.address.value >> 32, network.address.value & 0xFFFF_FFFF)
    guard high == 0 || high == 0xFFFF, let address = IPAddress(low, .v4), network.prefix >= 96 else {
      return .bool(false)
    }
    return .string("\(address.text)/\(network.prefix - 96)")
  }

  private func ipv6() -> Object {
    guard network.version == .v4 else { return .string(value) }
    guard let address = IPAddress(network.address.value | 0xFFFF << 32, .v6) else { return .none }
    return .string("\(address.text)/\(network.prefix + 96)")
  }

  private func sixToFour() -> Object {
    if network.version == .v6 {
      let isWithin = IPNetwork("2002::/16")?.contains(network.address) ?? false
      return isWithin && (!isNetwork || network.address != network.first) ? .string(value) : .bool(false)
    }
    if !network.isSingle, network.address == network.first { return .bool(false) }
    let bytes = network.address.bytes.map { hexadecimal(Int($0), width: 2) }
    return .string("2002:\(bytes[0])\(bytes[1]):\(bytes[2])\(bytes[3])::1/48")
  }
}

extension Object {
  /// The text where a condition holds, else none.
  fileprivate static func string(if condition: Bool, _ text: String) -> Object { condition ? .string(text) : .none }
  fileprivate static func optional(_ text: String?) -> Object { text.map { .string($0) } ?? .none }
}
