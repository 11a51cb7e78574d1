import Values

/// Reads a TOML inventory into the graph: tables of groups with `hosts`, `vars` and a list of `children`.
enum TOMLInventoryReader {
  /// - Returns: what was odd.
  static func read(_ file: SourceFile, into graph: inout InventoryGraph) throws(Diagnostic) -> [Diagnostic] {
    let root = try TOMLReader.read(file, isTrusted: true)
    let place = Place(file, line: 1, column: 1)
    guard !root.isEmpty else { throw Diagnostic(.invalid, "Parsed empty TOML file", at: place) }
    guard root["plugin"] == nil else {
      throw Diagnostic(.invalid, "Plugin configuration TOML file, not TOML inventory", at: place)
    }
    var warnings: [Diagnostic] = []
    for (key, value) in root {
      let name = key.string ?? ""
      guard let definition = value.map else {
        warnings.append(
          Diagnostic(
            .invalid, "Skipping '\(name)' as this is not a valid group definition", at: value.text?.place ?? place))
        continue
      }
      let group = graph.addGroup(name)
      for (key, value) in definition {
        switch key.string {
        case "vars":
          for (key, value) in try table(value, "vars", of: name, at: place) {
            graph.setVariable(key, to: value, ofGroup: group)
          }
        case "children": try readChildren(value, of: group, at: place, into: &graph)
        case "hosts":
          for (key, value) in try table(value, "hosts", of: name, at: place) {
            try readHost(key.string ?? "", value, into: group, at: place, of: &graph)
          }
        default:
          warnings.append(
            Diagnostic(
              .invalid,
              "Skipping unexpected key '\(key.string ?? "")' in group '\(name)', only \"vars\", \"children\" and \"hosts\" are valid",
              at: value.text?.place ?? place))
        }
      }
    }
    return warnings
  }

  private static func table(
    _ value: Value, _ section: String, of group: String, at place: Place
  ) throws(Diagnostic) -> Map {
    guard let map = value.map else {
      throw Diagnostic(
        .invalid,
        "Invalid \"\(section)\" entry for \"\(group)\" group, requires a dict, found \"\(value.typeName)\" instead.",
        at: value.text?.place ?? place)
    }
    return map
  }

  private static func readChildren(
    _ value: Value, of group: InventoryGraph.GroupID, at place: Place, into graph: inout InventoryGraph
  ) throws(Diagnostic) {
    guard let children = value.list else {
      throw Diagnostic(.invalid, "\"children\" must be a list of groups, not \(value.typeName)", at: place)
    }
    for child in children {
      guard let text = child.text else {
        throw Diagnostic(.invalid, "A group under \"children\" must be a string, not \(child.typeName)", at: place)
      }
      do throws(GroupLoop) {
        try graph.addChild(graph.addGroup(text.string), to: group)
      } catch {
        throw Diagnostic(.invalid, error.message, at: text.place ?? place)
      }
    }
  }

  private static func readHost(
    _ pattern: String, _ value: Value, into group: InventoryGraph.GroupID, at place: Place,
    of graph: inout InventoryGraph
  ) throws(Diagnostic) {
    guard let variables = value.map else {
      throw Diagnostic(
        .invalid, "Host '\(pattern)' needs a table of variables, not \(value.typeName)", at: value.text?.place ?? place)
    }
    do throws(HostRangeError) {
      let (names, port) = try HostAddress.expand(pattern)
      for name in names {
        let host = graph.addHost(name, to: group, port: port)
        for (key, value) in variables { graph.setVariable(key, to: value, ofHost: host) }
      }
    } catch {
      throw Diagnostic(.invalid, "'\(pattern)': \(error.reason)", at: place)
    }
  }
}
