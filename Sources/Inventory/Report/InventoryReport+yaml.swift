import Values

extension InventoryReport {
  /// A variable as it is shown, and which of the objects that were read it is. PyYAML writes an object that it meets again as an
  /// alias (`*id001`), so a group's list is written once, however many hosts have it.
  struct ShownVariable {
    let key: Key
    let value: Value
    /// `nil` for what no other host can have.
    let identity: String?
  }

  /// A group of the tree that `--list --yaml` shows: a group or host that stands in several groups has its content in the first.
  struct ShownGroup {
    var children: [String: ShownGroup] = [:]
    var hosts: [String: [ShownVariable]] = [:]
    var variables: [ShownVariable] = []

    var isEmpty: Bool { children.isEmpty && hosts.isEmpty && variables.isEmpty }
  }

  /// Groups within groups that are shown.
  private static let depthBudget = 150

  func yamlList(_ hosts: [String]) throws(Diagnostic) -> [UInt8] {
    var shown = Shown(hosts: Set(hosts))
    let top = try shownGroup(InventoryGraph.all, &shown, depth: 0)
    if top.isEmpty { return Array("{}\n".utf8) }
    var text = InventoryYAML(inventory, counting: shown.identities)
    try text.write("all", top)
    return text.bytes
  }

  func yamlHost(_ name: String) throws(Diagnostic) -> [UInt8] {
    var text = InventoryYAML(inventory, counting: [:])
    let variables = try shownVariables(of: name)
    if variables.isEmpty { return Array("{}\n".utf8) }
    try text.write(variables, depth: 0)
    return text.bytes
  }

  private struct Shown {
    let hosts: Set<String>
    var seenGroups: Set<InventoryGraph.GroupID> = []
    var seenHosts: Set<InventoryGraph.HostID> = []
    /// How often each object is met.
    var identities: [String: Int] = [:]

    mutating func count(_ variables: [ShownVariable]) {
      for variable in variables {
        if let identity = variable.identity { identities[identity, default: 0] += 1 }
      }
    }
  }

  private func shownGroup(
    _ id: InventoryGraph.GroupID, _ shown: inout Shown, depth: Int
  ) throws(Diagnostic) -> ShownGroup {
    let graph = inventory.graph
    let entry = graph.groups[id]
    guard depth < Self.depthBudget else {
      throw Diagnostic(.limit, "Groups are nested deeper than \(Self.depthBudget): '\(entry.name)'")
    }
    var result = ShownGroup()
    for child in entry.children {
      let name = graph.groups[child].name
      if shown.seenGroups.insert(child).inserted {
        let group = try shownGroup(child, &shown, depth: depth + 1)
        if !group.isEmpty { result.children[name] = group }
      } else {
        result.children[name] = ShownGroup()
      }
    }
    if id != InventoryGraph.all {
      for host in entry.hosts where shown.hosts.contains(graph.hosts[host].name) {
        let name = graph.hosts[host].name
        let variables = shown.seenHosts.insert(host).inserted ? try shownVariables(of: name) : []
        shown.count(variables)
        result.hosts[name] = variables
      }
    }
    if options.isExport {
      result.variables = try groupVariables(id).map { ShownVariable(key: $0.key, value: $0.value, identity: nil) }
    }
    return result
  }

  private func shownVariables(of host: String) throws(Diagnostic) -> [ShownVariable] {
    let id = inventory.graph.host(named: host)
    var layers = try inventory.hostLayers(host, id: id, playbookDirectory: options.playbookDirectory)
    if !options.isExport {
      let groups = id.map { inventory.graph.groupsInMergeOrder(of: $0).filter { $0 != InventoryGraph.all } } ?? []
      layers =
        try inventory.groupLayers(groups, playbookDirectory: options.playbookDirectory) + layers
        + inventory.factLayers(of: host)
    }
    var variables = inventory.merged(layers)
    if !options.isExport { variables.merge(options.extraVariables) }
    return variables.map { key, value in
      ShownVariable(key: key, value: value, identity: identity(of: key, value, in: layers))
    }
  }

  private func identity(of key: Key, _ value: Value, in layers: [VariableLayer]) -> String? {
    guard value.list != nil || value.map != nil, !inventory.options.mergesMaps, options.extraVariables[key] == nil,
      let layer = layers.last(where: { $0.values[key] != nil }), layer.level != .hostInInventory
    else { return nil }
    return "\(layer.level.rawValue)/\(layer.file ?? layer.owner)/\(key.value)"
  }
}
