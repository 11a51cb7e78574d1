import ArgumentParser
import Glibc
import Playbook
import Values

/// `swiftible playbook`, `ansible-playbook`.
struct PlaybookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "playbook", abstract: "Run playbooks against the hosts of an inventory.",
    discussion: """
      Exit codes: 0 all well; 1 the playbook could not start; 2 a host failed; 4 a host was unreachable, or the playbook \
      can't be read; 5 a bad option; 99 interrupted.
      """,
    version: Swiftible.configuration.version)

  @Argument(help: "The playbooks, run one after the other.")
  var playbooks: [String]

  @OptionGroup(title: "Hosts") var inventory: InventoryFlags
  @OptionGroup(title: "Run") var runFlags: RunFlags
  @OptionGroup(title: "Variables") var variables: VariableFlags
  @OptionGroup(title: "Connection") var connection: ConnectionFlags
  @OptionGroup(title: "Become") var become: BecomeFlags
  @OptionGroup(title: "Vault") var vault: VaultFlags

  @Option(
    name: [.customShort("t", allowingJoined: true), .long],
    help: ArgumentHelp("Only tasks with these tags.", valueName: "tags"))
  var tags: [String] = []

  @Option(name: .customLong("skip-tags"), help: ArgumentHelp("No tasks with these tags.", valueName: "tags"))
  var skipTags: [String] = []

  @Flag(name: .customLong("list-hosts"), help: "Only list the hosts of each play.")
  var listHosts = false

  @Flag(name: .customLong("list-tasks"), help: "Only list the tasks.")
  var listTasks = false

  @Flag(name: .customLong("list-tags"), help: "Only list the tags.")
  var listTags = false

  @Flag(name: .customLong("syntax-check"), help: "Only check the playbooks, arguments and templates included.")
  var syntaxCheck = false

  @Option(name: .customLong("start-at-task"), help: ArgumentHelp("Begin at the task of this name.", valueName: "name"))
  var startAtTask: String?

  @Flag(name: .long, help: "Ask before each task.")
  var step = false

  @Flag(name: .customLong("force-handlers"), help: "Run notified handlers even on hosts where a task failed.")
  var forceHandlers = false

  func run() async throws {
    try await CommandRunner.run { screen in
      let line = try CommandLineOptions()
      var options = try line.runOptions(
        inventory: inventory, connection: connection, become: become, run: runFlags)
      options.playbooks = playbooks
      options.tags =
        tags.isEmpty ? line.settings.list("run_tags") : tags.flatMap { $0.split(separator: ",").map(String.init) }
      if options.tags.isEmpty { options.tags = ["all"] }
      options.skipTags =
        skipTags.isEmpty
        ? line.settings.list("skip_tags") : skipTags.flatMap { $0.split(separator: ",").map(String.init) }
      options.startAtTask = startAtTask
      options.isStepping = step
      options.forceHandlers = forceHandlers
      let listener = screen.playbookScreen(line, options)
      let secrets = try await line.vaultSecrets(vault)
      options.extraVariables = try ExtraVariables.read(variables.extra, secrets)
      let setup = try await RunSetup(
        options: options, settings: line.settings, vault: secrets, environment: line.environment, listener: listener)
      let runner = PlaybookRunner(setup)
      if listHosts || listTasks || listTags || syntaxCheck {
        for warning in setup.warnings { screen.show(warning, .warning) }
        let listing = PlaybookListing(hosts: listHosts, tasks: listTasks, tags: listTags)
        screen.write(try listing.text(try runner.loadByPlaybook(checksTasks: syntaxCheck), setup))
        return .success
      }
      let code = await runner.run()
      try StatisticsFile.write(setup.services.pool.statistics.snapshot, environment: line.environment)
      return code
    }
  }
}
