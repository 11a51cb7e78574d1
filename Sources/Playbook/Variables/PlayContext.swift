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
  /// The roles that the play names, and those that they depend on.
  package var roleNames: [String] = []
  package var dependencyNames: [String] = []
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
      if !role.isDependency {
        if !roleNames.contains(role.name) { roleNames.append(role.name) }
      } else if !dependencyNames.contains(role.name) {
        dependencyNames.append(role.name)
      }
      if role.isPublic {
        roleDefaults.merge(role.defaults)
        roleVars.merge(role.vars)
      }
    }
  }
}
