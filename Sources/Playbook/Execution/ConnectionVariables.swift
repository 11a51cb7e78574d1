import Values

/// The variables that say how a host is reached, as a task sees them.
///
/// Dozens of names are asked for at each task and nearly none is set. Which are is found by one walk over what the levels hold:
/// to look each name up at each level was 7 % of a converged play's instructions.
struct ConnectionVariables {
  private let templar: Templar
  private let set: Set<String>

  init(_ templar: Templar) {
    self.templar = templar
    set = templar.lookup.ansibleNames
  }

  /// A variable's value, rendered; `nil` when it has none.
  func value(_ name: String) throws(Diagnostic) -> Value? { set.contains(name) ? try templar.value(name) : nil }

  /// The value of the first of several names that has one.
  func first(_ names: [String]) throws(Diagnostic) -> Value? {
    for name in names {
      if let value = try value(name) { return value }
    }
    return nil
  }
}
