import Modules
import Values

/// `set_stats`: keeps figures for the end of the run.
enum SetStatsAction: Action {
  static let spec = ModuleSpec(
    name: "set_stats", summary: "Keep figures for the end of the run.",
    arguments: [
      ArgumentSpec("data", .map, required: true, "The figures."),
      ArgumentSpec("per_host", .bool, default: false, "Whether each host has its own."),
      ArgumentSpec("aggregate", .bool, default: true, "Whether new values are added to the old."),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    let data = call.arguments.map("data") ?? [:]
    for key in data.keys where !VariableName.isValid(key.string ?? "") {
      throw ModuleFailure(
        "The variable name '\(key.string ?? "")' is not valid. Variables must start with a letter or underscore character, and contain only letters, numbers and underscores."
      )
    }
    let isPerHost = call.arguments.flag("per_host")
    let isAggregated = call.arguments.bool("aggregate") ?? true
    return TaskResult(
      values: ["ansible_stats": ["data": .map(data), "per_host": .bool(isPerHost), "aggregate": .bool(isAggregated)]],
      effects: [.setStats(data, isPerHost: isPerHost, isAggregated: isAggregated)])
  }
}
