import Jinja
import Modules
import Values

/// The arguments of a call, rendered: `module_defaults`, then the task's own, `omit`s left out.
struct TaskArguments {
  let values: Map

  init(_ task: PlayTask, _ templar: Templar, _ services: RunServices, _ spec: ModuleSpec) throws(Diagnostic) {
    var values: Map = [:]
    for item in task.keywords.list(.moduleDefaults) {
      guard case .map(let groups) = try templar.resolve(item) else { continue }
      for (key, defaults) in groups where services.catalog.canonicalName(key.string ?? "") == spec.name {
        if case .map(let map) = defaults { values.merge(map) }
      }
    }
    if let template = task.action.argumentTemplate {
      guard case .map(let map) = try templar.resolve(template) else {
        throw Diagnostic(
          .invalid, "the arguments of '\(task.action.name)' must be a dictionary",
          at: template.text?.place ?? task.action.place)
      }
      values.merge(map)
    }
    for (key, value) in task.action.arguments {
      // A condition is evaluated by the action itself, in its own way.
      if spec.rawConditions.contains(key.string ?? "") {
        values[key] = value
        continue
      }
      do throws(Diagnostic) {
        values[key] = try templar.resolve(value)
      } catch {
        throw Self.failure(error, resolving: key.string ?? "", task, spec)
      }
    }
    if case .argument(let name) = spec.freeForm, let free = values[ActionCall.rawParameters] {
      values.removeValue(forKey: ActionCall.rawParameters)
      if values[name] == nil { values[name] = free }
    } else if let free = values[ActionCall.rawParameters], free.isNull {
      values.removeValue(forKey: ActionCall.rawParameters)
    }
    var kept: Map = [:]
    for (key, value) in values {
      if case .omit = value { continue }
      kept[key] = value
    }
    self.values = kept
  }

  private static func failure(_ error: Diagnostic, resolving argument: String, _ task: PlayTask, _ spec: ModuleSpec)
    -> Diagnostic
  {
    var cause = error
    cause.message = "Error while resolving value for '\(argument)': \(error.message)"
    return Diagnostic(
      error.kind, "Finalization of task args for '\(spec.fullName)' failed", at: task.place, causes: [cause])
  }
}

extension ModuleSpec {
  /// Arguments that are conditions or variable names, and so are not rendered beforehand.
  var rawConditions: Set<String> {
    switch name {
    case "assert": ["that"]
    default: []
    }
  }
}
