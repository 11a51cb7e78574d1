import Values

/// Finds modules by the names that playbooks use.
package enum ModuleRegistry {
  /// All modules that work on a host, in the order of their names.
  package static let all: [any Module.Type] = ModuleTable.modules.sorted { $0.spec.name < $1.spec.name }

  /// The module for a short name, a full name (`ansible.builtin.copy`, also as `ansible.legacy.copy`) or an alias of either.
  package static func find(_ name: String) -> (any Module.Type)? { modules[name] }

  /// All names by which modules are known, for suggestions and completion.
  package static var names: [String] { modules.keys.sorted() }

  /// The name that was probably meant.
  package static func nearest(to name: String) -> String? { Suggestion.nearest(to: name, in: modules.keys) }

  private static let modules: [String: any Module.Type] = {
    var modules: [String: any Module.Type] = [:]
    for module in all {
      for name in module.spec.allNames { modules[name] = module }
    }
    return modules
  }()
}

extension ModuleSpec {
  /// The short and full names of the module and its aliases.
  package var allNames: [String] {
    ([name] + aliases).flatMap { short in
      [short, "\(collection).\(short)"] + (collection == "ansible.builtin" ? ["ansible.legacy.\(short)"] : [])
    }
  }
}
