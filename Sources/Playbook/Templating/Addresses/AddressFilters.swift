import Jinja
import Values

/// The filters of `ansible.utils` over addresses, with netaddr's answers. They answer to their bare names and to
/// `ansible.netcommon`, where they once lived, as well.
enum AddressFilters {
  static let all: [TemplateFunction] = (queries + networks + arithmetic + hardware).map { function in
    TemplateFunction(
      "ansible.utils.\(function.name)", function.signatureText,
      aliases: [function.name, "ansible.netcommon.\(function.name)"], function.summary, body: function.body)
  }

  private static let queries: [TemplateFunction] = [
    query("ipaddr", nil, "What a query asks of addresses and networks; others are sifted out."),
    query("ipv4", .v4, "The same for IPv4 only."),
    query("ipv6", .v6, "The same for IPv6 only."),
    TemplateFunction("ipwrap", "(value)", "IPv6 addresses in brackets, everything else as it is.") { call in
      func wrapped(_ object: Object) throws -> Object {
        guard let query = AddressQuery(object, version: nil) else { return object }
        return try query.answer("wrap", filter: "ipwrap")
      }
      switch call.input {
      case .list, .tuple: return .list(try call.elements(0).map(wrapped))
      case .bool: return call.input
      default:
        guard call.input.string != nil else { throw wrongType(call) }
        return try wrapped(call.input)
      }
    },
  ]

  private static func query(_ name: String, _ version: IPAddress.Version?, _ summary: String) -> TemplateFunction {
    TemplateFunction(name, "(value, query='', version=None, alias='ipaddr')", summary) { call in
      let query = try call[1].int.map(String.init) ?? call.string(1)
      let version = try version ?? call.optionalInt(2).flatMap(IPAddress.Version.init)
      func answer(_ object: Object) throws -> Object {
        guard let value = AddressQuery(object, version: version), version == nil || value.network.version == version
        else {
          return .bool(false)
        }
        return try value.answer(query, filter: name)
      }
      switch call.input {
      case .list, .tuple: return .list(try call.elements(0).map(answer).filter { try $0.isTrue() })
      case .int, .bool: return try answer(call.input)
      default:
        guard call.input.string != nil else { throw wrongType(call) }
        return try answer(call.input)
      }
    }
  }

  private static func wrongType(_ call: Call) -> Diagnostic {
    call.failure("\(call.function.name) wants texts, numbers or lists of them, not '\(call.input.typeName)'")
  }

  // MARK: networks

  /// The network that a text means: without host bits where it was written as one.
  private static func network(_ object: Object) -> IPNetwork? { AddressQuery(object, version: nil)?.network }

