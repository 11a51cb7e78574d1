import Values

/// The texts of `swiftible inventory`: what `ansible-inventory` prints, byte for byte, and what only we print.
package struct InventoryReport {
  let inventory: Inventory
  let options: Options

  package struct Options: Sendable {
    /// `--playbook-dir`: where else variables are looked for; absolute.
    package var playbookDirectory: String?
    /// `--export`: variables stand with the group or host that has them instead of all with the host.
    package var isExport = false
    /// `-e`, laid over every host's variables (but not in an export).
    package var extraVariables = Map()

    package init() {}
  }

  package enum Format: Sendable { case json, yaml, toml }

  /// Of the drawn graph, which may be exponentially larger than the inventory.
  private static let sizeBudget = 256 << 20

  package init(_ inventory: Inventory, options: Options = Options()) {
    self.inventory = inventory
    self.options = options
  }

  /// `--list`: all groups and hosts with their variables, ending in a newline.
  ///
  /// - Parameter limit: the pattern after `--limit`.
  /// - Returns: the text, and warnings about the pattern.
  package func list(
    limitedTo limit: String? = nil, format: Format = .json
  ) throws(Diagnostic) -> (text: [UInt8], warnings: [Diagnostic]) {
    let (names, warnings) = try inventory.hosts(matching: "all", limitedTo: limit)
    var source = VariableSource(self)
    switch format {
    case .json: return (try jsonList(names, &source), warnings)
    case .yaml: return (try yamlList(names), warnings)
    case .toml: return (try tomlList(names, &source), warnings)
    }
  }

  /// `--host`: the variables of one host, ending in a newline.
  package func host(_ pattern: String, format: Format = .json) throws(Diagnostic) -> [UInt8] {
    let (names, warnings) = try inventory.hosts(matching: pattern)
    guard names.count == 1, let name = names.first else {
      throw Diagnostic(
        .usage, "You must pass a single valid host to --host parameter",
        help: names.isEmpty ? nil : "'\(pattern)' stands for \(names.count) hosts.", causes: warnings)
    }
    var source = VariableSource(self)
    let variables = try source.variables(of: name)
    switch format {
    case .json:
      let writer = JSONWriter(indent: 4, sortsKeys: true, ensuresASCII: false)
      return writer.bytes(.map(inventory.marked(variables))) + [0x0A]
    case .yaml: return try yamlHost(name)
    case .toml: return try tomlHost(variables)
    }
  }

  /// `--graph`: the tree of groups and hosts, ending in a newline.
  ///
  /// - Parameters:
  ///   - root: the group at the top.
  ///   - showsVariables: `--vars`.
  package func graph(of root: String = "all", showsVariables: Bool = false) throws(Diagnostic) -> [UInt8] {
    let graph = inventory.graph
    guard let top = graph.group(named: root) else {
      throw Diagnostic(
        .usage, "Pattern must be valid group name when using --graph",
        help: Suggestion.help(for: root, in: graph.groups.map(\.name)))
    }
    var source = VariableSource(self)
    var text: [UInt8] = []
    func line(_ content: String, _ depth: Int) {
      for _ in 0..<depth { text += "  |".utf8 }
      if depth > 0 { text += "--".utf8 }
      text += content.losslessBytes
      text.append(0x0A)
    }
    func lines(of variables: Map, _ depth: Int) {
      for (key, value) in variables.sorted(by: { Key.isOrdered($0.key, $1.key) }) {
        line("{\(PythonText.str(key.value)) = \(PythonText.str(value))}", depth)
      }
    }
    // A group's own lines come after those of all its children, so each group is met twice.
    var pending: [(group: InventoryGraph.GroupID, depth: Int, isLeaving: Bool)] = [(top, 0, false)]
    while let (group, depth, isLeaving) = pending.popLast() {
      guard text.count <= Self.sizeBudget else {
        throw Diagnostic(
          .limit, "The graph is larger than \(Self.sizeBudget >> 20) MiB",
          help: "A group that has several parents is drawn under each; name a group to draw less.")
      }
      guard isLeaving else {
        line("@\(graph.groups[group].name):", depth)
        pending.append((group, depth, true))
        for child in graph.groups[group].children.reversed() { pending.append((child, depth + 1, false)) }
        continue
      }
      if group != InventoryGraph.all {
        for host in graph.groups[group].hosts {
          line(graph.hosts[host].name, depth + 1)
          if showsVariables { lines(of: try source.variables(of: graph.hosts[host].name), depth + 2) }
        }
      }
      if showsVariables { lines(of: try groupVariables(group), depth + 1) }
    }
    return text
  }

  /// What an export shows as a group's variables.
  func groupVariables(_ group: InventoryGraph.GroupID) throws(Diagnostic) -> Map {
    let entry = inventory.graph.groups[group]
    var layers = [VariableLayer(level: .groupInInventory, owner: entry.name, file: nil, values: entry.variables)]
    layers += try inventory.variableFiles.layers(
      of: [entry.name], kind: .group, in: inventory.sourceDirectories, level: .groupFileOfInventory)
    if let directory = options.playbookDirectory {
      layers += try inventory.variableFiles.layers(
        of: [entry.name], kind: .group, in: [directory], level: .groupFileOfPlaybook)
    }
    var variables = inventory.merged(layers)
    if entry.priority != 1 { variables["ansible_group_priority"] = .int(entry.priority) }
    return variables
  }
}

/// The variables that a report shows with a host. Hosts of the same groups share the work for those.
struct VariableSource {
  private let report: InventoryReport
  private var shared: [[InventoryGraph.GroupID]: Map] = [:]

  init(_ report: InventoryReport) { self.report = report }

  mutating func variables(of host: String) throws(Diagnostic) -> Map {
    let inventory = report.inventory
    let id = inventory.graph.host(named: host)
    let playbook = report.options.playbookDirectory
    let own = try inventory.hostLayers(host, id: id, playbookDirectory: playbook)
    if report.options.isExport { return inventory.merged(own) }

    let groups = id.map { inventory.graph.hosts[$0].groups } ?? []
    let base: Map
    if let known = shared[groups] {
      base = known
    } else {
      let ordered = id.map { inventory.graph.groupsInMergeOrder(of: $0).filter { $0 != InventoryGraph.all } } ?? []
      base = inventory.merged(try inventory.groupLayers(ordered, playbookDirectory: playbook))
      shared[groups] = base
    }
    let start = VariableLayer(level: .allInInventory, owner: "all", file: nil, values: base)
    var variables = inventory.merged([start] + own + inventory.factLayers(of: host))
    if !report.options.extraVariables.isEmpty { variables.merge(report.options.extraVariables) }
    return variables
  }
}
