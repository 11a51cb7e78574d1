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
      switch try templar.resolve(template) {
      case .map(let map): values.merge(map)
      case .string(let text): values.merge(try KeyValueArguments(Text(text.string)).pairs)
      case .omit, .null: break
      default:
        throw Diagnostic(
          .invalid, "the arguments of '\(task.action.name)' must be a dictionary",
          at: template.text?.place ?? task.action.place)
      }
    }
    for (key, value) in task.action.arguments {
      // A condition is evaluated by the action itself, in its own way.
      if spec.rawConditions.contains(key.string ?? "") {
        values[key] = value
        continue
      }
      do throws(Diagnostic) {
        values[try Self.name(key, task, templar)] = try templar.resolve(value)
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

  /// `set_fact: {"{{ name }}": 1}`: a name in the playbook may be a template too.
  private static func name(_ key: Key, _ task: PlayTask, _ templar: Templar) throws(Diagnostic) -> Key {
    guard let name = key.string, Text.hasTemplateDelimiter(name) else { return key }
    let written = Text(name, writtenAt: task.action.argumentPlaces[name] ?? task.action.place)
    return Key(try templar.resolve(.string(written))) ?? key
  }

  private static func failure(_ error: Diagnostic, resolving argument: String, _ task: PlayTask, _ spec: ModuleSpec)
    -> Diagnostic
  {
    var cause = error
    cause.message = "Error while resolving value for '\(argument)': \(error.message)"
    return Diagnostic(
      error.kind, "Finalization of task args for '\(spec.fullName)' failed.", at: task.action.place, causes: [cause])
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
