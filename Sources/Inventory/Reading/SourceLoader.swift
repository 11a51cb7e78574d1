import Values

/// Reads the sources of an inventory in their order, each by the first kind of reader that can.
struct SourceLoader {
  let options: InventoryOptions
  private let vault: VaultEnvelopes
  private(set) var graph = InventoryGraph()
  private(set) var warnings: [Diagnostic] = []
  /// Where `group_vars/` and `host_vars/` are looked for, each once.
  private(set) var directories: [String] = []
  /// Those of the sources that were read to their end so far: what a `constructed` source sees.
  private var finishedDirectories: [String] = []

  /// Directories within directories of sources.
  private static let depthBudget = 32

  init(options: InventoryOptions, vault: VaultEnvelopes) {
    self.options = options
    self.vault = vault
    graph.mergesMaps = options.mergesMaps
    if options.recordsHistory { graph.history = VariableHistory() }
    graph.replacesUnsafeGroupNames = options.groupNamePolicy == .always || options.groupNamePolicy == .silently
  }

  mutating func load(_ sources: [String]) async throws(Diagnostic) {
    var wasRead = false
    for source in sources where !source.isEmpty {
      let path = FileSystem.absolute(source, in: options.workingDirectory)
      if source.utf8.contains(UInt8(ascii: ",")), FileSystem.kind(of: path) == nil {
        if try readList(source) { wasRead = true }
        continue
      }
      let directory = FileSystem.kind(of: path) == .directory ? path : FileSystem.directory(of: path)
      if !directories.contains(directory) { directories.append(directory) }
      if try await read(path, depth: 0) { wasRead = true }
    }
    if graph.hasUnsafeGroupNames, options.groupNamePolicy == .never || options.groupNamePolicy == .always {
      let outcome = options.groupNamePolicy == .never ? "but not replaced" : "and automatically replaced"
      warnings.append(
        Diagnostic(.invalid, "Invalid characters were found in group names \(outcome), use -vvvv to see details"))
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
    let isMissing = failures.isEmpty && FileSystem.kind(of: path) == nil
    // Nobody asked for the default source by name.
    if isMissing, path == "/etc/ansible/hosts" { return }
    warnings.append(Diagnostic(.invalid, message, help: isMissing ? "There is no such file." : nil))
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

  /// `a,b:2222,c`, for the first of the two plugins for lists; to `advanced_host_list` ranges are more hosts.
  /// - Returns: whether it could be read.
  private mutating func readList(_ list: String) throws(Diagnostic) -> Bool {
    enter(file: nil)
    var failures: [Diagnostic] = []
    for kind in options.enabledPlugins {
      switch kind.split(separator: ".").last {
      case "host_list":
        for item in Self.items(of: list) { addListed(item) }
        return true
      case "advanced_host_list":
        do throws(HostRangeError) {
          for item in Self.items(of: list) { try addListedRange(item) }
          return true
        } catch {
          failures.append(Diagnostic(.invalid, "Failed to parse inventory with '\(kind)' plugin: \(error.reason)"))
        }
      default: continue
      }
    }
    try fail(list, failures)
    return false
  }

  private static func items(of list: String) -> [String] {
    list.split(separator: ",").map { String(decoding: Array($0.utf8)[...].trimmed, as: UTF8.self) }
      .filter { !$0.isEmpty }
  }

  private mutating func addListed(_ text: String) {
    // To the plain list a range is no address but a name.
    let address = HostAddress(text).flatMap { $0.host.utf8.contains(UInt8(ascii: "[")) ? nil : $0 }
    addListed([address?.host ?? text], port: address?.port)
  }

  private mutating func addListedRange(_ text: String) throws(HostRangeError) {
    do throws(HostRangeError) {
      let (names, port) = try HostAddress.expand(text)
      addListed(names, port: port)
    } catch  where error.isMisspelt {
      warnings.append(
        Diagnostic(
          .invalid, "Unable to parse address from hostname, leaving unchanged: \(error.reason)",
          help: "It is '\(text)'."))
      addListed([text], port: nil)
    }
  }

  private mutating func addListed(_ names: [String], port: Int?) {
    for name in names where graph.host(named: name) == nil {
      graph.addHost(name, to: InventoryGraph.ungrouped, port: port)
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
    let ending = FileSystem.pathExtension(of: path)
    let file = SourceContent(path)
    // INI would take the first lines of any text for hosts, and its complaint would hide the real one.
    let isClaimed =
      ([".yml", ".yaml", ".json"].contains(ending) && options.enables("yaml"))
      || (ending == ".toml" && options.enables("toml")) || (file.hasShebang && options.enables("script"))
    for kind in ending == ".tfstate" ? ["terraform"] : options.enabledPlugins {
      let plugin = kind.split(separator: ".").last.map(String.init) ?? kind
      do throws(Diagnostic) {
        switch plugin {
        case "script" where FileSystem.isExecutable(path) || file.hasShebang: try await readScript(path)
        case "auto" where [".yml", ".yaml"].contains(ending):
          guard try await readPlugin(file, named: nil) else { continue }
        case "constructed" where ["", ".yml", ".yaml", ".json", ".config"].contains(ending),
          "generator" where ["", ".yml", ".yaml", ".json", ".config"].contains(ending),
          "aws_ec2" where path.hasSuffix("aws_ec2.yml") || path.hasSuffix("aws_ec2.yaml"):
          guard try await readPlugin(file, named: plugin) else { continue }
        case "yaml" where ["", ".yml", ".yaml", ".json"].contains(ending): try readYAML(file)
        case "terraform": try TerraformSource(file.bytes(), of: file.source()).apply(to: &graph)
        case "toml" where ending == ".toml":
          warnings += try TOMLInventoryReader.read(file.source(), into: &graph)
        case "ini" where !isClaimed:
          try INIInventoryReader.read(file.bytes(), of: file.source(), into: &graph)
        default: continue
        }
        let directory = FileSystem.directory(of: path)
        if !finishedDirectories.contains(directory) { finishedDirectories.append(directory) }
        return nil
      } catch {
        var failure = error
        failure.message = "Failed to parse inventory with '\(kind)' plugin: \(error.message)"
        failures.append(failure)
      }
    }
    return failures
  }

  private mutating func readYAML(_ file: SourceContent) throws(Diagnostic) {
    let document = try VariableFile.root(of: file.path, bytes: file.bytes(), vault: vault)
    guard let root = document.root, !root.isNull else {
      throw Diagnostic(.invalid, "Parsed empty YAML file", at: Place(try file.source(), line: 1, column: 1))
    }
    if let configuration = try SourceConfiguration(root, vault: vault) {
      throw Diagnostic(.invalid, "Plugin configuration YAML file, not YAML inventory", at: configuration.place)
    }
    warnings += document.warnings
    var reader = YAMLInventoryReader(vault: vault)
    defer { warnings += reader.warnings }
    try reader.read(root, into: &graph)
  }

  /// - Parameter plugin: the plugin that the file must be for; `nil` for any.
  /// - Returns: `false` for a file that is for another one, or for none.
  private mutating func readPlugin(_ file: SourceContent, named plugin: String?) async throws(Diagnostic) -> Bool {
    guard let root = try VariableFile.root(of: file.path, bytes: file.bytes(), vault: vault).root,
      let configuration = try SourceConfiguration(root, vault: vault)
    else { return false }
    if let plugin, configuration.plugin != plugin { return false }
    switch configuration.plugin {
    case "constructed":
      let source = try ConstructedSource(
        configuration, options: options, vault: vault, directories: finishedDirectories)
      try source.apply(to: &graph)
    case "generator": try GeneratorSource(configuration, engine: options.engine).apply(to: &graph)
    case "aws_ec2":
      guard file.path.hasSuffix("aws_ec2.yml") || file.path.hasSuffix("aws_ec2.yaml") else {
        throw Diagnostic(
          .invalid,
          "inventory source '\(file.path)' could not be verified by inventory plugin '\(configuration.fullName)'",
          at: configuration.place, help: "The file's name must end in aws_ec2.yml or aws_ec2.yaml.")
      }
      let source = try EC2Source(configuration, options: options)
      let cache = try InventoryCache(options.cache, configuration, file: file.path)
      let before = graph
      (graph, warnings) = try await WebClient.lend { [warnings] client throws(Diagnostic) in
        var graph = before
        let found = try await source.apply(to: &graph, cache: cache, in: .real(client))
        return (graph, warnings + found)
      }
    case "terraform_state": try TerraformSource(configuration, options: options).apply(to: &graph)
    default:
      throw Diagnostic(
        .invalid, "inventory config '\(file.path)' specifies unknown plugin '\(configuration.fullName)'",
        at: configuration.place,
        help: "Known are constructed, generator, amazon.aws.aws_ec2 and cloud.terraform.terraform_state.")
    }
    return true
  }

  private mutating func readScript(_ path: String) async throws(Diagnostic) {
    let script = ScriptProcess(
      path: path, timeout: .seconds(options.scriptTimeout), outputLimit: options.scriptOutputLimit)
    let output = try await script.run(["--list"])
    if options.showsScriptErrors { warn(ofErrors: output, path) }
    let subject = "Unable to get JSON decoder for inventory script result. Value"
    let answer = try ScriptAnswer.object(
      output.standardOutput, of: path, asked: "--list", subject: subject, vault: vault)
    var reader = ScriptInventoryReader(path: path)
    do {
      defer { if options.warnsOfDeprecations { warnings += reader.deprecations } }
      try reader.read(answer, into: &graph)
    }
    for name in reader.hosts {
      let variables: Map
      if let all = reader.hostVariables {
        guard let value = all[name] else { continue }
        guard let map = value.map else {
          throw Diagnostic(
            .invalid,
            "Invalid data from file, expected dictionary and got: \(value.typeName) for the variables of host '\(name)'",
            at: Place(SourceFile(path: path, text: ""), line: 1, column: 1))
        }
        variables = map
      } else {
        let output = try await script.run(["--host", name])
        if options.showsScriptErrors { warn(ofErrors: output, path) }
        if Array(output.standardOutput)[...].trimmed.isEmpty { continue }
        variables = try ScriptAnswer.object(
          output.standardOutput, of: path, asked: "--host \(name)",
          subject: "Inventory script result for host '\(name)'", vault: vault)
      }
      guard let host = graph.host(named: name) else { continue }
      for (key, value) in variables { graph.setVariable(key, to: value, ofHost: host) }
    }
  }

  private mutating func warn(ofErrors output: ScriptProcess.Output, _ path: String) {
    guard let said = output.excerpt else { return }
    warnings.append(Diagnostic(.invalid, "Inventory script '\(path)' said on standard error:\n\(said)"))
  }
}
