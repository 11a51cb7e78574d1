import Values

extension InventoryReport {
  /// `--explain HOST[.VAR]`: every variable of a host (or one), its value, where it came from and what it won over.
  ///
  /// - Parameter target: a host, or a host, a dot and a variable. A host's own dots come first.
  /// - Returns: the text, ending in a newline. Secrets are hidden.
  package func explanation(of target: String) throws(Diagnostic) -> [UInt8] {
    let (host, variable) = try split(target)
    let explanations = try inventory.explanations(
      of: host, variable: variable, playbookDirectory: options.playbookDirectory,
      extraVariables: options.extraVariables)
    if let variable, explanations.isEmpty {
      let names = try inventory.variables(of: host, playbookDirectory: options.playbookDirectory).keys
      throw Diagnostic(
        .usage, "Host '\(host)' has no variable '\(variable)'",
        help: Suggestion.help(for: variable, in: names.compactMap(\.string)))
    }
    var text = ""
    if variable == nil { text += heading(host) }
    for explanation in explanations { text += self.text(explanation) }
    return text.losslessBytes
  }

  /// The longest front part that is a host's name, and the rest.
  private func split(_ target: String) throws(Diagnostic) -> (host: String, variable: String?) {
    func isHost(_ name: String) -> Bool {
      inventory.graph.host(named: name) != nil || HostSelection.localNames.contains(name)
    }
    if isHost(target) { return (target, nil) }
    var end = target.endIndex
    while let dot = target[..<end].utf8.lastIndex(of: UInt8(ascii: ".")) {
      let host = String(target[..<dot])
      if isHost(host) { return (host, String(target[target.utf8.index(after: dot)...])) }
      end = dot
    }
    throw Diagnostic(
      .usage, "'\(target)' is no host of the inventory, nor a host and one of its variables",
      help: Suggestion.help(for: target, in: inventory.graph.hosts.map(\.name)))
  }

  private func heading(_ host: String) -> String {
    let graph = inventory.graph
    let groups = graph.host(named: host).map { graph.groupsInMergeOrder(of: $0).map { graph.groups[$0].name } } ?? []
    return "host \(host), groups in rising precedence: \(groups.isEmpty ? "none" : groups.joined(separator: ", "))\n"
  }

  private func text(_ explanation: VariableExplanation) -> String {
    var text = "\n\(PythonText.str(explanation.name.value)) = \(Self.short(explanation.value))\n"
    for (offset, origin) in explanation.origins.enumerated() {
      let place = origin.location.map { "\($0), \(origin.level)" } ?? origin.level
      if offset == 0 {
        text += "    from \(place)\n"
      } else {
        let verb = inventory.options.mergesMaps && origin.value.map != nil ? "merged with" : "over"
        text += "    \(verb) \(Self.short(origin.value)) from \(place)\n"
      }
    }
    return text
  }

  private static func short(_ value: Value) -> String { JSONWriter(ensuresASCII: false).string(value) }
}
