import Values

/// One use of a role: its files' contents and the parameters it was called with.
package final class RoleInstance: Sendable {
  /// As the screen shows it: `web`, or `my_namespace.my_collection.web` for a collection's.
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
  /// Whether another role's `dependencies:` call it, and no play or task.
  package let isDependency: Bool
  /// Whether its defaults and vars are seen by the whole play.
  package let isPublic: Bool
  package let argumentSpecs: Value?
  package let allowsDuplicates: Bool

  package init(
    name: String, path: String, defaults: Map, vars: Map, parameters: Map, parents: [RoleInstance],
    dependencies: [RoleInstance] = [], isDependency: Bool = false, isPublic: Bool,
    argumentSpecs: Value?, allowsDuplicates: Bool
  ) {
    self.name = name
    self.path = path
    self.defaults = defaults
    self.vars = vars
    self.parameters = parameters
    self.parents = parents
    self.dependencies = dependencies
    self.isDependency = isDependency
    self.isPublic = isPublic
    self.argumentSpecs = argumentSpecs
    self.allowsDuplicates = allowsDuplicates
  }

  /// The collection it is of, by where it lies: `…/ansible_collections/NAMESPACE/COLLECTION/roles/NAME`.
  package var collection: String? { Self.collection(ofRoleAt: path) }

  /// Its name without the collection's.
  package var shortName: String { collection == nil ? name : LocalFile.name(of: path) }

  static func collection(ofRoleAt path: String) -> String? {
    let parts = path.split(separator: "/")
    guard parts.count >= 5, parts[parts.count - 2] == "roles", parts[parts.count - 5] == "ansible_collections" else {
      return nil
    }
    return "\(parts[parts.count - 4]).\(parts[parts.count - 3])"
  }

  /// The same with what it was found to depend on.
  func depending(on dependencies: [RoleInstance]) -> RoleInstance {
    RoleInstance(
      name: name, path: path, defaults: defaults, vars: vars, parameters: parameters, parents: parents,
      dependencies: dependencies, isDependency: isDependency, isPublic: isPublic, argumentSpecs: argumentSpecs,
      allowsDuplicates: allowsDuplicates)
  }
}

extension RoleInstance {
  /// What is known of the role before any host is, for file names of static imports.
  var staticVariables: [Map] {
    [defaults, vars, parameters, ["role_path": .string(path), "role_name": .string(shortName)]]
  }

  /// What a role that this one includes or imports is told of its parents, the nearest first.
  /// - Parameter keywords: with the variables that tell this role of its own parents.
  func asParent(within keywords: KeywordSet) -> Map {
    let known = keywords.vars.last { $0["ansible_parent_role_names"] != nil } ?? [:]
    return [
      "ansible_parent_role_names": .list([.string(name)] + (known["ansible_parent_role_names"]?.list ?? [])),
      "ansible_parent_role_paths": .list([.string(path)] + (known["ansible_parent_role_paths"]?.list ?? [])),
    ]
  }
}