  private static let networks: [TemplateFunction] = [
    TemplateFunction("ipsubnet", "(value, query='', index=None)", "A part of a network, or how many there are.") {
      call in
      guard let given = network(call.input) else { return .bool(false) }
      // An address in a network is meant as that address alone.
      let isAddress = given.isSingle || given.address != given.first
      let value = given.network
      let query = try call[1].int.map(String.init) ?? call.string(1)
      if query.isEmpty { return .string(value.text) }
      guard let prefix = Int(query), query.allSatisfy(\.isNumber) else { return try ordinal(value, in: query, call) }
      guard (0...value.version.width).contains(prefix) else { return .bool(false) }
      guard !call[2].isNone else {
        if value.isSingle { return .string(IPNetwork(value.address, prefix: prefix)?.network.text ?? "") }
        guard prefix >= value.prefix else { throw call.failure("Requested subnet size of \(prefix) is invalid") }
        let bits = prefix - value.prefix
        return bits < 63
          ? .string(String(1 << bits)) : .string(bits < 128 ? String(UInt128(1) << UInt128(bits)) : "2^128")
      }
      guard let index = call[2].int ?? call[2].string.flatMap({ Int($0) }) else {
        throw call.failure("ipsubnet() argument 'index' must be a number, not '\(call[2].typeName)'")
      }
      if value.isSingle, isAddress {
        // The supernets of an address, from the wanted one down.
        let position = index >= 0 ? prefix + index : value.version.width + index
        guard (prefix..<value.version.width).contains(position) else { return .bool(false) }
        return .string(IPNetwork(value.address, prefix: position)?.network.text ?? "")
      }
      guard prefix >= value.prefix else { throw call.failure("Requested subnet size of \(prefix) is invalid") }
      return subnet(index, of: value, prefix: prefix).map { .string($0.text) } ?? .bool(false)
    },
    TemplateFunction("nthhost", "(value, query='')", "The address at a place in a network.") { call in
      guard let value = network(call.input)?.network,
        let index = call[1].int ?? call[1].string.flatMap({ Int($0) }), index != 0 || call[1].string != nil
      else { return .bool(false) }
      return value.host(at: index).map { .string($0.text) } ?? .bool(false)
    },
    neighbour("next_nth_usable", 1, "The usable address so many places further on."),
    neighbour("previous_nth_usable", -1, "The usable address so many places before."),
    TemplateFunction("network_in_network", "(value, test)", "Whether one network lies in another.") { call in
      guard let outer = network(call[0]), let inner = network(call[1]) else { return .bool(false) }
      return .bool(outer.network.contains(inner.network.first) && outer.network.contains(inner.last))
    },
    TemplateFunction("network_in_usable", "(value, test)", "Whether a network lies among another's usable addresses.") {
      call in
      guard let outer = network(call[0]), let inner = network(call[1]), outer.version == inner.version else {
        return .bool(false)
      }
      let range = outer.usable ?? outer.first.value...outer.first.value
      return .bool(range.contains(inner.first.value) && range.contains(inner.last.value))
    },
    TemplateFunction("reduce_on_network", "(value, network)", "The addresses that lie in a network.") { call in
      guard let outer = network(call[1]) else { return .list([]) }
      return .list(
        try call.elements(0).filter { element in
          network(element).map { outer.contains($0.first) && outer.contains($0.last) } ?? false
        })
    },
    TemplateFunction("cidr_merge", "(value, action='merge')", "The fewest networks that hold the same, or one for all.")
    {
      call in
      let texts = call.input.string == nil ? try call.elements(0) : [call.input]
      let networks = try texts.map { text in
        guard let network = text.string.flatMap({ IPNetwork($0) }) else {
          throw call.failure("cidr_merge: \(try text.repr()) is neither an address nor a network")
        }
        return network
      }
      switch try call.string(1) {
      case "merge": return .list(IPNetwork.merged(networks).map { .string($0.text) })
      case "span":
        if networks.isEmpty { return .none }
        if networks.count == 1 { return .string(networks[0].text) }
        guard let span = IPNetwork.spanning(networks) else {
          throw call.failure("cidr_merge: IPv4 and IPv6 networks have no network in common")
        }
        return .string(span.text)
      case let other: throw call.failure("cidr_merge: invalid action '\(other)'", help: "It is 'merge' or 'span'.")
      }
    },
    TemplateFunction("usable_range", "(ip)", "All addresses of a network, and their number.") { call in
      guard let network = IPNetwork(try call.string(0)), network.address == network.first else {
        throw call.failure("'\(try call.string(0))' is no network (an address with host bits is none)")
      }
      guard let size = network.size, size <= 1 << 20 else {
        throw Diagnostic(.limit, "'\(network.text)' has more than a million addresses")
      }
      let addresses = (0..<Int(size)).compactMap { network.first.advanced(by: $0) }
      return .dict(
        DictObject([
          "usable_ips": .list(addresses.map { .string($0.text) }), "number_of_ips": .int(Int(size)),
        ]))
    },
  ]

  private static func neighbour(_ name: String, _ sign: Int, _ summary: String) -> TemplateFunction {
    TemplateFunction(name, "(value, offset)", summary) { call in
      guard let query = AddressQuery(call.input, version: nil) else { return .bool(false) }
      let offset = try call.int(1)
      guard let network = Optional(query.network), let range = network.usable else { return .none }
      let start = network.address == network.first ? network.first : network.address
      guard let address = start.advanced(by: offset.multipliedReportingOverflow(by: sign).partialValue),
        range.contains(address.value)
      else { return .none }
      return .string(address.text)
    }
  }

  private static func subnet(_ index: Int, of network: IPNetwork, prefix: Int) -> IPNetwork? {
    let bits = prefix - network.prefix
    guard bits < 127 else { return nil }
    let count = UInt128(1) << UInt128(bits)
    let position = index >= 0 ? UInt128(index) : count &- UInt128(index.magnitude)
    guard position < count, index >= 0 || UInt128(index.magnitude) <= count else { return nil }
    let shift = network.version.width - prefix
    let value = shift >= 128 ? 0 : position << UInt128(shift)
    return IPAddress(network.first.value + value, network.version).flatMap { IPNetwork($0, prefix: prefix) }
  }

  /// Which of a network's parts of its size a network is, counted from 1.
  private static func ordinal(_ value: IPNetwork, in query: String, _ call: Call) throws -> Object {
    guard let outer = network(.string(query))?.network else {
      throw call.failure("You must pass a valid subnet or IP address; \(query) is invalid")
    }
    guard outer.contains(value) else { throw call.failure("\(value.text) is not in the subnet \(outer.text)") }
    let shift = value.version.width - value.prefix
    let offset = value.first.value - outer.first.value
    return .string(String((shift >= 128 ? 0 : offset >> UInt128(shift)) + 1))
  }

