import Jinja
import Values

/// The plugin `constructed`: gives the hosts of earlier sources variables and groups by expressions.
struct ConstructedSource {
  private let configuration: SourceConfiguration
  private let options: InventoryOptions
  private let isStrict: Bool
  /// Variables that `group_vars/` and `host_vars/` add, where the configuration wants them.
  private let files: (VariableFiles, directories: [String])?

  init(_ configuration: SourceConfiguration, options: InventoryOptions, vault: VaultEnvelopes, directories: [String]) {
    self.configuration = configuration
    self.options = options
    isStrict = configuration.flag("strict")
    files = configuration.flag("use_vars_plugins") ? (VariableFiles(vault: vault), directories) : nil
  }

  func apply(to graph: inout InventoryGraph) throws(Diagnostic) {
    let compose = try mapping("compose")
    let groups = try mapping("groups")
    let keyed = try keyedGroups()
    for host in graph.hosts.indices {
      var variables = try variables(of: host, in: graph)
      if configuration.flag("use_extra_vars", default: options.usesExtraVariables) {
        variables.merge(options.extraVariables)
      }
      for (name, expression) in compose {
        guard let value = try evaluate(expression, "variable", name, variables, graph.hosts[host].name) else {
          continue
        }
        graph.setVariable(name, to: value, ofHost: host, at: expression.text?.place)
      }
      // Groups see what was composed, but (as ansible has it) no extra variables.
      variables = try self.variables(of: host, in: graph)
      for (name, condition) in groups {
        guard let group = name.string, try holds(condition, group, variables, graph.hosts[host].name) else { continue }
        graph.add(host, to: graph.addGroup(safe(group)))
      }
      for entry in keyed { try entry.apply(self, to: host, variables, in: &graph) }
    }
  }

  // MARK: - Options

  private func mapping(_ name: String) throws(Diagnostic) -> Map {
    guard let value = configuration.options[name], !value.isNull else { return Map() }
    guard let map = value.map else {
      throw Diagnostic(.invalid, "'\(name)' must be a mapping, not \(value.typeName)", at: configuration.place)
    }
    return map
  }

  private func keyedGroups() throws(Diagnostic) -> [KeyedGroup] {
    guard let value = configuration.options["keyed_groups"], !value.isNull else { return [] }
    guard let list = value.list else {
      throw Diagnostic(.invalid, "'keyed_groups' must be a list, not \(value.typeName)", at: configuration.place)
    }
    var entries: [KeyedGroup] = []
    for item in list {
      guard let map = item.map else {
        throw Diagnostic(
          .invalid, "Invalid keyed group entry, it must be a dictionary: \(item.typeName)", at: configuration.place)
      }
      entries.append(
        try KeyedGroup(
          map, hasLeadingSeparator: configuration.flag("leading_separator", default: true), at: configuration.place))
    }
    return entries
  }

  // MARK: - Variables and expressions

  /// What expressions see: what the sources said so far, without the groups that only the end of all sources makes.
  private func variables(of host: InventoryGraph.HostID, in graph: InventoryGraph) throws(Diagnostic) -> Map {
    let name = graph.hosts[host].name
    let groups = graph.groupsInMergeOrder(of: host)
    var variables = Map()
    for group in groups { variables.merge(graph.groups[group].variables) }
    if let (files, directories) = files {
      for layer in try files.layers(
        of: groups.map { graph.groups[$0].name }, kind: .group, in: directories, level: .groupFileOfInventory)
      {
        variables.merge(layer.values)
      }
    }
    variables.merge(graph.hosts[host].variables)
    if let (files, directories) = files {
      for layer in try files.layers(of: [name], kind: .host, in: directories, level: .hostFileOfInventory) {
        variables.merge(layer.values)
      }
    }
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

  /// The value of an expression; `nil` where it fails and that is no error.
  func evaluate(
    _ expression: Value, _ kind: String, _ name: Key, _ variables: Map, _ host: String
  ) throws(Diagnostic) -> Value? {
    guard case .string(let text) = expression else {
      guard isStrict else { return nil }
      throw Diagnostic(
        .invalid,
        "Could not set \(name.string ?? "") \(kind) for host \(host): an expression is a text, not \(expression.typeName)",
        at: configuration.place, help: "Quote it.")
    }
    do throws(Diagnostic) {
      return try options.engine.evaluate(expression: text, in: Scope(engine: options.engine, variables: variables))
    } catch {
      guard isStrict else { return nil }
      throw Diagnostic(
        .invalid, "Could not set \(name.string ?? "") \(kind) for host \(host)", at: text.place, causes: [error])
    }
  }

  private func holds(_ condition: Value, _ group: String, _ variables: Map, _ host: String) throws(Diagnostic) -> Bool {
    guard case .string(let text) = condition else { return condition.isYes ?? false }
    do throws(Diagnostic) {
      return try options.engine.condition(text, in: Scope(engine: options.engine, variables: variables))
    } catch {
      guard isStrict else { return false }
      throw Diagnostic(.invalid, "Could not add host \(host) to group \(group)", at: text.place, causes: [error])
    }
  }

  func template(_ text: Text, _ variables: Map) throws(Diagnostic) -> String? {
    do throws(Diagnostic) {
      return try options.engine.evaluate(text, in: Scope(engine: options.engine, variables: variables)).string
    } catch {
      guard isStrict else { return nil }
      throw error
    }
  }

  var strict: Bool { isStrict }

  /// Groups that expressions name always get names fit for variables, whatever the settings say of other sources.
  func safe(_ name: String) -> String { GroupName.safe(name) }
}
