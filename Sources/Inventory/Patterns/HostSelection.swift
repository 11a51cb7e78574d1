import Values

/// Works out which hosts a pattern selects.
struct HostSelection {
  /// The names that mean the controller itself even when no source lists them.
  static let localNames: Set<String> = ["localhost", "127.0.0.1", "::1"]

  private let graph: InventoryGraph
  private(set) var warnings: [Diagnostic] = []

  init(in graph: InventoryGraph) { self.graph = graph }

  /// The names of the hosts, in the order in which the pattern finds them.
  mutating func hosts(matching pattern: HostPattern) throws(Diagnostic) -> [String] {
    var selected: [String] = []
    var isSelected: Set<String> = []
    for (term, matched) in try steps(of: pattern) {
      switch term.role {
      case .include:
        for host in matched where isSelected.insert(host).inserted { selected.append(host) }
      case .intersect:
        isSelected.formIntersection(matched)
        selected.removeAll { !isSelected.contains($0) }
      case .exclude:
        isSelected.subtract(matched)
        selected.removeAll { !isSelected.contains($0) }
      }
    }
    return selected
  }

  /// The terms in the order of working, each with the hosts that it names.
  mutating func steps(
    of pattern: HostPattern
  ) throws(Diagnostic) -> [(term: HostPattern.Term, hosts: [String])] {
    warnings += pattern.warnings
    var steps: [(term: HostPattern.Term, hosts: [String])] = []
    for term in pattern.terms {
      steps.append((term, graph.host(named: term.text) != nil ? [term.text] : try hosts(matching: term)))
    }
    return steps
  }

  /// The hosts of one term, whatever its role.
  mutating func hosts(matching term: HostPattern.Term) throws(Diagnostic) -> [String] {
    let hosts = try hosts(matchingExpression: term.expression)
    guard let picker = term.picker, !hosts.isEmpty else { return hosts }
    guard let picked = picker.apply(to: hosts) else {
      throw Diagnostic(
        .invalid, "No hosts matched the subscripted pattern '\(term.text)'",
        help: "'\(term.expression)' has \(hosts.count) hosts, counted from 0.")
    }
    return picked
  }

  private mutating func hosts(matchingExpression expression: String) throws(Diagnostic) -> [String] {
    let matcher = try Matcher(expression)
    var names: [String] = []
    var isNamed: Set<String> = []
    var matchesGroup = false
    for group in graph.groups(matching: matcher) {
      matchesGroup = true
      for host in graph.hosts(in: group) where isNamed.insert(graph.hosts[host].name).inserted {
        names.append(graph.hosts[host].name)
      }
    }
    // A plain word that is a group's name can't be meant for hosts.
    if !matchesGroup || expression.utf8.first == UInt8(ascii: "~") || expression.utf8.contains(where: Self.isSpecial) {
      for host in graph.hosts(matching: matcher) where isNamed.insert(graph.hosts[host].name).inserted {
        names.append(graph.hosts[host].name)
      }
    }
    if names.isEmpty, Self.localNames.contains(expression) {
      return [graph.hosts.first { Self.localNames.contains($0.name) }?.name ?? expression]
    }
    if names.isEmpty, !matchesGroup, expression != "all" {
      warnings.append(Diagnostic(.invalid, "Could not match supplied host pattern, ignoring: \(expression)"))
    }
    return names
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "[")
  }

  /// How names are compared with an expression.
  enum Matcher {
    case exact(String)
    case wildcard(Wildcard)
    case expression(HostNameExpression)

    init(_ expression: String) throws(Diagnostic) {
      if expression.utf8.first == UInt8(ascii: "~") {
        self = .expression(try HostNameExpression(String(expression.dropFirst())))
      } else if Wildcard.isPattern(expression) {
        self = .wildcard(Wildcard(expression))
      } else {
        self = .exact(expression)
      }
    }

    func matches(_ name: String) -> Bool {
      switch self {
      case .exact(let own): own.sameScalars(as: name)
      case .wildcard(let wildcard): wildcard.matches(name)
      case .expression(let expression): expression.matches(name)
      }
    }
  }
}

extension InventoryGraph {
  /// The groups whose names match, in the order of declaration.
  func groups(matching matcher: HostSelection.Matcher) -> [GroupID] {
    if case .exact(let name) = matcher { return group(named: name).map { [$0] } ?? [] }
    return groups.indices.filter { matcher.matches(groups[$0].name) }
  }

  /// The hosts whose own names match, in the order of declaration.
  fileprivate func hosts(matching matcher: HostSelection.Matcher) -> [HostID] {
    if case .exact(let name) = matcher { return host(named: name).map { [$0] } ?? [] }
    return hosts.indices.filter { matcher.matches(hosts[$0].name) }
  }
}
