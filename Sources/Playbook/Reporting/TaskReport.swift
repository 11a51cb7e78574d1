import Modules
import Values

/// The outcome of a task, or of one item of its loop, on one host.
package struct TaskReport: Sendable {
  package enum Status: Sendable {
    case ok
    case changed
    case skipped
    case failed
    case unreachable
  }

  package var task: TaskAnnouncement
  package var host: String
  /// The host that did the work, when it was delegated.
  package var delegatedHost: String?
  /// Its address, when that is not its name.
  package var delegatedAddress: String?
  package var status: Status
  /// The whole result, as `register` keeps it.
  package var result: Map
  package var diffs: [Diff] = []
  /// A failure or an unreachable host that the play goes on after.
  package var isIgnored = false
  /// `no_log`: nothing of the result may be shown.
  package var isHidden = false
  /// The task has a loop: its items were reported one by one.
  package var isLoop = false
  /// The result is shown without `-v` (`debug`).
  package var isAlwaysVerbose = false
  /// What the screen shows for the item.
  package var label: Value?
  package var isCheckMode = false
  /// Why check mode can't foretell the outcome; the task then counts as changed.
  package var unknown: String?
  /// Why it failed, with places: shown on standard error before the result.
  package var error: Diagnostic?

  /// What the task itself warns of.
  package var warnings: [Diagnostic] = []

  package init(task: TaskAnnouncement, host: String, status: Status, result: Map) {
    self.task = task
    self.host = host
    self.status = status
    self.result = result
  }
}
