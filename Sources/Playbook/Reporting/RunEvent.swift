import Values

/// What happens during a run, as it happens. The engine says it once; the screen, a log or a journal listen.
package enum RunEvent: Sendable {
  /// A playbook was read and begins.
  case playbookStarted(path: String, playCount: Int, isCheckMode: Bool)
  case playStarted(name: String, hosts: [String], isCheckMode: Bool)
  /// The play's pattern selects no host.
  case noHostsMatched
  /// Every host of the play has failed.
  case noHostsRemaining
  case taskStarted(TaskAnnouncement)
  /// A host begins with the task.
  case hostStarted(TaskAnnouncement, host: String)
  case taskFinished(TaskReport)
  /// One item of a loop; the whole task's `taskFinished` follows after the last.
  case itemFinished(TaskReport)
  /// An attempt of `until` that did not do; `attemptsLeft` more follow.
  case retrying(TaskReport, attemptsLeft: Int)
  /// A job of a task with `async` goes on; told every `poll` seconds.
  case jobPolled(host: String, job: String)
  case jobEnded(host: String, job: String, isFailed: Bool)
  /// A dynamic include was taken by these hosts.
  case included(what: String, label: String?, hosts: [String])
  case handlerNotified(handler: String, host: String)
  /// A line for those who asked to see more: shown from `level` times `-v` on.
  case detail(String, level: Int)
  /// What the task debugger says, as it is: line ends are within.
  case debugger(String)
  case warning(Diagnostic)
  case deprecation(Diagnostic)
  /// An error that ends the run.
  case failed(Diagnostic)
  case finished(RunStatistics)
}

/// Whoever wants to know what happens. Called in the order of events, from any thread, one call at a time.
package protocol RunListener: Sendable {
  func receive(_ event: RunEvent)
}

extension RunListener {
  /// Tells of something that ansible-core gives up, and how to hear no more of such; nothing where the settings say so.
  package func receive(deprecation use: Diagnostic, _ settings: Settings) {
    guard settings.flag("deprecation_warnings") else { return }
    let how = "Deprecation warnings can be disabled by setting `deprecation_warnings=False` in ansible.cfg."
    receive(.warning(Diagnostic(.invalid, how)))
    receive(.deprecation(use))
  }
}

/// A task as its banner shows it.
package struct TaskAnnouncement: Sendable {
  /// Rendered, with the role's name before it: `web : Install nginx`. The action's name for a task without one.
  package var name: String
  package var isHandler: Bool
  package var place: Place
  /// As written in the playbook.
  package var actionName: String
  /// `key=value` of the arguments, for `display_args_to_stdout`; `nil` when they must not be shown.
  package var arguments: String?
  package var isCheckMode: Bool
  /// Hosts that run side by side come to it at different times: its banner waits for a result.
  package var isShownWithResult = false

  package init(
    name: String, isHandler: Bool = false, place: Place, actionName: String, arguments: String? = nil,
    isCheckMode: Bool = false
  ) {
    self.name = name
    self.isHandler = isHandler
    self.place = place
    self.actionName = actionName
    self.arguments = arguments
    self.isCheckMode = isCheckMode
  }
}

/// Counts for the recap, a host each.
package struct RunStatistics: Sendable, Hashable {
  package struct Counts: Sendable, Hashable {
    package var ok = 0
    package var changed = 0
    package var unreachable = 0
    package var failed = 0
    package var skipped = 0
    package var rescued = 0
    package var ignored = 0

    package init() {}
  }

  package var hosts: [String: Counts] = [:]
  /// `set_stats`: of the whole run, and of each host.
  package var custom: Map = [:]
  package var customByHost: [String: Map] = [:]

  package init() {}
}
