import Modules
import Values

/// `include_tasks`: runs the tasks of a file, chosen while the play runs.
enum IncludeTasksAction: Action {
  static let spec = ModuleSpec(
    name: "include_tasks", summary: "Run the tasks of a file, chosen while the play runs.",
    arguments: [
      ArgumentSpec("file", .string, "The file."),
      ArgumentSpec("apply", .map, "Keywords for the tasks inside."),
    ], freeForm: .argument("file"))

  static func run(_ call: ActionContext) async throws -> TaskResult {
    guard let name = call.arguments.string("file") else {
      throw ModuleFailure("No file specified for ansible.builtin.include_tasks")
    }
    return Inclusion.result(.tasks(file: name), call, shown: ["include": .string(name)])
  }
}

/// `include_role`: runs a role, chosen while the play runs.
enum IncludeRoleAction: Action {
  static let spec = ModuleSpec(
    name: "include_role", summary: "Run a role, chosen while the play runs.",
    arguments: RoleArguments.all + [
      ArgumentSpec("apply", .map, "Keywords for the tasks inside."),
      ArgumentSpec("public", .bool, "Whether the role's variables are seen after it."),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    Inclusion.result(.role(arguments: call.arguments.values), call, shown: [:])
  }
}

/// `import_role`: a role put in place before the run; the parser does it.
enum ImportRoleAction: Action {
  static let spec = ModuleSpec(
    name: "import_role", summary: "Put a role's tasks in place before the run.",
    arguments: RoleArguments.all + [
      ArgumentSpec("public", .bool, "Whether the role's variables are seen after it.")
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult { TaskResult() }
}

/// `import_tasks`: a file's tasks put in place before the run; the parser does it.
enum ImportTasksAction: Action {
  static let spec = ModuleSpec(
    name: "import_tasks", summary: "Put the tasks of a file in place before the run.",
    arguments: [ArgumentSpec("file", .string, "The file.")], freeForm: .argument("file"))

  static func run(_ call: ActionContext) async throws -> TaskResult { TaskResult() }
}

private enum RoleArguments {
  static let all = [
    ArgumentSpec("name", aliases: ["role"], required: true, "The role."),
    ArgumentSpec("tasks_from", default: "main", "The file of its `tasks/`."),
    ArgumentSpec("vars_from", default: "main", "The file of its `vars/`."),
    ArgumentSpec("defaults_from", default: "main", "The file of its `defaults/`."),
    ArgumentSpec("handlers_from", default: "main", "The file of its `handlers/`."),
    ArgumentSpec("allow_duplicates", .bool, default: true, "Whether it may run more than once."),
    ArgumentSpec("rolespec_validate", .bool, default: true, "Whether its arguments are checked."),
  ]
}

extension Inclusion {
  /// The result of an include, with what the play has to run.
  static func result(_ target: Target, _ call: ActionContext, shown: Map) -> TaskResult {
    let locals = call.lookup.locals
    var parameters: Map = [:]
    for (key, value) in locals where !["ansible_check_mode"].contains(key.string ?? "") { parameters[key] = value }
    var label: String?
    if let variable = locals["ansible_loop_var"]?.string, let item = locals[variable] { label = PlainText.of(item) }
    let inclusion = Inclusion(
      target: target, parameters: parameters, apply: call.arguments.map("apply") ?? [:], label: label)
    return TaskResult(values: shown, effects: [.include(inclusion)])
  }
}
