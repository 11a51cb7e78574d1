import Modules
import Values

/// What the run knows of one host, apart from its place in the inventory.
package struct HostState: Sendable {
  package let name: String
  /// `ansible_facts`, without prefixes.
  package private(set) var facts: Map = [:]
  /// The same as variables: `ansible_distribution`; empty when facts are not injected.
  package private(set) var injectedFacts: Map = [:]
  /// The facts under the names of variables, whether injected or not: what a fact cache keeps.
  package private(set) var cacheableFacts: Map = [:]
  /// `set_fact`, `register`, `include_vars`.
  package var variables: Map = [:]
  /// The same, of a role's or a play's `include_vars`: weaker than `set_fact`, stronger than a task's `vars`.
  package var includedVariables: Map = [:]
  /// The merged rows of the inventory.
  package var inventoryVariables: Map = [:]
  /// In check mode: what earlier tasks would have made of the host.
  package var predictions = PredictedState()

  package init(name: String) { self.name = name }

  /// Names that no fact may take: connection settings and magic variables (CVE-2020-10684 and its kin).
  package static func isProtected(_ name: String) -> Bool {
    MagicVariables.names.contains(name) || ConnectionVariable.isConnectionVariable(name)
  }

  /// Lays facts over the known ones.
  /// - Parameters:
  ///   - new: facts as a module gave them; a leading `ansible_` is dropped for `ansible_facts`.
  ///   - injecting: whether they become variables of their own.
  ///   - verbatim: whether the variables have the very names given (`set_fact`, a cache), else `ansible_` and the name.
  package mutating func addFacts(_ new: Map, injecting: Bool, verbatim: Bool = false) {
    for (key, value) in new {
      guard let name = key.string else { continue }
      let bare = name.hasPrefix("ansible_") ? String(name.dropFirst(8)) : name
      if HostState.isProtected(name) || HostState.isProtected("ansible_\(bare)") { continue }
      facts[name == "ansible_local" ? name : bare] = value
      let variable = verbatim || name.hasPrefix("ansible_") || !isNamespaced(name) ? name : "ansible_\(name)"
      cacheableFacts[variable] = value
      if injecting { injectedFacts[variable] = value }
    }
  }

  /// Facts that a module returns under their own name (`getent_passwd` is both).
  private func isNamespaced(_ name: String) -> Bool {
    !name.hasPrefix("getent_") && name != "services" && name != "packages"
  }

  /// Sets variables as `set_fact` does: never one that the engine itself makes.
  package mutating func set(_ new: Map) {
    for (key, value) in new where !MagicVariables.names.contains(key.string ?? "") { variables[key] = value }
  }

  package mutating func clearFacts() {
    facts = [:]
    injectedFacts = [:]
    cacheableFacts = [:]
  }
}
