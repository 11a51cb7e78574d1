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
}
