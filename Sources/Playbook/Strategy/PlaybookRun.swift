import Inventory
import Modules
import Values

/// One run of the given playbooks: the owner of all state that changes while it goes on.
///
/// Plays are walked as the trees they are: a list of tasks is run on a set of hosts, item by item. With the whole batch as the
/// set that is the linear strategy; with one host at a time, side by side, it is the free one.
package actor PlaybookRun {
  let services: RunServices
  var inventory: Inventory
  /// What `add_host` and `group_by` added to it; a refreshed inventory gets it again.
  var additions: [InventoryAddition] = []
  var hosts: [String: HostState] = [:]
  var statistics = RunStatistics()
  /// Hosts that are out of the run for good.
  var failedHosts: Set<String> = []
  var unreachableHosts: Set<String> = []
  /// `meta: end_host`, `end_play`, `end_batch`: out of the present play.
  var endedHosts: Set<String> = []
  var play: PlayContext
  /// The handlers that each host has notified.
  var notified: [String: Set<Int>] = [:]
  /// Handlers that includes brought, besides the play's own.
  var handlers: [TaskItem] = []
  /// The roles whose handlers are among them; a role that comes again brings none.
  var rolesWithHandlers: Set<String> = []
  /// Role bodies that a host has been through, for roles that run once.
  var finishedRoles: [String: Set<String>] = [:]
  /// Roles of which a host has run a task: one that was all skipped may run again.
  var startedRoles: [String: Set<String>] = [:]
  var varsFiles: [String: Map] = [:]
  var startAtTask: String?
  /// `--step`, until the user wants the rest.
  var isStepping: Bool
  /// Hosts that `meta: end_role` took out, until the role's end.
  var endedRoleHosts: [String: [String]] = [:]
  /// How often `meta: clear_host_errors` was done.
  var timesErrorsWereCleared = 0
  /// What ends the run: a fault of the playbook that shows only while it runs.
  private(set) var fatality: Diagnostic?
  /// The user ended the run at the debugger's prompt.
  var wasQuit = false
  let orderingTimer = OrderingTimer()
  /// Set when the run must stop after the present play.
  var mustStop = false

  package init(services: RunServices, inventory: Inventory, placeholder: Play) {
    self.services = services
    self.inventory = inventory
    self.play = PlayContext(placeholder, name: "")
    self.startAtTask = services.options.startAtTask
    isStepping = services.options.isStepping
  }

  /// Runs playbooks in order, each with a recap; the first that fails is the last. A fault of a playbook ends all without one.
  /// - Parameter playbooks: the plays of each; the path is `nil` for plays that were made, which are not announced.
  /// - Returns: the exit code that the hosts' statuses call for.
  package func run(_ playbooks: [(path: String?, plays: [Play])]) async -> ExitCode {
    for (path, plays) in playbooks {
      if let path {
        emit(.playbookStarted(path: path, playCount: plays.count, isCheckMode: services.options.isCheckMode))
      }
      do throws(Diagnostic) {
        for play in plays where !mustStop && !Task.isCancelled {
          try await run(play)
          if let fatality { throw fatality }
          if wasQuit { return .interrupted }
        }
      } catch {
        emit(.failed(error))
        return error.kind == .host ? .unreachable : errorCode
      }
      emit(.finished(statistics))
      if mustStop || Task.isCancelled || exitCode != .success { break }
    }
    return exitCode
  }

  /// What an error outside of any task ends the run with.
  var errorCode = ExitCode.error

  private var exitCode: ExitCode {
    // Not the counts: `meta: clear_host_errors` forgives what they have counted.
    if !unreachableHosts.isEmpty { return .unreachable }
    return failedHosts.isEmpty ? .success : .hostFailed
  }

  // MARK: snapshots

  var snapshot: RunSnapshot {
    var context = play
    let lost = failedHosts.union(unreachableHosts).union(endedHosts)
    context.activeHosts = play.allHosts.filter { !lost.contains($0) }
    context.batch = play.batch.filter { !lost.contains($0) }
    return RunSnapshot(
      inventory: inventory, hosts: hosts, play: context, options: services.options, settings: services.settings,
      isMergingHashes: services.settings.string("hash_behaviour") == "merge", projectFiles: services.files,
      listener: services.listener)
  }

  func lookup(_ host: String, _ task: PlayTask?, _ frame: Frame, in snapshot: RunSnapshot) -> VariableLookup {
    VariableLookup(
      snapshot: snapshot, host: host, task: task, varsFiles: varsFiles[host] ?? [:],
      includeParameters: frame.includeParameters)
  }

  func isActive(_ host: String) -> Bool {
    !failedHosts.contains(host) && !unreachableHosts.contains(host) && !endedHosts.contains(host)
  }

  /// Ends the run as soon as the task in hand is done.
  func abort(with problem: Diagnostic) {
    if fatality == nil { fatality = problem }
  }

  func count(_ host: String, _ change: (inout RunStatistics.Counts) -> Void) {
    change(&statistics.hosts[host, default: RunStatistics.Counts()])
  }

  func emit(_ event: RunEvent) { services.listener.receive(event) }
}

/// The circumstances of a list of tasks inside a play.
struct Frame: Sendable {
  /// A failure here is caught by a `rescue:` further out.
  var isRescuable = false
  /// A `rescue:` or `always:` further out is still to come after a failure here.
  var isGuarded = false
  var isHandlers = false
  var includeParameters: Map = [:]
  /// How deep dynamic includes are nested.
  var depth = 0
  /// The role whose body this is, for `meta: end_role`.
  var role: RoleInstance?
}

/// The process's exit codes, as ansible-core's.
package enum ExitCode: Int32, Sendable {
  case success = 0
  /// The playbook could not start.
  case error = 1
  /// A host failed, or a usage error.
  case hostFailed = 2
  /// A host was unreachable; YAML or an unknown module.
  case unreachable = 4
  case optionError = 5
  case interrupted = 99
  case internalError = 250
}
