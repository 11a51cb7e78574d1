import Values

/// The value of one variable of a host, where it came from, and what it won over.
package struct VariableExplanation: Sendable {
  /// One place that sets the variable.
  package struct Origin: Sendable {
    package let value: Value
    /// `file:line:column`, a file alone where no more is known, or `nil` for what no file says.
    package let location: String?
    /// The level of precedence and, for groups, the group: `group_vars beside the inventory, group web`.
    package let level: String
  }

  package let name: Key
  package let value: Value
  /// In falling precedence: the first one is in force.
  package let origins: [Origin]
}

extension Inventory {
  /// Explains the variables of a host, sorted by name. The inventory must have been read with `recordsHistory`.
  ///
  /// - Parameters:
  ///   - host: its name.
  ///   - variable: only this one.
  ///   - playbookDirectory: where else variables are looked for; absolute.
  ///   - extraVariables: `-e`.
  func explanations(
    of host: String, variable: String? = nil, playbookDirectory: String?, extraVariables: Map
  ) throws(Diagnostic) -> [VariableExplanation] {
    let layers = try variableLayers(of: host, playbookDirectory: playbookDirectory) + factLayers(of: host)
    var values = merged(layers)
    values.merge(extraVariables)
    var explanations: [VariableExplanation] = []
    for (name, value) in values.sorted(by: { Key.isOrdered($0.key, $1.key) }) {
      if let variable, name != .string(variable) { continue }
      var origins: [VariableExplanation.Origin] = []
      if let extra = extraVariables[name] {
        origins.append(VariableExplanation.Origin(value: extra, location: nil, level: "extra variables (-e)"))
      }
      for layer in layers.reversed() {
        guard let value = layer.values[name] else { continue }
        origins += try self.origins(of: name, value, in: layer)
      }
      explanations.append(VariableExplanation(name: name, value: value, origins: origins))
    }
    return explanations
  }

  private func origins(
    of name: Key, _ value: Value, in layer: VariableLayer
  ) throws(Diagnostic) -> [VariableExplanation.Origin] {
    let level = layer.description
    if let file = layer.file {
      let place = try VariableFile.places(in: file, vault: variableFiles.vault)[name]
      let location = place.map { shown($0.description) } ?? shown(file)
      return [VariableExplanation.Origin(value: value, location: location, level: level)]
    }
    if layer.level == .keptFacts { return [VariableExplanation.Origin(value: value, location: nil, level: level)] }
    let owner: VariableHistory.Owner? =
      layer.level == .hostInInventory
      ? graph.host(named: layer.owner).map { .host($0) } : graph.group(named: layer.owner).map { .group($0) }
    guard let owner, let entries = graph.history?.entries(for: name, of: owner), !entries.isEmpty else {
      return [VariableExplanation.Origin(value: value, location: value.text?.place?.file.path, level: level)]
    }
    return entries.reversed().map { entry in
      let source = entry.source.flatMap { graph.sources.indices.contains($0) ? graph.sources[$0].file : nil }
      return VariableExplanation.Origin(
        value: entry.value, location: (entry.place?.description ?? source).map(shown), level: level)
    }
  }

  /// A path under the working directory is shown without it.
  private func shown(_ location: String) -> String {
    let base = options.workingDirectory + "/"
    return location.hasPrefix(base) ? String(location.dropFirst(base.count)) : location
  }
}

extension VariableLayer {
  /// The level and, where it isn't clear from that, the owner.
  var description: String {
    switch level {
    case .groupInInventory: "inventory, group \(owner)"
    case .groupFileOfInventory, .groupFileOfPlaybook: "\(level.description), group \(owner)"
    case .allInInventory, .allFileOfInventory, .allFileOfPlaybook, .hostInInventory, .hostFileOfInventory,
      .hostFileOfPlaybook, .keptFacts:
      level.description
    }
  }
}
