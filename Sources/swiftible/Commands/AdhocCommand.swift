import ArgumentParser
import Playbook
import Values

/// `swiftible adhoc`, `ansible`.
struct AdhocCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adhoc", abstract: "Run one module on hosts.",
    discussion: """
      Exit codes: 0 all well; 1 no such host; 2 a host failed; 4 a host was unreachable; 5 a bad option.
      """,
    version: Swiftible.configuration.version)

  @Argument(help: "The hosts: names, groups, patterns.")
  var pattern: String

  @Option(
    name: [.customShort("m", allowingJoined: true), .customLong("module-name")],
    help: ArgumentHelp("The module.", valueName: "module"))
  var module = "command"

  @Option(
    name: [.customShort("a", allowingJoined: true), .customLong("args")],
    help: ArgumentHelp("Its arguments: k=v, JSON, or free text.", valueName: "arguments"))
  var arguments: String?

  @OptionGroup(title: "Hosts") var inventory: InventoryFlags
  @OptionGroup(title: "Run") var runFlags: RunFlags
  @OptionGroup(title: "Variables") var variables: VariableFlags
  @OptionGroup(title: "Connection") var connection: ConnectionFlags
  @OptionGroup(title: "Become") var become: BecomeFlags
  @OptionGroup(title: "Vault") var vault: VaultFlags

  @Flag(name: .customLong("list-hosts"), help: "Only list the hosts.")
  var listHosts = false

  @Option(
    name: [.customShort("B", allowingJoined: true), .customLong("background")],
    help: ArgumentHelp("Run it as a job that may take so many seconds.", valueName: "seconds"))
  var background = 0

  @Option(
    name: [.customShort("P", allowingJoined: true), .customLong("poll")],
    help: ArgumentHelp("With -B: seconds between looks at the job; 0 leaves it alone.", valueName: "seconds"))
  var poll: Int?

  @Flag(name: [.customShort("o"), .customLong("one-line")], help: "One line a host.")
  var oneLine = false

  @Option(
    name: [.customShort("t", allowingJoined: true), .customLong("tree")],
    help: ArgumentHelp("Write each host's result to a file there, too.", valueName: "directory"))
  var tree: String?

  @Option(name: .customLong("task-timeout"), help: ArgumentHelp("Seconds for the module.", valueName: "seconds"))
  var taskTimeout: Int?

  @Option(
    name: .customLong("playbook-dir"),
    help: ArgumentHelp("Where roles, group_vars… are looked for.", valueName: "directory"))
  var playbookDirectory: String?

  /// `oneline` as the callback, where callbacks are wanted at all.
  private func isOneLine(_ settings: Settings) -> Bool {
    settings.flag("bin_ansible_callbacks")
      && settings.string("stdout_callback").map { $0.split(separator: ".").last == "oneline" } == true
  }

  private func listener(
    _ screen: Screen, _ line: CommandLineOptions, _ options: RunOptions
  ) -> any RunListener {
    let shown = screen.adhocScreen(line, options, isOneLine: oneLine || isOneLine(line.settings))
    guard let tree else { return shown }
    return ResultTree(directory: LocalFile.absolute(tree), verbosity: options.verbosity, next: shown)
  }

  func run() async throws {
    try await CommandRunner.run { screen in
      // To ansible a pattern of nothing but separators is all hosts.
      let isBlank = pattern.allSatisfy { $0 == "," || $0 == ":" || $0.isWhitespace } && pattern != "::"
      let pattern = isBlank ? "all" : pattern
      let line = try CommandLineOptions()
      var options = try line.runOptions(
        inventory: inventory, connection: connection, become: become, run: runFlags)
      let secrets = try await line.vaultSecrets(vault)
      options.extraVariables = try ExtraVariables.read(variables.extra, secrets)
      let setup = try await RunSetup(
        options: options, settings: line.settings, vault: secrets,
        environment: line.environment, listener: listener(screen, line, options))
      if listHosts {
        for warning in setup.warnings { screen.show(warning, .warning) }
        let names = try PlaybookRunner(setup).hosts(ofAdhoc: pattern)
        screen.write("  hosts (\(names.count)):\n" + names.map { "    \($0)\n" }.joined())
        return .success
      }
      let adhoc = AdhocPlay(
        pattern: pattern, module: module, arguments: arguments, timeout: taskTimeout, background: background,
        poll: poll,
        directory: LocalFile.absolute(playbookDirectory ?? "."))
      return await PlaybookRunner(setup).execute([(nil, [try adhoc.play(setup.services)])])
    }
  }
}
