import ArgumentParser
import Inventory
import Playbook
import Values

/// `swiftible inventory`, `ansible-inventory`.
struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory", abstract: "Show what the inventory holds.", version: Swiftible.configuration.version)

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

  @Flag(name: [.customShort("y"), .long], help: "YAML instead of JSON.")
  var yaml = false

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

  func run() async throws {
    try await CommandRunner.run { screen in
      guard [list, host != nil, graph].filter({ $0 }).count == 1 else {
        throw Diagnostic(.usage, "No action selected, at least one of --host, --graph or --list needs to be specified.")
      }
      let line = try CommandLineOptions()
      var options = RunOptions()
      options.inventorySources =
        inventory.sources.isEmpty ? line.settings.string("inventory").map { [$0] } ?? [] : inventory.sources
      options.limit = inventory.limit.isEmpty ? nil : inventory.limit.joined(separator: ":")
      options.extraVariables = try ExtraVariables.read(variables.extra)
      let setup = try await RunSetup(
        options: options, settings: line.settings, vault: try await line.vaultSecrets(vault),
        environment: line.environment,
        listener: SilentListener())
      for warning in setup.warnings { screen.show(warning, .warning) }
      var reportOptions = InventoryReport.Options()
      reportOptions.playbookDirectory = playbookDirectory.map { LocalFile.absolute($0) }
      reportOptions.isExport = export
      reportOptions.extraVariables = options.extraVariables
      let report = InventoryReport(setup.inventory, options: reportOptions)
      let format: InventoryReport.Format = yaml ? .yaml : .json
      let text: [UInt8]
      if let host {
        text = try report.host(host, format: format)
      } else if graph {
        text = try report.graph(of: group ?? "all", showsVariables: vars)
      } else {
        let listed = try report.list(limitedTo: options.limit, format: format)
        for warning in listed.warnings { screen.show(warning, .warning) }
        text = listed.text
      }
      if let output {
        try OutputFile.write(text, to: LocalFile.absolute(output))
      } else {
        screen.write(String(decoding: text, as: UTF8.self))
      }
      return .success
    }
  }
}
