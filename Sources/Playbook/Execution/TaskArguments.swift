import Jinja
import Modules
import Values

/// The arguments of a call, rendered: `module_defaults`, then the task's own, `omit`s left out.
struct TaskArguments {
  let values: Map

  init(_ task: PlayTask, _ templar: Templar, _ services: RunServices, _ spec: ModuleSpec) throws(Diagnostic) {
    var values: Map = [:]
    for (key, value) in try ModuleDefaults(task, templar, services.catalog, spec).arguments
    where task.action.arguments[key] == nil {
      values[key] = try Self.resolved(value, of: key, task, templar, spec)
    }
    if let template = task.action.argumentTemplate {
      values.merge(try Self.splat(template, task, templar, spec, services))
    }
    for (key, value) in task.action.arguments {
      // A condition is evaluated by the action itself, in its own way.
      if spec.rawConditions.contains(key.string ?? "") {
        values[key] = value
        continue
      }
      values[try Self.name(key, task, templar, spec)] = try Self.resolved(value, of: key, task, templar, spec)
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

  /// `args: "{{ some_map }}"`.
  private static func splat(
    _ template: Value, _ task: PlayTask, _ templar: Templar, _ spec: ModuleSpec, _ services: RunServices
  ) throws(Diagnostic) -> Map {
    let place = template.text?.place ?? task.action.place
    if services.settings.flag("inject_facts_as_vars") {
      let warning =
        "Using a template for task args is unsafe in some situations (see https://docs.ansible.com/ansible/devel/reference_appendices/faq.html#argsplat-unsafe)."
      services.listener.receive(.warning(Diagnostic(.invalid, warning, at: place)))
    }
    let resolved = try templar.resolve(template)
    switch resolved {
    case .map(let map): return map
    case .omit: return [:]
    default:
      throw Diagnostic(
        .invalid, "Finalization of task args for '\(spec.fullName)' failed.", at: task.action.place,
        causes: [
          Diagnostic(
            .invalid, "Task args must resolve to a 'dict' not '\(resolved.typeName)'.", at: place)
        ])
    }
  }

  /// `set_fact: {"{{ name }}": 1}`: a name in the playbook may be a template too.
  private static func name(
    _ key: Key, _ task: PlayTask, _ templar: Templar, _ spec: ModuleSpec
  ) throws(Diagnostic) -> Key {
    guard let name = key.string, Text.hasTemplateDelimiter(name) else { return key }
    let written = Text(name, writtenAt: task.action.argumentPlaces[name] ?? task.action.place)
    return Key(try resolved(.string(written), of: key, task, templar, spec)) ?? key
  }

  private static func resolved(
    _ value: Value, of key: Key, _ task: PlayTask, _ templar: Templar, _ spec: ModuleSpec
  ) throws(Diagnostic) -> Value {
    do throws(Diagnostic) {
      return try templar.resolve(value)
    } catch {
      throw failure(error, resolving: key.string ?? "", task, spec)
    }
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
