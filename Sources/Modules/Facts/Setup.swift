import Transport
import Values

/// Gathers what is true of a host, under ansible's names, in one round trip.
struct Setup: Module {
  static let spec = ModuleSpec(
    name: "setup", summary: "Gather facts about a host",
    arguments: [
      ArgumentSpec("gather_subset", .list(of: .string), default: ["all"], "Which groups of facts; `!` leaves one out."),
      ArgumentSpec("gather_timeout", .int, default: 10, "Seconds for a single source that may hang."),
      ArgumentSpec("filter", .list(of: .string), default: [], "Patterns of the names of facts to keep."),
      ArgumentSpec("fact_path", .path, default: "/etc/ansible/facts.d", "Where local facts lie."),
    ],
    returns: [ReturnSpec("ansible_facts", "the facts")])

  private let query: FactsQuery
  private let subset: [String]
  private let filters: [String]

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    subset = (arguments.strings("gather_subset") ?? ["all"]).flatMap { $0.split(separator: ",") }.map(\.trimmed)
    filters = (arguments.strings("filter") ?? []).filter { !$0.isEmpty }
    query = FactsQuery(
      sources: try FactSubset.sources(subset),
      localPath: PathText.expanded(arguments.string("fact_path") ?? "/etc/ansible/facts.d", context.traits),
      timeout: max(1, arguments.int("gather_timeout") ?? 10))
  }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard var facts = observed(query) else { return .ask([query]) }
    if filters.isEmpty {
      facts["gather_subset"] = .list(subset.map { .string($0) })
      facts["module_setup"] = true
    } else {
      var kept: Map = [:]
      for (key, value) in facts where key.string.map(isKept) ?? false { kept[key] = value }
      facts = kept
    }
    var plan = Plan(changed: false)
    plan.facts = facts
    return .done(plan)
  }

  private func isKept(_ name: String) -> Bool {
    filters.contains { FilenamePattern.matches($0, name) || FilenamePattern.matches("ansible_\($0)", name) }
  }
}