  // MARK: single addresses

  private static func address(_ call: Call) throws -> IPAddress {
    let text = try call.string(0)
    let found = text.contains("/") ? IPNetwork(text)?.address : IPAddress(text)
    guard let found else { throw call.failure("You must pass a valid IP address; '\(text)' is invalid") }
    return found
  }

  private static func amount(_ call: Call) throws -> Int {
    guard let amount = call[1].int ?? call[1].string.flatMap({ Int($0) }) else {
      throw call.failure("You must pass an integer for arithmetic; '\(try call[1].text())' is not a valid integer")
    }
    return amount
  }

  private static let arithmetic: [TemplateFunction] = [
    TemplateFunction("ipmath", "(value, amount)", "The address so many places further on.") { call in
      guard let result = try address(call).advanced(by: try amount(call)) else {
        throw call.failure("ipmath() runs beyond the ends of the addresses")
      }
      return .string(result.text)
    },
    TemplateFunction("ip4_hex", "(arg, delimiter='')", "An IPv4 address in hexadecimal.") { call in
      let address = try address(call)
      guard address.version == .v4 else { throw call.failure("ip4_hex() wants an IPv4 address, not '\(address.text)'") }
      return .string(address.bytes.map { hexadecimal(Int($0), width: 2) }.joined(separator: try call.string(1)))
    },
    TemplateFunction("ipv6form", "(value, format)", "An IPv6 address with all its digits, or with as few as possible.")
    {
      call in
      let address = try address(call)
      switch try call.string(1) {
      case "expand": return .string(address.expandedText)
      case "compress": return .string(address.text)
      case "x509":
        let groups = address.expandedText.split(separator: ":").compactMap { Int($0, radix: 16) }
        return .string(groups.map { String($0, radix: 16) }.joined(separator: ":"))
      case let other:
        throw call.failure("ipv6form() knows no format '\(other)'", help: "Known are expand, compress, x509.")
      }
    },
    TemplateFunction("ipcut", "(value, amount)", "The first bits of an address, or the last.") { call in
      let (address, amount) = (try address(call), try amount(call))
      let width = address.version.width
      let bits = address.bytes.flatMap { byte in (0..<8).map { byte >> UInt8(7 - $0) & 1 } }
      let part =
        amount < 0 ? bits.suffix(min(amount.magnitude > 128 ? 128 : -amount, width)) : bits.prefix(min(amount, width))
      let size = address.version == .v4 ? 8 : 16
      let cut = Array(part)
      let groups = stride(from: 0, to: cut.count, by: size).map { start in
        cut[start..<min(start + size, cut.count)].reduce(0) { $0 << 1 | Int($1) }
      }
      return .string(
        address.version == .v4
          ? groups.map(String.init).joined(separator: ".")
          : groups.map { String($0, radix: 16) }.joined(separator: ":"))
    },
  ]

  // MARK: MAC addresses

  private static let hardware: [TemplateFunction] = [
    hardwareQuery("hwaddr"), hardwareQuery("macaddr"),
    TemplateFunction("slaac", "(value, query='')", "The address that a host with this MAC address takes in a network.")
    {
      call in
      guard let value = network(call.input), value.version == .v6,
        let mac = call[1].string.flatMap({ HardwareAddress($0) }),
        let address = IPAddress(value.first.value | UInt128(mac.interfaceIdentifier), .v6)
      else { return .bool(false) }
      return .string(address.text)
    },
  ]

  private static func hardwareQuery(_ name: String) -> TemplateFunction {
    TemplateFunction(name, "(value, query='', alias='hwaddr')", "A MAC address in another form.") { call in
      let query = try call.string(1)
      let text = try call.anyText(0)
      guard let address = HardwareAddress(text) else {
        if query.isEmpty { return .none }
        if query == "bool" { return .bool(false) }
        throw call.failure("\(name): not a hardware address: '\(text)'")
      }
      switch query {
      case "": return call.input
      case "bool": return .bool(true)
      case "int": return .int(Int(address.value))
      default:
        guard let shown = address.text(query) else {
          throw call.failure(
            "\(name): unknown filter type: \(query)",
            help: Suggestion.help(for: query, in: HardwareAddress.forms)
              ?? "Known are \(HardwareAddress.forms.joined(separator: ", ")).")
        }
        return .string(shown)
      }
    }
  }
}
