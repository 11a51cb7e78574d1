import Values

/// Interfaces, addresses and routes.
extension FactsReader {
  private struct Address {
    var interface: String
    /// The interface's name with its label (`eth0:1`).
    var label: String
    var isIPv6: Bool
    var address: String
    var prefix: Int
    var broadcast: String
    var scope: String
  }

  var network: Map {
    var facts: Map = [:]
    let addresses = self.addresses
    let (names, interfaces) = interfaces(addresses)
    facts["interfaces"] = .list(names.map { .string(Self.factName($0, keepsName: true)) })
    for name in names { facts[Self.factName(name, keepsName: false)] = interfaces[name] ?? .null }
    facts["all_ipv4_addresses"] = .list(
      addresses.filter { !$0.isIPv6 && !$0.address.hasPrefix("127.") }.map { .string($0.address) })
    facts["all_ipv6_addresses"] = .list(
      addresses.filter { $0.isIPv6 && $0.address != "::1" }.map { .string($0.address) })
    facts["default_ipv4"] = .map(defaultRoute("route4", isIPv6: false, addresses, interfaces))
    facts["default_ipv6"] = .map(defaultRoute("route6", isIPv6: true, addresses, interfaces))
    facts["locally_reachable_ips"] = ["ipv4": .list(localRoutes("local4")), "ipv6": .list(localRoutes("local6"))]
    return facts
  }

  /// Names of facts hold no dashes, dots or colons.
  private static func factName(_ interface: String, keepsName: Bool) -> String {
    keepsName ? interface : String(interface.map { "-:.".contains($0) ? "_" : $0 })
  }

  private var addresses: [Address] {
    report.lines("addresses").compactMap { line in
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\\" }).map(String.init)
      guard words.count >= 4, words[2] == "inet" || words[2] == "inet6" else { return nil }
      let interface = String(words[1].prefix { $0 != "@" })
      let parts = words[3].split(separator: "/").map(String.init)
      let isIPv6 = words[2] == "inet6"
      func after(_ name: String) -> String? {
        words.firstIndex(of: name).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
      }
      let scopeEnd = words.firstIndex(of: "scope").map { $0 + 2 } ?? words.count
      let label = words[min(scopeEnd, words.count)...].first { $0.hasPrefix(interface) }
      return Address(
        interface: interface, label: label ?? interface, isIPv6: isIPv6, address: parts.first ?? "",
        prefix: parts.count > 1 ? Int(parts[1]) ?? 0 : isIPv6 ? 128 : 32, broadcast: after("brd") ?? "",
        scope: after("scope") ?? "global")
    }
  }

