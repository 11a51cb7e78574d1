import OrderedCollections
import Values

/// The hosts and groups of a run, with their variables. A value: a play that adds hosts changes its own copy.
package struct Inventory: Sendable {
  var graph: InventoryGraph
  package let options: InventoryOptions
  /// The directories of the sources, each once, where `group_vars/` and `host_vars/` are looked for.
  let sourceDirectories: [String]
  let variableFiles: VariableFiles

  init(graph: InventoryGraph, options: InventoryOptions, sourceDirectories: [String], vault: VaultEnvelopes) {
    self.graph = graph
    self.options = options
    self.sourceDirectories = sourceDirectories
    self.variableFiles = VariableFiles(vault: vault)
  }

  /// Reads all sources, in their order.
  ///
  /// - Parameters:
  ///   - sources: paths of files or directories, or lists of hosts (`a,b,`), as after `-i`.
  ///   - options: settings and secrets.
  /// - Returns: the inventory, and what was odd about the sources; a source that can't be read is such a warning, for
  ///   ansible goes on without it.
  /// - Throws: where the settings ask for an error instead.
  package static func load(
    sources: [String], options: InventoryOptions
  ) async throws(Diagnostic) -> (inventory: Inventory, warnings: [Diagnostic]) {
    let vault = VaultEnvelopes(secrets: options.vault, keeps: options.keepsEncrypted)
    var loader = SourceLoader(options: options, vault: vault)
    try await loader.load(sources)
    let inventory = Inventory(
      graph: loader.graph, options: options, sourceDirectories: loader.directories, vault: vault)
    return (inventory, options.notes + loader.warnings)
  }

  // MARK: - Hosts

  /// All hosts, in the order of `all`: as ansible's `hosts: all` has them.
  package var hostNames: [String] { graph.hosts(in: InventoryGraph.all).map { graph.hosts[$0].name } }

  /// The hosts that a pattern selects.
  ///
  /// - Parameters:
  ///   - pattern: as after `hosts:`, for instance `web:&eu:!web[0]`.
  ///   - limitedTo: the pattern after `--limit`; terms `@file` stand for the lines of that file.
  /// - Returns: the names, in the order in which the pattern finds them, `localhost` also when no source lists it; and warnings for terms that
  ///   match nothing.
  /// - Throws: for a pattern that can't be one, and for a place beyond the hosts (`web[9]`).
  package func hosts(
    matching pattern: String, limitedTo limit: String? = nil
  ) throws(Diagnostic) -> (names: [String], warnings: [Diagnostic]) {
    var selection = HostSelection(in: graph)
    var names = try selection.hosts(matching: HostPattern(pattern))
    var notes: [Diagnostic] = []
    if let limit {
      let terms = try limitTerms(limit)
      if terms.isEmpty {
        // Nothing but separators, or an empty file: no limit, as ansible has it. Who names a file hardly meant every host.
        if limit.utf8.contains(UInt8(ascii: "@")) {
          notes.append(
            Diagnostic(.file, "The limit '\(limit)' names no hosts, so it limits nothing: the file is empty"))
        }
      } else {
        let allowed = Set(try selection.hosts(matching: HostPattern(terms: terms)))
        names.removeAll { !allowed.contains($0) }
      }
    }
    switch options.patternMismatch {
    case .warning: return (names, selection.warnings + notes)
    case .ignore: return (names, notes)
    case .error:
      if let first = selection.warnings.first { throw first }
      return (names, notes)
    }
  }

  func limitTerms(_ limit: String) throws(Diagnostic) -> [String] {
    var terms: [String] = []
    for term in try HostPattern.split(limit) {
      guard term.utf8.first == UInt8(ascii: "@") else {
        terms.append(term)
        continue
      }
      let path = FileSystem.absolute(String(term.dropFirst()), in: options.workingDirectory)
      let help = "'--limit @file' reads a file with one host a line."
      switch FileSystem.kind(of: path) {
      case .file: break
      case .directory:
        throw Diagnostic(.file, "Limit starting with \"@\" must be a file, not a directory: \(path)", help: help)
      case nil: throw Diagnostic(.file, "Unable to find limit file \(path)", help: help)
      }
      let lines = try FileSystem.read(path).split(separator: 0x0A)
      terms += lines.map { String(lossless: $0.trimmed) }.filter { !$0.isEmpty }
    }
    return terms
  }

  // MARK: - Groups

  /// Every group with all its hosts, those of its children too: the magic variable `groups`, in ansible's order.
  package var groups: OrderedDictionary<String, [String]> {
    var result = OrderedDictionary<String, [String]>(minimumCapacity: graph.groups.count)
    for id in graph.groups.indices {
      result[graph.groups[id].name] = graph.hosts(in: id).map { graph.hosts[$0].name }
    }
    return result
  }

  /// The groups that hold a host, without `all`, sorted: the magic variable `group_names`.
  package func groupNames(of host: String) -> [String] {
    guard let id = graph.host(named: host) else { return [] }
    return graph.groups(of: id).filter { $0 != InventoryGraph.all }.map { graph.groups[$0].name }
      .sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }

  /// The file that first named a host: the magic variable `inventory_file`.
  package func inventoryFile(of host: String) -> String? { source(of: host)?.file }

  /// That file's directory: the magic variable `inventory_dir`.
  package func inventoryDirectory(of host: String) -> String? { source(of: host)?.directory }

  private func source(of host: String) -> InventoryGraph.Source? {
    guard let id = graph.host(named: host), let source = graph.hosts[id].source, graph.sources.indices.contains(source)
    else { return nil }
    return graph.sources[source]
  }

  // MARK: - What plays add

  /// `add_host`: makes a host, or finds it, puts it into groups and sets its variables.
  ///
  /// - Parameters:
  ///   - name: `host` or `host:port`.
  ///   - groups: made where they don't exist.
  ///   - variables: laid over those it has.
  /// - Returns: whether anything was not so before.
  @discardableResult
  package mutating func addHost(_ name: String, groups: [String] = [], variables: Map = Map()) -> Bool {
    let address = HostAddress(name)
    let plain = address?.host ?? name
    var changed = graph.host(named: plain) == nil
    let host = graph.addHost(plain, port: address?.port)
    for (key, value) in variables where graph.hosts[host].variables[key] != value {
      graph.setVariable(key, to: value, ofHost: host)
      changed = true
    }
    for group in groups {
      if graph.group(named: group) == nil { changed = true }
      if graph.add(host, to: graph.addGroup(group)) { changed = true }
    }
    graph.reconcile()
    return changed
  }

  /// `group_by`: makes a group, or finds it, and puts a host into it.
  ///
  /// - Parameters:
  ///   - name: the group.
  ///   - parents: groups that it becomes a child of; made where they don't exist.
  ///   - host: the host that it gets, if it is known.
  /// - Returns: whether anything was not so before.
  /// - Throws: where the parents would make a loop.
  @discardableResult
  package mutating func addGroup(
    _ name: String, parents: [String] = [], host: String? = nil
  ) throws(Diagnostic) -> Bool {
    var changed = graph.group(named: name) == nil
    let group = graph.addGroup(name)
    for parent in parents {
      if graph.group(named: parent) == nil { changed = true }
      do throws(GroupLoop) {
        if try graph.addChild(group, to: graph.addGroup(parent)) { changed = true }
      } catch {
        throw Diagnostic(.invalid, error.message)
      }
    }
    if let host = host.flatMap({ graph.host(named: $0) }), graph.add(host, to: group) { changed = true }
    graph.reconcile()
    return changed
  }
}
