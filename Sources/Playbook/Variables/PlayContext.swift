import Inventory
import Values

/// What holds for every host of a play, as tasks see it.
package struct PlayContext: Sendable {
  package let play: Play
  package let name: String
  /// `vars:`.
  package var vars: Map
  /// Answers to `vars_prompt:`.
  package var promptedVars: Map = [:]
  /// Defaults and vars of the play's public roles, merged.
  package var roleDefaults: Map = [:]
  package var roleVars: Map = [:]
  package var roleNames: [String] = []
  /// All hosts that the pattern selects, and those of the batch in hand that are still in the run.
  package var allHosts: [String] = []
  package var batch: [String] = []
  package var activeHosts: [String] = []
  /// `groups`, made once.
  package var groups: Value = [:]

  package init(_ play: Play, name: String) {
    self.play = play
    self.name = name
    self.vars = play.vars
  }

  package mutating func add(_ roles: [RoleInstance]) {
    for role in roles {
      if !roleNames.contains(role.name) { roleNames.append(role.name) }
      if role.isPublic {
        roleDefaults.merge(role.defaults)
        roleVars.merge(role.vars)
      }
    }
  }
}
