import Transport
import Values

/// What a module decided: the changes, in order, and what to report.
package struct Plan: Sendable {
  /// Whether anything on the host changes.
  package var isChanged: Bool
  /// Why the outcome can't be known before it runs (a command's output); shown in check mode, where such a task counts as
  /// changed. `nil` when the plan is exact.
  package var unknown: String?
  /// The keys of the result that are known already; they are reported in check mode as well.
  package var values: Map
  package var diffs: [Diff]
  package var steps: [Step]
  /// The steps change nothing in check mode: what runs knows of the mode itself. They are carried out there too.
  package var stepsObeyCheckMode = false
  /// The user whose processes would be in the steps' way: the shells that this run keeps for him end before the steps.
  package var departingUser: String?
  /// What is true of the host once the steps are done, for the tasks after this one in check mode.
  package var predictions: [Prediction]
  /// What goes into the host's facts (`setup`, `getent`).
  package var facts: Map
  package var warnings: [String]
  /// The task did nothing because it did not have to (`creates`); shown as ok with this message.
  package var skipReason: String?
  /// The task counts as skipped rather than as ok (`script` with `creates`).
  package var isSkipped: Bool
  /// Makes the final result out of `values` and what the steps answered; by default `values` stand.
  package var conclude: (@Sendable (_ values: Map, _ outcomes: [ShellResult]) throws(ModuleFailure) -> Conclusion)?

  package init(
    changed: Bool, unknown: String? = nil, values: Map = [:], diffs: [Diff] = [], steps: [Step] = [],
    predictions: [Prediction] = [], facts: Map = [:], warnings: [String] = [], skipReason: String? = nil,
    skipped: Bool = false,
    conclude: (@Sendable (Map, [ShellResult]) throws(ModuleFailure) -> Conclusion)? = nil
  ) {
    self.isChanged = changed
    self.unknown = unknown
    self.values = values
    self.diffs = diffs
    self.steps = steps
    self.predictions = predictions
    self.facts = facts
    self.warnings = warnings
    self.skipReason = skipReason
    self.isSkipped = skipped
    self.conclude = conclude
  }
}

/// What a module makes of its steps' answers.
package struct Conclusion: Sendable {
  package var isChanged: Bool
  package var values: Map
  /// Laid over the plan's.
  package var facts: Map
  /// Beside the plan's.
  package var warnings: [String]
  package var isFailed = false
  package var isSkipped = false
  /// Beside the plan's.
  package var diffs: [Diff] = []
  package var deprecations: [String] = []

  package init(changed: Bool, values: Map, facts: Map = [:], warnings: [String] = []) {
    self.isChanged = changed
    self.values = values
    self.facts = facts
    self.warnings = warnings
  }
}

/// One remote action of a plan.
package enum Step: Sendable {
  /// Runs a script in a subshell of its own. When it exits non-zero the task fails with `failure` and its stderr, unless `mayFail`.
  case run(ShellScript, input: [UInt8] = [], failure: String, mayFail: Bool = false)
  /// Puts a file in place, whole or not at all.
  case write(FileWrite)
}

/// One difference to show under `--diff`.
package struct Diff: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// Two texts to compare line by line.
    case text(before: String, after: String)
    /// Two states to show as maps (`file`, `user`).
    case state(before: Value, after: Value)
    /// A difference that a program on the host made (`apt`), shown as it is.
    case prepared(String)
    /// Too large or not text: only a note.
    case note(String)
  }

  package var content: Content
  package var beforeHeader: String
  package var afterHeader: String

  package init(_ content: Content, beforeHeader: String = "before", afterHeader: String = "after") {
    self.content = content
    self.beforeHeader = beforeHeader
    self.afterHeader = afterHeader
  }
}
