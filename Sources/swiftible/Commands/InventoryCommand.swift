import ArgumentParser
import Inventory
import Playbook
import Values
import Vault

/// `swiftible inventory`, `ansible-inventory`.
struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory", abstract: "Show what the inventory holds, and why.",
    discussion: """
      One of these is wanted:
        --list                every host, group and variable, as an inventory script would answer
        --host NAME           the variables of one host
        --graph [GROUP]       the tree of groups and hosts
        --explain HOST[.VAR]  where each variable of a host comes from, and what it won over
        --match PATTERN       the hosts that a pattern selects, and why
      """,
    version: Swiftible.configuration.version)

  @Argument(help: "The group to draw, with --graph.")
  var group: String?

  @OptionGroup(title: "Hosts") var inventory: InventoryFlags
  @OptionGroup(title: "Variables") var variables: VariableFlags
  @OptionGroup(title: "Vault") var vault: VaultFlags

  @Flag(name: .long, help: "All hosts, groups and variables, as an inventory script would tell them.")
  var list = false

  @Option(name: .long, help: ArgumentHelp("The variables of one host.", valueName: "name"))
  var host: String?

  @Flag(name: .long, help: "The groups as a tree.")
  var graph = false

  @Option(
    name: .long,
    help: ArgumentHelp("Where a host's variables come from, and what they won over.", valueName: "host[.variable]"))
  var explain: String?

  @Option(name: .long, help: ArgumentHelp("The hosts that a pattern selects, and why.", valueName: "pattern"))
  var match: String?

  @Flag(name: [.customShort("y"), .long], help: "YAML instead of JSON.")
  var yaml = false

  @Flag(name: .long, help: "TOML instead of JSON.")
  var toml = false

  @Flag(name: .long, help: "Variables too, with --graph.")
  var vars = false

  @Flag(name: .long, help: "As it would be written: the groups' variables with the groups.")
  var export = false

  @Option(name: .long, help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output: String?

  @Option(
    name: .customLong("playbook-dir"),
    help: ArgumentHelp("Where group_vars and host_vars are looked for as well.", valueName: "directory"))
  var playbookDirectory: String?

  @Flag(name: [.customShort("v"), .long], help: "Say more.")
  var verbose: Int

  private enum Action {
    case list
    case host(String)
    case graph(String)
    case explain(String)
    case match(String)
  }

  func run() async throws {
    try await CommandRunner.run { screen in
      let action = try self.action
      let line = try CommandLineOptions()
      for warning in line.settings.warnings { screen.show(warning, .warning) }
      var reportOptions = InventoryReport.Options()
      reportOptions.playbookDirectory =
        playbookDirectory.map { LocalFile.absolute($0) } ?? line.settings.string("playbook_dir")
      reportOptions.isExport = export || line.settings.flag("inventory_export")
      let secrets = try await line.vaultSecrets(vault)
      reportOptions.extraVariables = try ExtraVariables.read(variables.extra, secrets)
      let report = InventoryReport(
        try await read(line, secrets, extraVariables: reportOptions.extraVariables, screen), options: reportOptions)
      let (text, warnings) = try text(of: action, report)
      for warning in warnings { screen.show(warning, .warning) }
      if let output {
        try OutputFile.write(endsInNewline(action) ? text : text.dropLast(), to: LocalFile.absolute(output))
      } else {
        screen.write(text)
      }
      return .success
    }
  }

  private var action: Action {
    get throws(Diagnostic) {
      let actions = [
        list ? Action.list : nil, host.map(Action.host), graph ? .graph(group ?? "all") : nil,
        explain.map(Action.explain), match.map(Action.match),
      ].compactMap(\.self)
      guard let action = actions.first else {
        throw Diagnostic(
          .usage, "No action selected, at least one of --host, --graph or --list needs to be specified.",
          help: "--explain and --match are actions, too.")
      }
      guard actions.count == 1 else {
        throw Diagnostic(
          .usage, "Conflicting options used, only one of --host, --graph or --list can be used at the same time.",
          help: "--explain and --match are actions, too.")
      }
      return action
    }
  }

  private func read(
    _ line: CommandLineOptions, _ secrets: VaultSecrets, extraVariables: Map, _ screen: Screen
  ) async throws -> Inventory {
    var options = try line.settings.inventoryOptions(
      vault: secrets, environment: line.environment, extraVariables: extraVariables,
      engine: RunSetup.engine(line.settings), flushesCache: inventory.flushCache)
    options.keepsEncrypted = true
    options.recordsHistory = explain != nil
    let sources = inventory.sources.isEmpty ? line.settings.inventorySources : inventory.sources
    let (inventory, warnings) = try await Inventory.load(sources: sources, options: options)
    for warning in warnings { screen.show(warning, .warning) }
    return inventory
  }

  private func text(
    of action: Action, _ report: InventoryReport
  ) throws(Diagnostic) -> (text: [UInt8], warnings: [Diagnostic]) {
    let format: InventoryReport.Format = yaml ? .yaml : toml ? .toml : .json
    let limit = inventory.limitPattern
    switch action {
    case .list: return try report.list(limitedTo: limit, format: format)
    case .host(let name): return (try report.host(name, format: format), [])
    case .graph(let group): return (try report.graph(of: group, showsVariables: vars), [])
    case .explain(let target): return (try report.explanation(of: target), [])
    case .match(let pattern): return try report.match(pattern, limitedTo: limit)
    }
  }

  /// ansible-inventory writes JSON and graphs to files without a last line end.
  private func endsInNewline(_ action: Action) -> Bool {
    switch action {
    case .graph: false
    case .list, .host: yaml || toml
    case .explain, .match: true
    }
  }
}
