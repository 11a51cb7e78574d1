import Values

extension InventoryReport {
  /// `--list --toml`: a table a group. As ansible has it, `all` lists no children, and a host's variables stand with the first group
  /// that names it, which a second way to the same group then replaces.
  func tomlList(_ hosts: [String], _ source: inout VariableSource) throws(Diagnostic) -> [UInt8] {
    let graph = inventory.graph
    var writing = TOMLList(shown: Set(hosts))
    let hasUngrouped = !graph.groups[InventoryGraph.ungrouped].hosts.isEmpty
    // A group's table gets its place before its children's and its content after them.
    var pending: [(group: InventoryGraph.GroupID, isLeaving: Bool)] = [(InventoryGraph.all, false)]
    while let (group, isLeaving) = pending.popLast() {
      let entry = graph.groups[group]
      let children = entry.children.filter { $0 != InventoryGraph.ungrouped || hasUngrouped }
      guard isLeaving else {
        guard writing.open(entry.name) else { continue }
        pending.append((group, true))
        for child in children.reversed() { pending.append((child, false)) }
        continue
      }
      var table = Map()
      if group != InventoryGraph.all {
        if !children.isEmpty { table["children"] = .list(children.map { .string(graph.groups[$0].name) }) }
        var members = Map()
        for host in entry.hosts where writing.shown.contains(graph.hosts[host].name) {
          let name = graph.hosts[host].name
          let isFirst = writing.seen.insert(host).inserted
          members[name] = .map(isFirst ? markedSecrets(try source.variables(of: name)) : Map())
        }
        if !members.isEmpty { table["hosts"] = .map(members) }
      }
      if options.isExport {
        let variables = try groupVariables(group)
        if !variables.isEmpty { table["vars"] = .map(markedSecrets(variables)) }
      }
      writing.close(entry.name, table)
    }
    return try TOMLWriter.bytes(writing.result)
  }

  func tomlHost(_ variables: Map) throws(Diagnostic) -> [UInt8] { try TOMLWriter.bytes(markedSecrets(variables)) }

  /// Encrypted values in their encrypted form, as the JSON list has them. Other marks TOML's readers would not know.
  private func markedSecrets(_ variables: Map) -> Map {
    var result = variables
    for (key, value) in variables {
      if case .secret = value { result[key] = inventory.marked([key: value])[key] }
    }
    return result
  }
}

/// The tables in the order in which ansible's walk meets them.
private struct TOMLList {
  let shown: Set<String>
  var seen: Set<InventoryGraph.HostID> = []
  private var order: [String] = []
  private var tables: [String: Map] = [:]
  private var visits: [String: Int] = [:]

  init(shown: Set<String>) { self.shown = shown }

  /// A group's place is that of its first meeting.
  /// - Returns: `false` from the third meeting on: nothing can change any more, and there may be exponentially many.
  mutating func open(_ name: String) -> Bool {
    if visits[name] == nil { order.append(name) }
    visits[name, default: 0] += 1
    return visits[name] ?? 0 <= 2
  }

  mutating func close(_ name: String, _ table: Map) { if !table.isEmpty { tables[name] = table } }

  var result: Map {
    var result = Map()
    for name in order {
      if let table = tables[name], !table.isEmpty { result[name] = .map(table) }
    }
    return result
  }
}
