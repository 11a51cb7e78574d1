import Inventory
import Values

/// Everything that variables depend on, at one moment: copied for each round of a task, so that hosts that run side by side
/// see the same world.
package struct RunSnapshot: Sendable {
  package var inventory: Inventory
  package var hosts: [String: HostState]
  package var play: PlayContext
  package var options: RunOptions
  package var settings: Settings
  package var isMergingHashes: Bool
  /// For lookups that read the project's files.
  package var projectFiles: ProjectFiles?
  /// Who hears of what a template warns of.
  package var listener: (any RunListener)?

  /// The same, in which the host has variables although no play has met it yet (`hostvars`, `delegate_to`).
  func knowing(_ host: String) -> RunSnapshot {
    guard hosts[host] == nil else { return self }
    var snapshot = self
    var state = HostState(name: host)
    state.inventoryVariables = (try? inventory.variables(of: host, playbookDirectory: play.play.directory)) ?? [:]
    snapshot.hosts[host] = state
    return snapshot
  }
}
