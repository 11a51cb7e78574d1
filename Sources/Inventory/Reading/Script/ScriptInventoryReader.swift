import Values

/// Reads what an inventory script answers to `--list` and, where that has no `_meta`, to `--host`.
///
/// ```json
/// {"web": {"hosts": ["a"], "vars": {}, "children": []}, "_meta": {"hostvars": {"a": {"port": 80}}}}
/// ```
struct ScriptInventoryReader {
  private let path: String
  /// The hosts that groups name, in that order.
  private(set) var hosts: [String] = []
  private var isListed: Set<String> = []
  /// `_meta.hostvars`; `nil` when the script wants to be asked host by host.
  private(set) var hostVariables: Map?

  init(path: String) { self.path = path }

  /// The value of a script's answer. Its author is the user, so its strings may be templates.
  static func value(_ output: [UInt8], of path: String) throws(Diagnostic) -> Map {
    let source = SourceFile(path: "\(path) --list", text: String(lossless: output))
    guard case .map(let map) = try JSONReader.read(output, from: source, trusted: true) else {
      throw Diagnostic(
        .invalid, "The answer of inventory script '\(path)' is no JSON object", at: Place(source, line: 1, column: 1))
    }
    return map
  }

  /// Puts the groups of the answer to `--list` into the graph.
  mutating func read(_ answer: Map, into graph: inout InventoryGraph) throws(Diagnostic) {
    for (key, value) in answer {
      guard let name = key.string else { continue }
      if name == "_meta" {
        if let variables = value["hostvars"] {
          guard let map = variables.map else { throw error("'_meta.hostvars' is no object") }
          hostVariables = map
        }
      } else {
        try readGroup(name, value, into: &graph)
      }
    }
  }

  private mutating func readGroup(_ name: String, _ value: Value, into graph: inout InventoryGraph) throws(Diagnostic) {
    let group = graph.addGroup(name)
    var members = Map()
    switch value {
    case .map(let map) where ["hosts", "vars", "children"].contains(where: { map[$0] != nil }): members = map
    // An object without any of those is the variables of a host that is named like the group.
    case .map: members = ["hosts": [.string(name)], "vars": value]
    default: members["hosts"] = value
    }
    if let value = members["hosts"] {
      guard let list = value.list else { throw error("group '\(name)' has bad data for the host list: it is no list") }
      for item in list {
        guard let host = item.string else { throw error("group '\(name)' has a host that is no string") }
        graph.addHost(host, to: group)
        if isListed.insert(host).inserted { hosts.append(host) }
      }
    }
    if let value = members["vars"] {
      guard let map = value.map else { throw error("group '\(name)' has bad data for variables: it is no object") }
      for (key, value) in map { graph.setVariable(key, to: value, ofGroup: group) }
    }
    if let value = members["children"] {
      guard let list = value.list else { throw error("group '\(name)' has bad data for children: it is no list") }
      for item in list {
        guard let child = item.string else { throw error("group '\(name)' has a child that is no string") }
        do throws(GroupLoop) {
          try graph.addChild(graph.addGroup(child), to: group)
        } catch {
          throw self.error(error.message)
        }
      }
    }
  }

  private func error(_ reason: String) -> Diagnostic {
    Diagnostic(.invalid, "Inventory script '\(path)': \(reason)")
  }
}
