import Values

/// A source file that configures a plugin: YAML with a `plugin` key.
struct SourceConfiguration {
  /// Without its collection: `constructed`.
  let plugin: String
  let fullName: String
  let options: Map
  let place: Place

  /// - Returns: `nil` for a document without the key.
  init?(_ root: YAMLNode, vault: VaultEnvelopes) throws(Diagnostic) {
    guard root.isMapping else { return nil }
    var found: YAMLNode?
    for (key, value) in try root.pairs() where key.scalarText == "plugin" { found = value }
    guard let node = found, let name = node.scalarText, !node.isNull else { return nil }
    fullName = name
    plugin = name.split(separator: ".").last.map(String.init) ?? name
    place = node.place
    options = try root.value(vault: vault.opener).map ?? Map()
  }

  func flag(_ name: String, default fallback: Bool = false) -> Bool { options[name]?.isYes ?? fallback }
}

extension Value {
  /// A boolean, or one of the words that ansible's options take for one.
  var isYes: Bool? {
    switch self {
    case .bool(let bool): bool
    case .int(let int): int != 0
    case .string(let text):
      switch text.string.lowercased() {
      case "yes", "true", "on", "1", "y", "t": true
      case "no", "false", "off", "0", "n", "f": false
      default: nil
      }
    default: nil
    }
  }
}
