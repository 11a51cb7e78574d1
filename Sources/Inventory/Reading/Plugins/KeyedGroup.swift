import Values

/// An entry of `keyed_groups`: puts each host into groups named after the value of an expression.
struct KeyedGroup {
  private let key: Value
  private let prefix: String
  private let separator: String
  private let parent: Text?
  private let defaultValue: String?
  private let hasTrailingSeparator: Bool
  private let hasLeadingSeparator: Bool
  private let place: Place

  init(_ entry: Map, hasLeadingSeparator: Bool, at place: Place) throws(Diagnostic) {
    guard let key = entry["key"], !key.isNull else {
      throw Diagnostic(.invalid, "A keyed group has no 'key'", at: place)
    }
    self.key = key
    self.place = key.text?.place ?? place
    prefix = entry["prefix"].flatMap { $0.isNull ? nil : PythonText.str($0) } ?? ""
    separator = entry["separator"].flatMap { $0.isNull ? nil : PythonText.str($0) } ?? "_"
    parent = entry["parent_group"]?.text
    defaultValue = entry["default_value"].flatMap { $0.isNull ? nil : PythonText.str($0) }
    hasTrailingSeparator = entry["trailing_separator"]?.isYes ?? true
    self.hasLeadingSeparator = hasLeadingSeparator
    if defaultValue != nil, entry["trailing_separator"]?.isNull == false {
      throw Diagnostic(
        .invalid, "parameters are mutually exclusive for keyed groups: default_value|trailing_separator", at: self.place
      )
    }
  }

  func apply(
    _ source: HostConstruction, to host: InventoryGraph.HostID, _ variables: Map, in graph: inout InventoryGraph
  ) throws(Diagnostic) {
    let hostName = graph.hosts[host].name
    guard let value = try source.evaluate(key, "keyed group", "key", variables, hostName) else { return }
    var parentName: String?
    if let parent {
      guard let name = try source.template(parent, variables) else { return }
      parentName = name
    }
    guard let names = try names(of: value, isStrict: source.isStrict, host: hostName) else { return }
    let joint = prefix.isEmpty && !hasLeadingSeparator ? "" : separator
    for name in names {
      let group = graph.addGroup(source.safe(prefix + joint + name))
      graph.add(host, to: group)
      guard let parentName, !parentName.isEmpty else { continue }
      do throws(GroupLoop) {
        try graph.addChild(group, to: graph.addGroup(source.safe(parentName)))
      } catch {
        throw Diagnostic(.invalid, error.message, at: place)
      }
    }
  }

  /// The names that a value stands for, without prefix.
  private func names(of value: Value, isStrict: Bool, host: String) throws(Diagnostic) -> [String]? {
    switch value {
    case .null:
      if let defaultValue { return [defaultValue] }
    case .string(let text):
      if !text.string.isEmpty { return [text.string] }
      if let defaultValue { return [defaultValue] }
    case .list(let list):
      return list.map { item in
        let name = PythonText.str(item)
        return name.isEmpty || item.isNull ? defaultValue ?? name : name
      }
    case .map(let map):
      return map.map { key, value in
        let name = PythonText.str(key.value)
        let text = PythonText.str(value)
        if !text.isEmpty, !value.isNull { return name + separator + text }
        if let defaultValue { return name + separator + defaultValue }
        return hasTrailingSeparator ? name + separator + text : name
      }
    default:
      if value.isYes != false, value != 0.0 {
        throw Diagnostic(
          .invalid,
          "Invalid group name format, expected a string or a list of them or dictionary, got: \(value.typeName)",
          at: place)
      }
    }
    guard isStrict else { return nil }
    throw Diagnostic(
      .invalid, "No key or key resulted empty for key \(PythonText.str(key)) in host \(host), invalid entry", at: place)
  }
}
