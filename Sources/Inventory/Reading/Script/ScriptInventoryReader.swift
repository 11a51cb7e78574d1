import Values

/// Puts what an inventory script answers to `--list` into the graph.
///
/// ```json
/// {"web": {"hosts": ["a"], "vars": {}, "children": []}, "_meta": {"hostvars": {"a": {"port": 80}}}}
/// ```
struct ScriptInventoryReader {
  /// The hosts that groups name, in that order.
  private(set) var hosts: [String] = []
  private var isListed: Set<String> = []
  /// `_meta.hostvars`; `nil` when the script wants to be asked host by host.
  private(set) var hostVariables: Map?
  /// What a later ansible-core will not read any more.
  private(set) var deprecations: [Diagnostic] = []
  private let place: Place

  /// - Parameter path: the script's.
  init(path: String) { place = Place(SourceFile(path: path, text: ""), line: 1, column: 1) }

  mutating func read(_ answer: Map, into graph: inout InventoryGraph) throws(Diagnostic) {
    if let meta = answer["_meta"] { try readMeta(meta) }
    for (key, value) in answer {
      guard let name = key.string, name != "_meta" else { continue }
      try readGroup(name, value, into: &graph)
    }
    if hostVariables == nil {
      deprecate(
        "Inventory scripts should always provide '_meta.hostvars'. Host variables will be collected by running the inventory script with the '--host' option for each host."
      )
    }
  }

  private mutating func readMeta(_ meta: Value) throws(Diagnostic) {
    guard let meta = meta.map else {
      throw undecodable("contains '_meta' which is '\(meta.typeName)' instead of 'dict'")
    }
    switch meta["profile"] {
    case nil: break
    case .string(let profile)?:
      if !profile.string.hasPrefix("inventory_") {
        throw error("Non-inventory profile '\(profile.string)' is not allowed.")
      }
      if profile.string != "inventory_legacy" {
        throw Diagnostic(
          .invalid,
          "Unable to get JSON decoder for inventory script result. Unknown profile name '\(profile.string)'", at: place)
      }
    case let other?: throw undecodable("contains '_meta.profile' which is '\(other.typeName)' instead of 'str'")
    }
    if let variables = meta["hostvars"] {
      guard let map = variables.map else {
        throw error("Value contains '_meta.hostvars' which is '\(variables.typeName)' instead of 'dict'")
      }
      hostVariables = map
    }
  }

  private mutating func deprecate(_ what: String) { deprecations.append(error(what)) }

  private mutating func readGroup(_ name: String, _ value: Value, into graph: inout InventoryGraph) throws(Diagnostic) {
    let group = graph.addGroup(name)
    var members = Map()
    switch value {
    case .map(let map) where ["hosts", "vars", "children"].contains(where: { map[$0] != nil }): members = map
    case .map:
      deprecate(
        "Treating malformed group '\(name)' as the sole host of that group. Variables provided in this manner cannot be templated."
      )
      members = ["hosts": [.string(name)], "vars": value.withoutTrust]
    default:
      deprecate("Group '\(name)' was converted to 'dict' from '\(value.typeName)'.")
      members["hosts"] = value
    }
    if let value = members["hosts"] {
      guard let list = value.list else { throw wrongType(name, "hosts", value, "list") }
      for item in list {
        guard let host = item.string else { throw wrongType(name, "hosts", item, "str") }
        graph.addHost(host, to: group)
        if isListed.insert(host).inserted { hosts.append(host) }
      }
    }
    if let value = members["vars"] {
      guard let map = value.map else { throw wrongType(name, "vars", value, "dict") }
      for (key, value) in map { graph.setVariable(key, to: value, ofGroup: group) }
    }
    if let value = members["children"] {
      guard let list = value.list else { throw wrongType(name, "children", value, "list") }
      for item in list {
        guard let child = item.string else { throw wrongType(name, "children", item, "str") }
        do throws(GroupLoop) {
          try graph.addChild(graph.addGroup(child), to: group)
        } catch {
          throw self.error(error.message)
        }
      }
    }
  }

  private func wrongType(_ group: String, _ member: String, _ value: Value, _ wanted: String) -> Diagnostic {
    error("Value contains '\(group).\(member)' which is '\(value.typeName)' instead of '\(wanted)'")
  }

  private func undecodable(_ reason: String) -> Diagnostic {
    error("Unable to get JSON decoder for inventory script result. Value \(reason)")
  }

  private func error(_ message: String) -> Diagnostic { Diagnostic(.invalid, message, at: place) }
}
