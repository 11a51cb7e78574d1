import Jinja
import Modules
import Values

/// What `module_defaults` has for a call, not rendered yet: a module's own entry over those of its groups. Of several entries for one name, the
/// innermost alone counts.
struct ModuleDefaults {
  let arguments: Map

  init(_ task: PlayTask, _ templar: Templar, _ catalog: ActionCatalog, _ spec: ModuleSpec) throws(Diagnostic) {
    var entries: Map = [:]
    for item in task.keywords.list(.moduleDefaults) {
      guard case .map(let map) = try Self.written(item, templar) else { continue }
      for (key, defaults) in map {
        guard let name = key.string else { continue }
        if name.hasPrefix(Self.groupPrefix) {
          entries[name] = defaults
        } else if try catalog.defaultsNames(name).contains(spec.fullName) {
          entries[spec.fullName] = defaults
        }
      }
    }
    var arguments: Map = [:]
    for (key, defaults) in entries {
      guard let name = key.string, name.hasPrefix(Self.groupPrefix),
        try catalog.group(String(name.dropFirst(Self.groupPrefix.count)))?.contains(spec.fullName) == true
      else { continue }
      if case .map(let map) = try Self.written(defaults, templar) { arguments.merge(map) }
    }
    if let defaults = entries[spec.fullName], case .map(let map) = try Self.written(defaults, templar) {
      arguments.merge(map)
    }
    self.arguments = arguments
  }

  /// A map as it stands there; what is a template as a whole is rendered.
  private static func written(_ value: Value, _ templar: Templar) throws(Diagnostic) -> Value {
    value.text == nil ? value : try templar.resolve(value)
  }

  static let groupPrefix = "group/"
}
