import Jinja
import Values

/// A source file that configures a plugin: YAML with a `plugin` key.
struct SourceConfiguration {
  /// Without its collection: `constructed`.
  let plugin: String
  let fullName: String
  private(set) var options: Map
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

  func mapping(_ name: String) throws(Diagnostic) -> Map {
    guard let value = options[name], !value.isNull else { return Map() }
    guard let map = value.map else {
      throw Diagnostic(.invalid, "'\(name)' must be a mapping, not \(value.typeName)", at: place)
    }
    return map
  }

  func list(_ name: String) throws(Diagnostic) -> [Value] {
    guard let value = options[name], !value.isNull else { return [] }
    return value.list ?? [value]
  }

  func string(_ names: String...) -> String? {
    for name in names {
      if let value = options[name], !value.isNull { return PythonText.str(value) }
    }
    return nil
  }

  /// A value that must not be shown, whether it is encrypted or not.
  func secret(_ names: String...) -> Secret? {
    for name in names {
      if case .secret(let secret)? = options[name] { return secret }
      if let value = options[name], !value.isNull { return Secret(PythonText.str(value)) }
    }
    return nil
  }

  /// The same with the templates in some options rendered.
  func resolving(_ names: [String], _ engine: JinjaEngine) throws(Diagnostic) -> SourceConfiguration {
    var result = self
    for name in names {
      if let value = options[name] {
        result.options[name] = try engine.resolve(value, in: Scope(engine: engine, variables: Map()))
      }
    }
    return result
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
