import Values

/// Why a host is or is not among those that a pattern selects.
package struct HostMatch: Sendable {
  package let host: String
  package let isSelected: Bool
  /// One phrase a term that decided, in the order of working: `'web' includes it (group web)`.
  package let reasons: [String]
}

extension Inventory {
  /// Every host that some term of a pattern names, first those that are selected, in the order of selection.
  ///
  /// - Parameters:
  ///   - pattern: as after `hosts:`.
  ///   - limit: the pattern after `--limit`.
  /// - Returns: the hosts, and warnings for terms that match nothing.
  package func explainMatches(
    of pattern: String, limitedTo limit: String? = nil
  ) throws(Diagnostic) -> (matches: [HostMatch], warnings: [Diagnostic]) {
    let (selected, warnings) = try hosts(matching: pattern, limitedTo: limit)
    var reasons: [String: [String]] = [:]
    var order: [String] = selected
    try explain(HostPattern(pattern), "", &reasons, &order)
    if let limit { try explain(HostPattern(terms: limitTerms(limit)), "limit ", &reasons, &order) }
    let isSelected = Set(selected)
    var seen: Set<String> = []
    let matches = order.filter { seen.insert($0).inserted }.map {
      HostMatch(host: $0, isSelected: isSelected.contains($0), reasons: reasons[$0] ?? [])
    }
    return (matches, warnings)
  }

  private func explain(
    _ pattern: HostPattern, _ label: String, _ reasons: inout [String: [String]], _ order: inout [String]
  ) throws(Diagnostic) {
    var selection = HostSelection(in: graph)
    var included: [String] = []
    for (term, hosts) in try selection.steps(of: pattern) {
      let causes = try Causes(of: term, in: graph)
      switch term.role {
      case .include:
        included += hosts
        for host in hosts { reasons[host, default: []].append("\(label)'\(term.text)' includes it (\(causes[host]))") }
      case .intersect:
        let kept = Set(hosts)
        for host in included {
          let verdict = kept.contains(host) ? "keeps it (\(causes[host]))" : "drops it"
          reasons[host, default: []].append("\(label)'\(term.text)' \(verdict)")
        }
      case .exclude:
        let known = Set(included)
        for host in hosts where known.contains(host) {
          reasons[host, default: []].append("\(label)'\(term.text)' drops it (\(causes[host]))")
        }
      }
    }
    order += included
  }
}

/// What a term matched: groups that hold a host, or the host's own name.
private struct Causes {
  private var groups: [String: String] = [:]
  private let place: String

  init(of term: HostPattern.Term, in graph: InventoryGraph) throws(Diagnostic) {
    place = term.text.hasSuffix("]") && !term.text.hasSuffix(term.expression) ? ", by place" : ""
    guard graph.host(named: term.text) == nil else { return }
    let matcher = try HostSelection.Matcher(term.expression)
    for group in graph.groups(matching: matcher) {
      for host in graph.hosts(in: group) where groups[graph.hosts[host].name] == nil {
        groups[graph.hosts[host].name] = graph.groups[group].name
      }
    }
  }

  subscript(host: String) -> String { (groups[host].map { "group \($0)" } ?? "its name") + place }
}

extension InventoryReport {
  /// `--match PATTERN`: the hosts that a pattern selects and why, then those that a later term took away.
  ///
  /// - Returns: the text, a line a host, and warnings about the pattern.
  package func match(
    _ pattern: String, limitedTo limit: String? = nil
  ) throws(Diagnostic) -> (text: [UInt8], warnings: [Diagnostic]) {
    let (matches, warnings) = try inventory.explainMatches(of: pattern, limitedTo: limit)
    let width = min(matches.map(\.host.count).max() ?? 0, 60)
    var text = ""
    for match in matches {
      let padding = String(repeating: " ", count: max(0, width - match.host.count))
      let line = "\(match.host)\(padding)  \(match.reasons.joined(separator: "; "))\n"
      text += match.isSelected ? line : "# not selected: " + line
    }
    return (text.losslessBytes, warnings)
  }
}
