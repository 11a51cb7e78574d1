import Values

/// What one module call on one host came to.
package struct ModuleResult: Sendable {
  package var isChanged: Bool
  package var isFailed: Bool
  package var isSkipped: Bool
  /// Why check mode can't foretell this task; see `Plan.unknown`.
  package var unknown: String?
  /// The keys that Ansible's documentation promises (`stat`, `rc`, `stdout`…), without `changed` and `failed`.
  package var values: Map
  package var diffs: [Diff]
  /// What `ansible_facts` gets (setup, getent…). Without the `ansible_` prefix where ansible has none.
  package var facts: Map
  package var warnings: [String]
  /// What the module uses or is given that will go away.
  package var deprecations: [String] = []

  package init(
    changed: Bool = false, failed: Bool = false, skipped: Bool = false, unknown: String? = nil, values: Map = [:],
    diffs: [Diff] = [], facts: Map = [:], warnings: [String] = []
  ) {
    self.isChanged = changed
    self.isFailed = failed
    self.isSkipped = skipped
    self.unknown = unknown
    self.values = values
    self.diffs = diffs
    self.facts = facts
    self.warnings = warnings
  }

  /// A failed result with ansible's `msg`.
  package static func failure(_ failure: ModuleFailure) -> ModuleResult {
    var values = failure.values
    values["msg"] = .string(failure.message)
    // A command that ran and failed has changed something.
    let isChanged = values.removeValue(forKey: "changed") == true
    return ModuleResult(changed: isChanged, failed: true, values: values)
  }
}
