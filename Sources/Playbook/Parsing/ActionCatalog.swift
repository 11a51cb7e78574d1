import Modules
import Values

/// All that a task can call: the modules and the engine's own actions, by every name they answer to.
package struct ActionCatalog: Sendable {
  package enum Entry: Sendable {
    case module(any Module.Type)
    case action(any Action.Type)
  }

  private let entries: [String: Entry]
  /// The short names, for suggestions.
  package let names: [String]

  /// - Parameters: both tables; a name in `actions` wins over a module's (template renders here, then uses the module).
  package init(modules: [any Module.Type], actions: [any Action.Type]) {
    var entries: [String: Entry] = [:]
    for module in modules { Self.add(.module(module), module.spec, to: &entries) }
    for action in actions { Self.add(.action(action), action.spec, to: &entries) }
    self.entries = entries
    self.names = entries.keys.filter { !$0.contains(".") }.sorted()
  }

  private static func add(_ entry: Entry, _ spec: ModuleSpec, to entries: inout [String: Entry]) {
    for name in [spec.name] + spec.aliases {
      entries[name] = entry
      entries["\(spec.collection).\(name)"] = entry
      if spec.collection == "ansible.builtin" { entries["ansible.legacy.\(name)"] = entry }
    }
  }

  package subscript(_ name: String) -> Entry? { entries[name] }

  package func spec(_ name: String) -> ModuleSpec? { entries[name]?.spec }

  /// Whether a task may name it: what is here, and what ansible has but this program has not (a task that is never run does
  /// not need it).
  package func isKnown(_ name: String) -> Bool { entries[name] != nil || UnavailableModules.contains(name) }

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
  package func canonicalName(_ name: String) -> String { entries[name]?.spec.name ?? name }
}

extension ActionCatalog.Entry {
  package var spec: ModuleSpec {
    switch self {
    case .module(let type): type.spec
    case .action(let type): type.spec
    }
  }
}
