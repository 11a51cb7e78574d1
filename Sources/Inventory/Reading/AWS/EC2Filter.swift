import Values

/// A filter of `DescribeInstances`: a name and the values that match.
struct EC2Filter: Sendable, Hashable {
  let name: String
  let values: [String]

  /// Those of a mapping of names to a value or a list of values.
  static func filters(of map: Map) -> [EC2Filter] {
    map.map { key, value in
      EC2Filter(name: PythonText.str(key.value), values: (value.list ?? [value]).map(text))
    }
  }

  private static func text(_ value: Value) -> String {
    if case .bool(let bool) = value { return bool ? "true" : "false" }
    return PythonText.str(value)
  }

  /// What is listed where nothing else is said: every instance that is not gone.
  static let living = EC2Filter(name: "instance-state-name", values: ["running", "pending", "stopping", "stopped"])

  static func parameters(_ filters: [EC2Filter]) -> [(name: String, value: String)] {
    var parameters: [(name: String, value: String)] = []
    for (number, filter) in filters.enumerated() {
      parameters.append(("Filter.\(number + 1).Name", filter.name))
      for (place, value) in filter.values.enumerated() {
        parameters.append(("Filter.\(number + 1).Value.\(place + 1)", value))
      }
    }
    return parameters
  }
}
