import Values

/// One use of a role: its files' contents and the parameters it was called with.
package final class RoleInstance: Sendable {
  package let name: String
  /// The role's directory.
  package let path: String
  /// `defaults/`: the weakest variables there are; dependencies' first.
  package let defaults: Map
  /// `vars/`.
  package let vars: Map
  /// Parameters in the line that calls it (`- role: x, port: 80`).
  package let parameters: Map
  /// Who called it through `dependencies:`, outermost first.
  package let parents: [RoleInstance]
  /// Whom it depends on, all the way down, in order: their variables are seen by it.
  package let dependencies: [RoleInstance]
  /// Whether its defaults and vars are seen by the whole play.
  package let isPublic: Bool
  package let argumentSpecs: Value?
  package let allowsDuplicates: Bool

  package init(
    name: String, path: String, defaults: Map, vars: Map, parameters: Map, parents: [RoleInstance],
    dependencies: [RoleInstance] = [], isPublic: Bool,
    argumentSpecs: Value?, allowsDuplicates: Bool
  ) {
    self.name = name
    self.path = path
    self.defaults = defaults
    self.vars = vars
    self.parameters = parameters
    self.parents = parents
    self.dependencies = dependencies
    self.isPublic = isPublic
    self.argumentSpecs = argumentSpecs
    self.allowsDuplicates = allowsDuplicates
  }

  /// The same with what it was found to depend on.
  func depending(on dependencies: [RoleInstance]) -> RoleInstance {
    RoleInstance(
      name: name, path: path, defaults: defaults, vars: vars, parameters: parameters, parents: parents,
      dependencies: dependencies, isPublic: isPublic, argumentSpecs: argumentSpecs, allowsDuplicates: allowsDuplicates)
  }
}
