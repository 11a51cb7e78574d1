import Modules
import Values

/// `set_stats`: keeps figures for the end of the run.
enum SetStatsAction: Action {
  static let spec = ModuleSpec(
    name: "set_stats", summary: "Keep figures for the end of the run.",
    arguments: [
      ArgumentSpec("data", .raw, required: true, "The figures."),
      ArgumentSpec("per_host", .raw, default: false, "Whether each host has its own."),
      ArgumentSpec("aggregate", .raw, default: true, "Whether new values are added to the old."),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    guard case .map(let data) = call.arguments["data"] ?? [:] else {
      throw ModuleFailure("The 'data' option needs to be a dictionary/hash")
    }
    for key in data.keys {
      if let problem = VariableName.problem(with: key.value) {
        throw Diagnostic(.invalid, problem, at: call.task.place, help: VariableName.rule)
      }
    }
    // As in ansible, a text that is no boolean counts as false here.
    let isPerHost = call.arguments["per_host"].map { Coercion.bool($0) ?? false } ?? false
    let isAggregated = call.arguments["aggregate"].map { Coercion.bool($0) ?? false } ?? true
    return TaskResult(
      values: ["ansible_stats": ["data": .map(data), "per_host": .bool(isPerHost), "aggregate": .bool(isAggregated)]],
      effects: [.setStats(data, isPerHost: isPerHost, isAggregated: isAggregated)])
  }
}
