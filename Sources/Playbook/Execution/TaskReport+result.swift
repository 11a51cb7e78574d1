import Modules
import Values

/// The host that did a task's work for another.
struct TaskDelegate: Sendable {
  var host: String
  /// `ansible_host` as it is written, where it has one.
  var address: String?
}

extension TaskReport {
  /// What the listeners hear of a result.
  init(
    _ task: TaskAnnouncement, host: String, delegate: TaskDelegate?, result: TaskResult, settings: TaskSettings,
    label: Value?,
    isAction: Bool
  ) {
    let status: Status =
      result.isUnreachable
      ? .unreachable
      : result.isFailed ? .failed : result.isSkipped ? .skipped : result.isChanged ? .changed : .ok
    self.init(task: task, host: host, status: status, result: result.registeredWithInvocation)
    delegatedHost = delegate?.host
    delegatedAddress = delegate?.address
    self.label = label
    diffs = settings.isDiffMode ? result.diffs : []
    isHidden = settings.hidesResult || result.hidesValues
    isAlwaysVerbose = result.isAlwaysVerbose
    isCheckMode = settings.isCheckMode
    unknown = result.unknown
    warnings = result.warnings
    if result.isFailed || result.isUnreachable {
      error = result.error ?? Self.error(of: result, at: task.place, isAction: isAction)
    }
  }

  private static func error(of result: TaskResult, at place: Place, isAction: Bool) -> Diagnostic {
    let message = result.values["msg"].map(PlainText.of) ?? "Unknown error."
    let what =
      result.isUnreachable
      ? message : message.isEmpty ? "Action failed." : "\(isAction ? "Action" : "Module") failed: \(message)"
    return Diagnostic(result.isUnreachable ? .host : .invalid, "Task failed: \(what)", at: place)
  }
}
