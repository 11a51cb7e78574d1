import Jinja
import Modules
import Values

/// What can be found wrong with plays before any host is touched: template syntax, unknown filters and tests, module arguments
/// that are wrong whatever the variables hold.
struct StaticCheck {
  private let services: RunServices

  init(_ services: RunServices) { self.services = services }

  func problems(in plays: [Play]) -> [Diagnostic] {
    plays.flatMap { play in
      let items = play.preTasks + play.roles + play.tasks + play.postTasks
      return problems(in: items + play.handlers) + missingHandlers(of: items + play.handlers, in: play)
    }
  }

  private func problems(in items: [TaskItem]) -> [Diagnostic] {
    items.flatMap { item -> [Diagnostic] in
      switch item {
      case .task(let task): problems(task)
      // What a `rescue` catches is the author's to handle.
      case .block(let block):
        (block.rescue.isEmpty ? problems(in: block.items) : []) + problems(in: block.rescue + block.always)
      }
    }
  }

  /// Notifications that no handler answers. What a dynamic include may bring can't be known here.
  private func missingHandlers(of items: [TaskItem], in play: Play) -> [Diagnostic] {
    guard services.settings.flag("error_on_missing_handler") else { return [] }
    let tasks = items.allTasks
    let includes: Set<String> = ["include_role", "include_tasks"]
    let handlers = play.handlers.allTasks
    guard !tasks.contains(where: { includes.contains(services.catalog.canonicalName($0.action.resolvedName)) }),
      !handlers.contains(where: { $0.name?.isTemplate == true || $0.listen.contains(where: \.isTemplate) })
    else { return [] }
    let known = handlers.flatMap { handler in ([handler.name] + handler.listen).compactMap { $0?.string } }
    return tasks.flatMap { task -> [Diagnostic] in
      task.keywords.list(.notify).compactMap { value in
        guard let text = value.text, !text.isTemplate, !handlers.contains(where: { $0.isNotified(by: text.string) })
        else {
          return nil
        }
        return Diagnostic(
          .invalid,
          "The requested handler '\(text.string)' was not found in either the main handlers list nor in the listening handlers list",
          at: text.place ?? task.place, help: Suggestion.help(for: text.string, in: known))
      }
    }
  }

  /// A failure that the task's author expects stays one of the run: it must not keep the playbook from starting.
  private func problems(_ task: PlayTask) -> [Diagnostic] {
    let ignores = task.keywords[.ignoreErrors]
    guard ignores == nil || ignores == .bool(false), task.keywords[.failedWhen] == nil else { return [] }
    return obstacles(task) + arguments(task) + templates(task)
  }

  /// A module's file that can't be run. A task with a condition may never need it.
  private func obstacles(_ task: PlayTask) -> [Diagnostic] {
    guard case .file(let file, _)? = services.catalog[task.action.resolvedName], let obstacle = file.obstacle,
      task.keywords.list(.when).isEmpty
    else { return [] }
    return [
      Diagnostic(.invalid, obstacle.message(file.name, file.path), at: task.action.place, help: obstacle.help)
    ]
  }

  private func arguments(_ task: PlayTask) -> [Diagnostic] {
    guard let spec = services.catalog.spec(task.action.resolvedName), task.action.argumentTemplate == nil,
      !spec.takesAnyName
    else { return [] }
    var written = task.action.arguments
    if case .argument(let name) = spec.freeForm, let free = written[ActionCall.rawParameters] {
      written.removeValue(forKey: ActionCall.rawParameters)
      if written[name] == nil { written[name] = free }
    }
    let hasDefaults = !task.keywords.list(.moduleDefaults).isEmpty
    return ArgumentValidator.problems(in: written, of: spec).compactMap { problem in
      // Missing arguments may come from `module_defaults`.
      if hasDefaults, problem.kind == .missing || problem.kind == .combination { return nil }
      return Diagnostic(
        .invalid, problem.message, at: problem.argument.flatMap { task.action.argumentPlaces[$0] } ?? task.action.place,
        help: problem.suggestion.map { "Did you mean '\($0)'?" })
    }
  }

  private func templates(_ task: PlayTask) -> [Diagnostic] {
    var found: [Diagnostic] = []
    func check(_ value: Value, depth: Int = 0) {
      guard depth < 100 else { return }
      switch value {
      case .string(let text) where text.isTemplate: found += services.engine.check(text)
      case .list(let list): for item in list { check(item, depth: depth + 1) }
      case .map(let map): for item in map.values { check(item, depth: depth + 1) }
      default: break
      }
    }
    check(.map(task.action.arguments))
    if let loop = task.loop { check(loop.value) }
    for keyword in [Keyword.changedWhen, .failedWhen, .until] {
      for condition in task.keywords.conditions(keyword) { checkCondition(condition, &found) }
    }
    for condition in task.keywords.list(.when) { checkCondition(condition, &found) }
    return found
  }

  private func checkCondition(_ condition: Value, _ found: inout [Diagnostic]) {
    if let text = condition.text, text.place != nil { found += services.engine.check(condition: text) }
  }
}
