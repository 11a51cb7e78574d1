import Jinja
import Values

/// The plugin `constructed`: gives the hosts of earlier sources variables and groups by expressions.
struct ConstructedSource {
  private let construction: HostConstruction
  private let options: InventoryOptions
  private let usesExtraVariables: Bool
  /// Variables that `group_vars/` and `host_vars/` beside the earlier sources add, where the configuration wants them.
  private let files: (VariableFiles, directories: [String])?

  init(
    _ configuration: SourceConfiguration, options: InventoryOptions, vault: VaultEnvelopes, directories: [String]
  ) throws(Diagnostic) {
    construction = try HostConstruction(configuration, engine: options.engine)
    self.options = options
    usesExtraVariables = configuration.flag("use_extra_vars", default: options.usesExtraVariables)
    files = configuration.flag("use_vars_plugins") ? (VariableFiles(vault: vault), directories) : nil
  }

  func apply(to graph: inout InventoryGraph) throws(Diagnostic) {
    for host in graph.hosts.indices {
      var variables = try variables(of: host, in: graph)
      if usesExtraVariables { variables.merge(options.extraVariables) }
      try construction.compose(host, variables, in: &graph)
      // Groups see what was composed, but (as ansible has it) no extra variables.
      try construction.group(host, self.variables(of: host, in: graph), in: &graph)
    }
  }

  /// What expressions see: what the sources said so far, without the groups that only the end of all sources makes.
  private func variables(of host: InventoryGraph.HostID, in graph: InventoryGraph) throws(Diagnostic) -> Map {
    let name = graph.hosts[host].name
    let groups = graph.groupsInMergeOrder(of: host)
    var variables = Map()
    func add(_ values: Map) {
      if options.mergesMaps { variables = variables.mergingDeeply(values) } else { variables.merge(values) }
    }
    for group in groups { add(graph.groups[group].variables) }
    if let (files, directories) = files {
      for layer in try files.layers(
        of: groups.map { graph.groups[$0].name }, kind: .group, in: directories, level: .groupFileOfInventory)
      {
        add(layer.values)
      }
    }
    add(graph.hosts[host].variables)
    if let (files, directories) = files {
      for layer in try files.layers(of: [name], kind: .host, in: directories, level: .hostFileOfInventory) {
        add(layer.values)
      }
    }
    if let facts = options.cachedFacts(name) { add(facts) }
    variables["inventory_hostname"] = .string(name)
    variables["inventory_hostname_short"] = .string(name.split(separator: ".").first.map(String.init) ?? name)
    variables["group_names"] = .list(
      groups.filter { $0 != InventoryGraph.all }.map { graph.groups[$0].name }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { .string($0) })
    if let source = graph.hosts[host].source, graph.sources.indices.contains(source) {
      variables["inventory_file"] = graph.sources[source].file.map { .string($0) } ?? .null
      variables["inventory_dir"] = graph.sources[source].directory.map { .string($0) } ?? .null
    }
    return variables
  }
}