  private func interfaces(_ addresses: [Address]) -> (names: [String], facts: [String: Value]) {
    var attributes: [String: [String: String]] = [:]
    var ports: [String: [String]] = [:]
    var names: [String] = []
    for line in report.lines("net") {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "interface" where words.count == 2: names.append(words[1])
      case "pciid" where words.count == 3, "module" where words.count == 3:
        attributes[words[1], default: [:]][words[0]] = words[2]
      case "port" where words.count == 3: ports[words[1], default: []].append(words[2])
      default:
        guard let colon = line.firstIndex(of: ":"), let slash = line.firstIndex(of: "/"), slash < colon else {
          continue
        }
        let key = String(line[line.index(after: slash)..<colon])
        attributes[String(line[..<slash]), default: [:]][key] = line[line.index(after: colon)...].trimmed
      }
    }
    var facts: [String: Value] = [:]
    for name in names {
      facts[name] = .map(
        interface(name, attributes[name] ?? [:], ports[name], addresses.filter { $0.interface == name }))
    }
    return (names, facts)
  }

  private func interface(
    _ name: String, _ attributes: [String: String], _ ports: [String]?, _ addresses: [Address]
  ) -> Map {
    var facts: Map = ["device": .string(name)]
    if let mac = attributes["address"], !mac.isEmpty, mac != "00:00:00:00:00:00" { facts["macaddress"] = .string(mac) }
    if let mtu = attributes["mtu"].flatMap({ Int($0) }) { facts["mtu"] = .int(mtu) }
    facts["active"] = .bool(attributes["operstate"].map { $0 != "down" } ?? false)
    if let module = attributes["module"] { facts["module"] = .string(module) }
    if let id = attributes["pciid"] { facts["pciid"] = .string(id) }
    if let speed = attributes["speed"].flatMap({ Int($0) }), attributes["pciid"] != nil { facts["speed"] = .int(speed) }
    let types = ["1": "ether", "32": "infiniband", "512": "ppp", "772": "loopback", "65534": "tunnel"]
    var type = attributes["type"].map { types[$0] ?? "unknown" }
    if let id = attributes["bridge/bridge_id"] {
      type = "bridge"
      facts["id"] = .string(id)
      facts["stp"] = .bool(attributes["bridge/stp_state"] == "1")
      facts["interfaces"] = .list((ports ?? []).map { .string($0) })
    }
    if let mode = attributes["bonding/mode"] {
      type = "bonding"
      facts["mode"] = .string(String(mode.prefix { $0 != " " }))
      facts["slaves"] = .list((attributes["bonding/slaves"] ?? "").split(separator: " ").map { .string(String($0)) })
      facts["miimon"] = attributes["bonding/miimon"].map { .string($0) } ?? .null
      facts["lacp_rate"] = attributes["bonding/lacp_rate"].map { .string(String($0.prefix { $0 != " " })) } ?? .null
      if let primary = attributes["bonding/primary"], !primary.isEmpty { facts["primary"] = .string(primary) }
      facts["all_slaves_active"] = .bool(attributes["bonding/all_slaves_active"] == "1")
    }
    if let type { facts["type"] = .string(type) }
    if let flags = attributes["flags"].flatMap({ Int($0.dropFirst(2), radix: 16) }) {
      facts["promisc"] = .bool(flags & 0x100 != 0)
    }
    for address in addresses where !address.isIPv6 {
      let described = Self.describe(address)
      if facts["ipv4"] == nil, address.label == name {
        facts["ipv4"] = described
      } else {
        facts["ipv4_secondaries"] = .list((facts["ipv4_secondaries"]?.list ?? []) + [described])
      }
    }
    let six = addresses.filter(\.isIPv6)
    if !six.isEmpty {
      facts["ipv6"] = .list(
        six.map { ["address": .string($0.address), "prefix": .string(String($0.prefix)), "scope": .string($0.scope)] })
    }
    return facts
  }

  private static func describe(_ address: Address) -> Value {
    let (netmask, network) = range(address)
    return [
      "address": .string(address.address), "broadcast": .string(address.broadcast), "netmask": .string(netmask),
      "network": .string(network), "prefix": .string(String(address.prefix)),
    ]
  }

  /// The netmask and the network's address of an IPv4 address.
  private static func range(_ address: Address) -> (netmask: String, network: String) {
    let mask: UInt32 = address.prefix <= 0 ? 0 : address.prefix >= 32 ? .max : ~(UInt32.max >> UInt32(address.prefix))
    var bits: UInt32 = 0
    for octet in address.address.split(separator: ".") { bits = bits << 8 | UInt32(UInt8(octet) ?? 0) }
    let dotted = { (number: UInt32) in
      [24, 16, 8, 0].map { String(number >> UInt32($0) & 0xFF) }.joined(separator: ".")
    }
    return (dotted(mask), dotted(bits & mask))
  }

  private func defaultRoute(
    _ section: String, isIPv6: Bool, _ addresses: [Address], _ interfaces: [String: Value]
  ) -> Map {
    let words = report.lines(section).first?.split(separator: " ").map(String.init) ?? []
    func after(_ name: String) -> String? {
      words.firstIndex(of: name).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    }
    guard let interface = after("dev"), let source = after("src") else { return [:] }
    var facts: Map = ["interface": .string(interface), "address": .string(source)]
    facts["gateway"] = .string(after("via") ?? "")
    let known = interfaces[interface]?.map ?? [:]
    for key in ["macaddress", "mtu", "type"] {
      if let value = known[key] { facts[key] = value }
    }
    guard let address = addresses.first(where: { $0.address == source && $0.interface == interface }) else {
      return facts
    }
    if isIPv6 {
      facts["prefix"] = .string(String(address.prefix))
      facts["scope"] = .string(address.scope)
    } else {
      facts.merge(Self.describe(address).map ?? [:])
      facts["alias"] = .string(address.label)
    }
    return facts
  }

  private func localRoutes(_ section: String) -> [Value] {
    var seen: Set<String> = []
    return report.lines(section).compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count > 1, words[0] == "local", seen.insert(words[1]).inserted else { return nil }
      return .string(words[1])
    }
  }
}
