import Values

extension Inventory {
  /// The variables of a host, layer by layer in rising precedence: those of its groups and its own, from the sources and
  /// from `group_vars/` and `host_vars/` beside the inventory and the playbook.
  ///
  /// - Parameters:
  ///   - host: its name; `localhost` may be one that no source lists.
  ///   - playbookDirectory: where else to look for the files; absolute.
  /// - Throws: for a file of variables that can't be read.
  package func variableLayers(
    of host: String, playbookDirectory: String? = nil
  ) throws(Diagnostic) -> [VariableLayer] {
    let id = graph.host(named: host)
    let groups = id.map { graph.groupsInMergeOrder(of: $0).filter { $0 != InventoryGraph.all } } ?? []
    return try groupLayers(groups, playbookDirectory: playbookDirectory)
      + hostLayers(host, id: id, playbookDirectory: playbookDirectory)
  }

  /// The same laid over each other.
  package func variables(of host: String, playbookDirectory: String? = nil) throws(Diagnostic) -> Map {
    merged(try variableLayers(of: host, playbookDirectory: playbookDirectory))
  }

  /// Layers laid over each other as the settings say (`hash_behaviour`).
  package func merged(_ layers: [VariableLayer]) -> Map {
    guard var result = layers.first?.values else { return Map() }
    for layer in layers.dropFirst() {
      if options.mergesMaps {
        result = result.mergingDeeply(layer.values)
      } else {
        result.merge(layer.values)
      }
    }
    return result
  }

  /// The layers that a host gets from its groups; equal for all hosts of the same groups.
  func groupLayers(
    _ groups: [InventoryGraph.GroupID], playbookDirectory: String?
  ) throws(Diagnostic) -> [VariableLayer] {
    var layers: [VariableLayer] = []
    func add(_ group: InventoryGraph.GroupID, _ level: VariableLayer.Level) {
      let group = graph.groups[group]
      guard !group.variables.isEmpty else { return }
      layers.append(VariableLayer(level: level, owner: group.name, file: nil, values: group.variables))
    }
    let names = groups.map { graph.groups[$0].name }
    let playbook = playbookDirectory.map { [$0] } ?? []

    for level in options.groupPrecedence {
      switch level {
      case .allInInventory: add(InventoryGraph.all, level)
      case .groupInInventory: for group in groups { add(group, level) }
      case .allFileOfInventory:
        layers += try variableFiles.layers(of: ["all"], kind: .group, in: sourceDirectories, level: level)
      case .allFileOfPlaybook: layers += try variableFiles.layers(of: ["all"], kind: .group, in: playbook, level: level)
      case .groupFileOfInventory:
        layers += try variableFiles.layers(of: names, kind: .group, in: sourceDirectories, level: level)
      case .groupFileOfPlaybook:
        layers += try variableFiles.layers(of: names, kind: .group, in: playbook, level: level)
      case .hostInInventory, .hostFileOfInventory, .hostFileOfPlaybook, .keptFacts: continue
      }
    }
    return layers
  }

  /// The facts that a run before kept, which win over all that inventories say. A run adds them itself; listings show them.
  func factLayers(of host: String) -> [VariableLayer] {
    guard let facts = options.cachedFacts(host), !facts.isEmpty else { return [] }
    return [VariableLayer(level: .keptFacts, owner: host, file: nil, values: facts)]
  }

  /// Where the variables of a localhost that no source lists are written.
  private static let implicitPlace = Place(SourceFile(path: "<implicit localhost>", text: ""), line: 1, column: 1)

  func hostLayers(
    _ host: String, id: InventoryGraph.HostID?, playbookDirectory: String?
  ) throws(Diagnostic) -> [VariableLayer] {
    var layers: [VariableLayer] = []
    if let id {
      let variables = graph.hosts[id].variables
      if !variables.isEmpty {
        layers.append(VariableLayer(level: .hostInInventory, owner: host, file: nil, values: variables))
      }
    } else if HostSelection.localNames.contains(host) {
      layers.append(
        VariableLayer(
          level: .hostInInventory, owner: host, file: nil,
          values: [
            "ansible_connection": .string(Text("local", writtenAt: Self.implicitPlace)),
            "ansible_python_interpreter": .string(Text(options.localPython, writtenAt: Self.implicitPlace)),
          ]))
    }
    layers += try variableFiles.layers(of: [host], kind: .host, in: sourceDirectories, level: .hostFileOfInventory)
    layers += try variableFiles.layers(
      of: [host], kind: .host, in: playbookDirectory.map { [$0] } ?? [], level: .hostFileOfPlaybook)
    return layers
  }
}
