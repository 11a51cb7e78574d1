import Values

extension InventoryReport {
  /// The list in the form of an inventory script's answer. Hosts are written one by one: the whole never stands in memory twice.
  func jsonList(_ hosts: [String], _ source: inout VariableSource) throws(Diagnostic) -> [UInt8] {
    let graph = inventory.graph
    let shown = Set(hosts)
    var names = graph.descendants(of: InventoryGraph.all).map { (graph.groups[$0].name, Optional($0)) }
    names.append(("_meta", nil))
    names.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }

    let writer = JSONWriter(indent: 4, sortsKeys: true, ensuresASCII: false)
    var text: [UInt8] = Array("{".utf8)
    var isFirst = true
    func open(_ name: String) {
      text += (isFirst ? "\n" : ",\n").utf8
      isFirst = false
      text += "    ".utf8
      text += writer.bytes(.string(name))
      text += ": ".utf8
    }
    for (name, group) in names {
      if let group {
        let entry = try jsonGroup(group, showing: shown)
        guard !entry.isEmpty else { continue }
        open(name)
        text.append(writer.bytes(.map(entry)), indentedBy: 4)
      } else {
        open(name)
        text += "{\n        \"hostvars\": {".utf8
        var isFirstHost = true
        for host in hosts.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
          let variables = try source.variables(of: host)
          guard !variables.isEmpty else { continue }
          text += (isFirstHost ? "\n" : ",\n").utf8
          isFirstHost = false
          text += "            ".utf8
          text += writer.bytes(.string(host))
          text += ": ".utf8
          text.append(writer.bytes(.map(inventory.marked(variables))), indentedBy: 12)
        }
        text += (isFirstHost ? "}" : "\n        }").utf8
        text += ",\n        \"profile\": \"inventory_legacy\"\n    }".utf8
      }
    }
    text += (isFirst ? "}\n" : "\n}\n").utf8
    return text
  }

  private func jsonGroup(_ group: InventoryGraph.GroupID, showing hosts: Set<String>) throws(Diagnostic) -> Map {
    let graph = inventory.graph
    let entry = graph.groups[group]
    var result = Map()
    if !entry.children.isEmpty { result["children"] = .list(entry.children.map { .string(graph.groups[$0].name) }) }
    if group != InventoryGraph.all {
      let names = entry.hosts.map { graph.hosts[$0].name }.filter(hosts.contains)
      if !names.isEmpty { result["hosts"] = .list(names.map { .string($0) }) }
    }
    if options.isExport {
      let variables = try groupVariables(group)
      if !variables.isEmpty { result["vars"] = .map(inventory.marked(variables)) }
    }
    return result
  }
}

extension [UInt8] {
  /// Appends a text of several lines, all but the first moved to the right.
  mutating func append(_ text: [UInt8], indentedBy indent: Int) {
    for byte in text {
      append(byte)
      if byte == 0x0A { append(contentsOf: repeatElement(0x20, count: indent)) }
    }
  }
}
