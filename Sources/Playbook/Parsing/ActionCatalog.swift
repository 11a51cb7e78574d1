import Modules
import Values

/// All that a task can call: the modules and the engine's own actions, by every name they answer to, and the modules that the
/// project brings as files.
package struct ActionCatalog: Sendable {
  package enum Entry: Sendable {
    case module(ModuleDefinition)
    /// A module that is a file of the project.
    case file(ModuleFile, ModuleDefinition)
    case action(any Action.Type)
  }

  private let entries: [String: Entry]
  /// The short names, for suggestions.
  package let names: [String]
  package let library: ModuleLibrary

  /// - Parameters:
  ///   - modules, actions: both tables; a name in `actions` wins over a module's (template renders here, then uses the module).
  ///   - library: finds modules that are files. As in ansible one of theirs wins over a module's short name.
  package init(
    modules: [any Module.Type], actions: [any Action.Type], library: ModuleLibrary = ModuleLibrary()
  ) {
    var entries: [String: Entry] = [:]
    for module in modules { Self.add(.module(ModuleDefinition(module)), module.spec, to: &entries) }
    for action in actions { Self.add(.action(action), action.spec, to: &entries) }
    self.entries = entries
    self.names = entries.keys.filter { !$0.contains(".") }.sorted()
    self.library = library
  }

  private static func add(_ entry: Entry, _ spec: ModuleSpec, to entries: inout [String: Entry]) {
    for name in [spec.name] + spec.aliases {
      entries[name] = entry
      entries["\(spec.collection).\(name)"] = entry
      if spec.collection == "ansible.builtin" { entries["ansible.legacy.\(name)"] = entry }
    }
  }

  package subscript(_ name: String) -> Entry? {
    let own = entries[name]
    switch own {
    case .action?: return own
    case .module?, .file?:
      let isLegacy = name.hasPrefix("ansible.legacy.") || !name.utf8.contains(UInt8(ascii: "."))
      guard isLegacy, let file = library.module(name) else { return own }
      guard file.obstacle == nil else {
        library.passOver(file)
        return own
      }
      return .file(file, file.definition)
    case nil: return library.module(name).map { .file($0, $0.definition) }
    }
  }

  package func spec(_ name: String) -> ModuleSpec? { self[name]?.spec }

  /// Whether a table has the name, whatever files there are.
  func hasOwn(_ name: String) -> Bool { entries[name] != nil }

  /// Whether the engine does it itself.
  package func isAction(_ name: String) -> Bool {
    if case .action? = entries[name] { true } else { false }
  }

  /// The modules that take free-form text.
  package var freeFormNames: [String] {
    names.filter {
      if case .argument = entries[$0]?.spec.freeForm { true } else { false }
    }
  }

  /// The short name by which the engine compares: `ansible.builtin.include_tasks` is `include_tasks`.
  /// Of a collection's own module it is the full name.
  package func canonicalName(_ name: String) -> String {
    switch self[name] {
    case .file(_, let module)? where module.spec.collection != "ansible.legacy": name
    case let entry: entry?.spec.name ?? name
    }
  }
}

extension ActionCatalog.Entry {
  package var spec: ModuleSpec {
    switch self {
    case .module(let definition), .file(_, let definition): definition.spec
    case .action(let type): type.spec
    }
  }
}
