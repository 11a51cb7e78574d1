import Values

/// A module's arguments after `ArgumentValidator`: every name is the spec's (aliases resolved), every value has the spec's
/// type, defaults are filled in. An argument that was neither given nor has a default is absent.
package struct Arguments: Sendable {
  package private(set) var values: Map

  /// What the user should know although the arguments are right.
  package let warnings: [String]

  package init(validated values: Map, warnings: [String] = []) {
    self.values = values
    self.warnings = warnings
  }

  package subscript(_ name: String) -> Value? { values[name] }

  /// A string, path or choice; a secret is given in the clear (the caller hands it to standard input only).
  package func string(_ name: String) -> String? {
    switch values[name] {
    case .string(let text): text.string
    case .secret(let secret): secret.reveal()
    default: nil
    }
  }

  package func int(_ name: String) -> Int? { values[name]?.int }

  /// `nil` when not given and without default.
  package func bool(_ name: String) -> Bool? { values[name]?.bool }

  /// `false` when not given.
  package func flag(_ name: String) -> Bool { bool(name) ?? false }

  package func list(_ name: String) -> [Value]? { values[name]?.list }

  /// A list of strings.
  package func strings(_ name: String) -> [String]? { list(name)?.compactMap(\.string) }

  package func map(_ name: String) -> Map? { values[name]?.map }
}
