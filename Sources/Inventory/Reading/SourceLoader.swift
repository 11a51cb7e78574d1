import Values

/// Reads the sources of an inventory in their order, each by the first kind of reader that can.
struct SourceLoader {
  let options: InventoryOptions
  private let vault: VaultEnvelopes
  private(set) var graph = InventoryGraph()
  private(set) var warnings: [Diagnostic] = []
  /// Where `group_vars/` and `host_vars/` are looked for, each once.
  private(set) var directories: [String] = []

  /// Directories within directories of sources.
  private static let depthBudget = 32

  init(options: InventoryOptions, vault: VaultEnvelopes) {
    self.options = options
    self.vault = vault
    graph.mergesMaps = options.mergesMaps
  }

  mutating func load(_ sources: [String]) async throws(Diagnostic) {
    var wasRead = false
    for source in sources where !source.isEmpty {
      if source.utf8.contains(UInt8(ascii: ",")) {
        readList(source)
        wasRead = true
        continue
      }
      let path = FileSystem.absolute(source, in: options.workingDirectory)
      let directory = FileSystem.kind(of: path) == .directory ? path : FileSystem.directory(of: path)
      if !directories.contains(directory) { directories.append(directory) }
      if try await read(path, depth: 0) { wasRead = true }
    }
    if wasRead {
      graph.reconcile()
      warnOfAmbiguousNames()
    } else if !sources.isEmpty {
      if options.unparsedIsFailed {
        throw Diagnostic(
          .invalid, "No inventory was parsed, please check your configuration and options.", causes: warnings)
      }
      if options.warnsOfUnparsed {
        warnings.append(
          Diagnostic(.invalid, "No inventory was parsed, only implicit localhost is available"))
      }
    }
  }

  /// - Returns: whether something could be read.
  private mutating func read(_ path: String, depth: Int) async throws(Diagnostic) -> Bool {
    switch FileSystem.kind(of: path) {
    case .directory: return try await readDirectory(path, depth: depth)
    case .file:
      let failures = await readFile(path)
      guard let failures else { return true }
      try fail(path, failures)
      return false
    case nil:
      try fail(path, [])
      return false
    }
  }

  private mutating func fail(_ path: String, _ failures: [Diagnostic]) throws(Diagnostic) {
    let message = "Unable to parse \(path) as an inventory source"
    if options.anyUnparsedIsFailed {
      throw Diagnostic(.invalid, "Completely failed to parse inventory source \(path)", causes: failures)
    }
    warnings += failures
    warnings.append(
      Diagnostic(.invalid, message, help: FileSystem.kind(of: path) == nil ? "There is no such file." : nil))
  }

  private mutating func readDirectory(_ directory: String, depth: Int) async throws(Diagnostic) -> Bool {
    guard depth < Self.depthBudget else {
      throw Diagnostic(
        .limit, "Directories of inventory sources are nested deeper than \(Self.depthBudget): \(directory)")
    }
    let ignored = try SourceNameFilter(options)
    var wasRead = false
    for name in FileSystem.names(in: directory) ?? [] where !ignored.matches(name) {
      if try await read("\(directory)/\(name)", depth: depth + 1) { wasRead = true }
    }
    if !wasRead { try fail(directory, []) }
    return wasRead
  }

  private mutating func warnOfAmbiguousNames() {
    for group in graph.groups where graph.host(named: group.name) != nil {
      warnings.append(
        Diagnostic(
          .invalid, "Found both group and host with same name: \(group.name)",
          help: "A host pattern '\(group.name)' means the host only."))
    }
  }

  // MARK: - One source

  /// `a,b:2222,c`
  private mutating func readList(_ list: String) {
    enter(file: nil)
    for item in list.split(separator: ",") {
      let name = Array(item.utf8)[...].trimmed
      guard !name.isEmpty else { continue }
      let text = String(decoding: name, as: UTF8.self)
      // Ranges are `advanced_host_list`'s business.
      let address = HostAddress(text).flatMap { $0.host.utf8.contains(UInt8(ascii: "[")) ? nil : $0 }
      let host = address?.host ?? text
      if graph.host(named: host) == nil {
        graph.addHost(host, to: InventoryGraph.ungrouped, port: address?.port)
      }
    }
  }

  private mutating func enter(file: String?) {
    graph.sources.append(InventoryGraph.Source(file: file, directory: file.map(FileSystem.directory)))
    graph.currentSource = graph.sources.count - 1
  }

  /// - Returns: `nil` when it was read, else why each kind of reader that might have could not.
  private mutating func readFile(_ path: String) async -> [Diagnostic]? {
    enter(file: path)
    var failures: [Diagnostic] = []
    let isYAML = ["", ".yml", ".yaml", ".json"].contains(FileSystem.pathExtension(of: path))
    for kind in options.enabledPlugins {
      do throws(Diagnostic) {
        switch kind.split(separator: ".").last.map(String.init) ?? kind {
        case "yaml" where isYAML:
          try readYAML(path)
          return nil
        case "ini":
          let bytes = try FileSystem.read(path)
          try INIInventoryReader.read(bytes, of: SourceFile(path: path, text: String(lossless: bytes)), into: &graph)
          return nil
        default: continue
        }
      } catch {
        var failure = error
        failure.message = "Failed to parse inventory with '\(kind)' plugin: \(error.message)"
        failures.append(failure)
      }
    }
    return failures
  }

  private mutating func readYAML(_ path: String) throws(Diagnostic) {
    let document = try VariableFile.root(of: path, bytes: FileSystem.read(path), vault: vault)
    warnings += document.warnings
    guard let root = document.root, !root.isNull else {
      throw Diagnostic(
        .invalid, "Parsed empty YAML file", at: Place(SourceFile(path: path, text: ""), line: 1, column: 1))
    }
    var reader = YAMLInventoryReader(vault: vault)
    defer { warnings += reader.warnings }
    try reader.read(root, into: &graph)
  }
}
