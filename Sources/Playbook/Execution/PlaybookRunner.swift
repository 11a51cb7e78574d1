import Inventory
import Values

/// Runs playbooks from files to exit code.
package struct PlaybookRunner: Sendable {
  let setup: RunSetup

  package init(_ setup: RunSetup) { self.setup = setup }

  /// Reads all playbooks, reports every error found before any host is touched, then runs.
  /// - Returns: the exit code.
  package func run() async -> ExitCode {
    let listener = setup.services.listener
    let playbooks: [(path: String?, plays: [Play])]
    do {
      playbooks = try loadByPlaybook().map { ($0.path, $0.plays) }
    } catch {
      for problem in error.problems { listener.receive(.failed(problem)) }
      return error.exitCode
    }
    return await execute(playbooks)
  }

  /// Each playbook with its plays, less what the tags leave out.
  /// - Parameter checksTasks: whether arguments, templates and handlers are checked too; lists need only the structure.
  package func loadByPlaybook(checksTasks: Bool = true) throws(LoadFailure) -> [(path: String, plays: [Play])] {
    let services = setup.services
    var playbooks: [(path: String, plays: [Play])] = []
    for name in services.options.playbooks {
      let path = services.catalog.library.collections.playbook(name) ?? name
      guard LocalFile.exists(path) else {
        throw LoadFailure([Diagnostic(.file, "the playbook: \(path) could not be found")], .error)
      }
      do {
        playbooks.append((path, try services.parser.playbook(path, extraVariables: services.options.extraVariables)))
      } catch {
        throw LoadFailure([error], .unreachable)
      }
    }
    var problems = services.parser.problems
    if checksTasks { problems += StaticCheck(services).problems(in: playbooks.flatMap(\.plays)) }
    guard problems.isEmpty else { throw LoadFailure(problems, .unreachable) }
    return playbooks.map { ($0.path, $0.plays.map(selected)) }
  }

  /// The hosts that a single module call is for, none with a warning.
  /// - Throws: `.usage` when `--limit` leaves none.
  package func hosts(ofAdhoc pattern: String) throws(Diagnostic) -> [String] {
    let services = setup.services
    try checkHosts(pattern: pattern)
    let (names, warnings) = try setup.inventory.hosts(matching: pattern, limitedTo: services.options.limit)
    for warning in warnings { services.listener.receive(.warning(warning)) }
    if names.isEmpty, !setup.inventory.hostNames.isEmpty {
      guard services.options.limit == nil else { throw Self.noHosts }
      services.listener.receive(.warning(Diagnostic(.usage, "No hosts matched, nothing to do")))
    }
    return names
  }

  private static let noHosts = Diagnostic(
    .usage, "Specified inventory, host pattern and/or --limit leaves us with no hosts to target.")

  /// Whether there is anything to run on, before anything runs.
  private func checkHosts(pattern: String) throws(Diagnostic) {
    let (inventory, services) = (setup.inventory, setup.services)
    if inventory.hostNames.isEmpty {
      guard services.settings.flag("localhost_warning"), !["localhost", "127.0.0.1", "::1"].contains(pattern) else {
        return
      }
      let text = "only localhost is available. Note that the implicit localhost does not match 'all'"
      services.listener.receive(.warning(Diagnostic(.invalid, "provided hosts list is empty, \(text)")))
      return
    }
    guard let limit = services.options.limit else { return }
    let limited = try inventory.hosts(matching: "all", limitedTo: limit)
    guard limited.names.isEmpty, try !inventory.hosts(matching: limit).names.contains("localhost") else { return }
    for warning in limited.warnings { services.listener.receive(.warning(warning)) }
    throw Self.noHosts
  }

  /// Runs plays that were made or loaded.
  package func execute(_ playbooks: [(path: String?, plays: [Play])]) async -> ExitCode {
    let services = setup.services
    let listener = services.listener
    let configuration =
      services.settings.file.map { "Using \($0) as config file" } ?? "No config file found; using defaults"
    listener.receive(.detail(configuration, level: 1))
    for warning in setup.warnings + services.files.warnings + services.catalog.library.warnings {
      listener.receive(.warning(warning))
    }
    for use in services.files.deprecations { listener.receive(deprecation: use, services.settings) }
    guard let first = playbooks.flatMap(\.plays).first else { return .success }
    do throws(Diagnostic) {
      if playbooks.contains(where: { $0.path != nil }) {
        try checkHosts(pattern: "all")
      } else {
        _ = try hosts(ofAdhoc: PlainText.of(first.hosts))
      }
    } catch {
      listener.receive(.failed(error))
      return .error
    }
    let run = PlaybookRun(services: services, inventory: setup.inventory, placeholder: first)
    let code = await withTaskCancellationHandler {
      await withTaskExecutorPreference(EngineThreads.shared) { await run.run(playbooks) }
    } onCancel: {
      // Stops what runs on the hosts, and connections in the making.
      Task { await services.pool.closeAll() }
    }
    await services.pool.closeAll()
    guard !Task.isCancelled else {
      listener.receive(.failed(Diagnostic(.usage, "User interrupted execution")))
      return .interrupted
    }
    return code
  }

  private func selected(_ play: Play) -> Play {
    let selection = TagSelection(setup.services.options)
    var play = play
    let variables = play.vars.merging(setup.services.options.extraVariables)
    func resolve(_ value: Value) -> Value {
      (try? setup.services.parser.renderStatic(value, [variables])) ?? value
    }
    play.preTasks = selection.filter(play.preTasks, resolve: resolve)
    play.roles = selection.filter(play.roles, resolve: resolve)
    play.tasks = selection.filter(play.tasks, resolve: resolve)
    play.postTasks = selection.filter(play.postTasks, resolve: resolve)
    return play
  }
}

/// Why a playbook can't start: all that was found, and the exit code.
package struct LoadFailure: Error, Sendable {
  package let problems: [Diagnostic]
  package let exitCode: ExitCode

  init(_ problems: [Diagnostic], _ exitCode: ExitCode) {
    self.problems = problems
    self.exitCode = exitCode
  }
}
