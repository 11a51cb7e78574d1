import Jinja
import Values

/// The options `compose`, `groups` and `keyed_groups`, which several plugins share: variables and groups by expressions.
struct HostConstruction {
  let isStrict: Bool
  private let configuration: SourceConfiguration
  private let engine: JinjaEngine
  private let composed: Map
  private let conditions: Map
  private var keyed: [KeyedGroup] = []
  /// Makes a name fit for a group, whatever the settings say of other sources.
  private let fitting: @Sendable (String) -> String

  init(
    _ configuration: SourceConfiguration, engine: JinjaEngine,
    fitting: @escaping @Sendable (String) -> String = { GroupName.safe($0) }
  ) throws(Diagnostic) {
    self.configuration = configuration
    self.engine = engine
    self.fitting = fitting
    isStrict = configuration.flag("strict")
    composed = try configuration.mapping("compose")
    conditions = try configuration.mapping("groups")
    keyed = try keyedGroups()
  }

  /// Sets the variables that `compose` makes out of `variables`.
  func compose(
    _ host: InventoryGraph.HostID, _ variables: Map, in graph: inout InventoryGraph
  ) throws(Diagnostic) {
    for (name, expression) in composed {
      guard let value = try evaluate(expression, "variable", name, variables, graph.hosts[host].name) else { continue }
      graph.setVariable(name, to: value, ofHost: host, at: expression.text?.place)
    }
  }

  /// Puts a host into the groups that `groups` and `keyed_groups` make out of `variables`.
  func group(
    _ host: InventoryGraph.HostID, _ variables: Map, in graph: inout InventoryGraph
  ) throws(Diagnostic) {
    for (name, condition) in conditions {
      guard let group = name.string, try holds(condition, group, variables, graph.hosts[host].name) else { continue }
      graph.add(host, to: graph.addGroup(safe(group)))
    }
    for entry in keyed { try entry.apply(self, to: host, variables, in: &graph) }
  }

  // MARK: - Options

  private func keyedGroups() throws(Diagnostic) -> [KeyedGroup] {
    guard let value = configuration.options["keyed_groups"], !value.isNull else { return [] }
    guard let list = value.list else {
      throw Diagnostic(.invalid, "'keyed_groups' must be a list, not \(value.typeName)", at: configuration.place)
    }
    var entries: [KeyedGroup] = []
    for item in list {
      guard let map = item.map else {
        throw Diagnostic(
          .invalid, "Invalid keyed group entry, it must be a dictionary: \(item.typeName)", at: configuration.place)
      }
      entries.append(
        try KeyedGroup(
          map, hasLeadingSeparator: configuration.flag("leading_separator", default: true), at: configuration.place))
    }
    return entries
  }

  // MARK: - Expressions

  /// The value of an expression; `nil` where it fails and that is no error.
  func evaluate(
    _ expression: Value, _ kind: String, _ name: Key, _ variables: Map, _ host: String
  ) throws(Diagnostic) -> Value? {
    guard case .string(let text) = expression else {
      guard isStrict else { return nil }
      throw Diagnostic(
        .invalid,
        "Could not set \(name.string ?? "") \(kind) for host \(host): an expression is a text, not \(expression.typeName)",
        at: configuration.place, help: "Quote it.")
    }
    do throws(Diagnostic) {
      return try engine.evaluate(expression: text, in: Scope(engine: engine, variables: variables))
    } catch {
      guard isStrict else { return nil }
      throw Diagnostic(
        .invalid, "Could not set \(name.string ?? "") \(kind) for host \(host)", at: text.place, causes: [error])
    }
  }

  private func holds(_ condition: Value, _ group: String, _ variables: Map, _ host: String) throws(Diagnostic) -> Bool {
    guard case .string(let text) = condition else { return condition.isYes ?? false }
    do throws(Diagnostic) {
      return try engine.condition(text, in: Scope(engine: engine, variables: variables))
    } catch {
      guard isStrict else { return false }
      throw Diagnostic(.invalid, "Could not add host \(host) to group \(group)", at: text.place, causes: [error])
    }
  }

  func template(_ text: Text, _ variables: Map) throws(Diagnostic) -> String? {
    do throws(Diagnostic) {
      return try engine.evaluate(text, in: Scope(engine: engine, variables: variables)).string
    } catch {
      guard isStrict else { return nil }
      throw error
    }
  }

  /// Groups that expressions name always get names fit for variables, whatever the settings say of other sources.
  func safe(_ name: String) -> String { fitting(name) }
}
