import Values

/// Reads a YAML inventory into the graph: groups with `hosts`, `vars` and `children`, nested at will.
///
/// ```yaml
/// web:
///   hosts:
///     www[01:20].example.com:
///   vars:
///     http_port: 80
/// ```
struct YAMLInventoryReader {
  private let vault: VaultEnvelopes
  private(set) var warnings: [Diagnostic] = []

  /// Groups within groups: enough for any real tree, and far from the end of the stack.
  private static let depthBudget = 200

  init(vault: VaultEnvelopes) { self.vault = vault }

  /// - Parameters:
  ///   - root: the document's outermost node.
  ///   - graph: what is read is put in here, up to the node with the error if there is one (as Ansible does it).
  mutating func read(_ root: YAMLNode, into graph: inout InventoryGraph) throws(Diagnostic) {
    guard root.isMapping else {
      throw Diagnostic(
        .invalid, "YAML inventory has invalid structure, it should be a dictionary, got: \(root.typeName)",
        at: root.place, help: "The outermost keys are groups, for instance 'all'.")
    }
    for (key, value) in try root.pairs() { _ = try readGroup(key, value, into: &graph, depth: 0) }
  }

  /// - Returns: `nil` for an outermost key that is no group, of which it warns.
  private mutating func readGroup(
    _ key: YAMLNode, _ definition: YAMLNode, into graph: inout InventoryGraph, depth: Int
  ) throws(Diagnostic) -> InventoryGraph.GroupID? {
    guard definition.isMapping || definition.isNull else {
      let oddity = Diagnostic(
        .invalid, "Skipping '\(key.scalarText ?? key.kindName)' as this is not a valid group definition",
        at: definition.place, help: "A group is a mapping with 'hosts', 'vars' and 'children'.")
      guard depth == 0 else { throw oddity }
      warnings.append(oddity)
      return nil
    }
    guard depth < Self.depthBudget else {
      throw Diagnostic(.limit, "Groups are nested deeper than \(Self.depthBudget)", at: key.place)
    }
    guard case .string(let text) = try key.value(), !text.string.isEmpty else {
      throw Diagnostic(
        .invalid, "Invalid group name supplied, expected a string but got \(key.typeName)", at: key.place,
        help: "Enclose the group's name in quotation marks.")
    }
    let group = graph.addGroup(text.string)
    guard definition.isMapping else { return group }
    let pairs = try definition.pairs()
    for section in ["vars", "children", "hosts"] {
      for (key, value) in pairs where key.scalarText == section {
        let members = try members(of: value, section: section, group: text.string)
        for (key, value) in members {
          try readMember(key, value, section: section, of: group, into: &graph, depth: depth)
        }
      }
    }
    for (key, _) in pairs where !["vars", "children", "hosts"].contains(key.scalarText) {
      warnings.append(
        Diagnostic(
          .invalid,
          "Skipping unexpected key (\(key.scalarText ?? key.kindName)) in group (\(text.string)), only \"vars\", \"children\" and \"hosts\" are valid",
          at: key.place, help: "Hosts and their groups stand one level deeper, under 'hosts' and 'children'."))
    }
    return group
  }

  private func members(
    of node: YAMLNode, section: String, group: String
  ) throws(Diagnostic) -> [(key: YAMLNode, value: YAMLNode)] {
    if node.isNull { return [] }
    if node.isMapping { return try node.pairs() }
    if case .string = try node.value(vault: nil) {
      return [(node, YAMLNode(place: node.place, content: .scalar(text: "", style: .plain)))]
    }
    throw Diagnostic(
      .invalid,
      "Invalid \"\(section)\" entry for \"\(group)\" group, requires a dictionary, found \"\(node.typeName)\" instead.",
      at: node.place,
      help: section == "vars" ? nil : "Write each name as a key with a colon, not as a list's item.")
  }

  private mutating func readMember(
    _ key: YAMLNode, _ value: YAMLNode, section: String, of group: InventoryGraph.GroupID,
    into graph: inout InventoryGraph, depth: Int
  ) throws(Diagnostic) {
    switch section {
    case "vars":
      guard let name = Key(try key.value()) else { return }
      graph.setVariable(name, to: try value.value(vault: vault.opener), ofGroup: group, at: value.place)
    case "children":
      guard let child = try readGroup(key, value, into: &graph, depth: depth + 1) else { return }
      do throws(GroupLoop) {
        try graph.addChild(child, to: group)
      } catch {
        throw Diagnostic(.invalid, error.message, at: key.place)
      }
    default: try readHost(key, value, into: group, of: &graph)
    }
  }

  private mutating func readHost(
    _ key: YAMLNode, _ value: YAMLNode, into group: InventoryGraph.GroupID, of graph: inout InventoryGraph
  ) throws(Diagnostic) {
    guard value.isMapping || value.isNull else {
      throw Diagnostic(
        .invalid, "Invalid data from file, expected dictionary and got: \(value.typeName)", at: value.place,
        help: "Under a host stand its variables, as a mapping.")
    }
    guard case .string(let text) = try key.value() else {
      throw Diagnostic(
        .invalid, "Host pattern \(key.scalarText ?? key.kindName) must be a string.", at: key.place,
        help: "Enclose integers/floats in quotation marks.")
    }
    let variables = value.isMapping ? try value.value(vault: vault.opener).map ?? Map() : Map()
    let names: [String]
    let port: Int?
    do throws(HostRangeError) {
      (names, port) = try HostAddress.expand(text.string)
    } catch {
      throw Diagnostic(.invalid, "'\(text.string)': \(error.reason)", at: key.place)
    }
    let places = graph.history == nil ? [:] : try value.memberPlaces()
    for name in names {
      let host = graph.addHost(name, to: group, port: port)
      for (key, value) in variables { graph.setVariable(key, to: value, ofHost: host, at: places[key]) }
    }
  }
}

extension YAMLNode {
  /// Where the values of a mapping's keys stand.
  func memberPlaces() throws(Diagnostic) -> [Key: Place] {
    guard isMapping else { return [:] }
    var places: [Key: Place] = [:]
    for (key, value) in try pairs() {
      if let key = Key(try key.value()) { places[key] = value.place }
    }
    return places
  }

  /// The type's name as users of YAML know it.
  var typeName: String {
    switch content {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar: (try? value().typeName) ?? "a scalar"
    }
  }
}
