import Jinja
import Values

/// The plugin `generator`: a host for every combination of the values of some layers, in groups by templates.
struct GeneratorSource {
  private let configuration: SourceConfiguration
  private let engine: JinjaEngine

  private static let depthBudget = 100

  init(_ configuration: SourceConfiguration, engine: JinjaEngine) {
    self.configuration = configuration
    self.engine = engine
  }

  func apply(to graph: inout InventoryGraph) throws(Diagnostic) {
    guard let hosts = configuration.options["hosts"]?.map, let layers = configuration.options["layers"]?.map else {
      throw Diagnostic(.invalid, "A generator needs the mappings 'hosts' and 'layers'", at: configuration.place)
    }
    guard let name = hosts["name"]?.text else {
      throw Diagnostic(.invalid, "A generator's 'hosts' needs a 'name'", at: configuration.place)
    }
    for variables in try combinations(layers) {
      let host = graph.addHost(try text(name, variables))
      try addParents(hosts["parents"], of: .host(host), variables, to: &graph, depth: 0)
    }
  }

  private enum Child {
    case host(InventoryGraph.HostID)
    case group(InventoryGraph.GroupID)
  }

  private func addParents(
    _ parents: Value?, of child: Child, _ variables: Map, to graph: inout InventoryGraph, depth: Int
  ) throws(Diagnostic) {
    guard let parents = parents?.list, depth < Self.depthBudget else { return }
    for parent in parents {
      guard let name = parent["name"]?.text else {
        throw Diagnostic(
          .invalid, "Element \(self.name(of: child, in: graph)) has a parent with no name.", at: configuration.place)
      }
      let group = graph.addGroup(try text(name, variables))
      for (key, value) in parent["vars"]?.map ?? Map() {
        // Only a text is a template here; what stands within lists and maps waits for the play.
        let scope = Scope(engine: engine, variables: variables)
        let written = try value.text.map { text throws(Diagnostic) in try engine.evaluate(text, in: scope) } ?? value
        graph.setVariable(key, to: written, ofGroup: group, at: value.text?.place ?? name.place)
      }
      switch child {
      case .host(let host): graph.add(host, to: group)
      case .group(let child):
        do throws(GroupLoop) {
          try graph.addChild(child, to: group)
        } catch {
          throw Diagnostic(.invalid, error.message, at: name.place)
        }
      }
      try addParents(parent["parents"], of: .group(group), variables, to: &graph, depth: depth + 1)
    }
  }

  private func name(of child: Child, in graph: InventoryGraph) -> String {
    switch child {
    case .host(let host): graph.hosts[host].name
    case .group(let group): graph.groups[group].name
    }
  }

  /// Every combination, the last layer's values changing fastest.
  private func combinations(_ layers: Map) throws(Diagnostic) -> [Map] {
    var result = [Map()]
    for (key, values) in layers {
      guard let list = values.list else {
        throw Diagnostic(.invalid, "A generator's layers must be lists", at: configuration.place)
      }
      let (count, overflow) = result.count.multipliedReportingOverflow(by: list.count)
      guard !overflow, count <= HostRange.budget else {
        throw Diagnostic(
          .limit, "The generator's layers make more than \(HostRange.budget) hosts", at: configuration.place)
      }
      var longer: [Map] = []
      longer.reserveCapacity(count)
      for start in result {
        for value in list {
          var map = start
          map[key] = value
          longer.append(map)
        }
      }
      result = longer
    }
    return result
  }

  private func text(_ template: Text, _ variables: Map) throws(Diagnostic) -> String {
    PythonText.str(try engine.evaluate(template, in: Scope(engine: engine, variables: variables)))
  }
}
