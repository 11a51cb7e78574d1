import Modules
import Values

/// `meta`: acts on the run. The play itself carries it out (`PlaybookRun+meta`); here is what it takes.
enum MetaActionSpec: Action {
  static let spec = ModuleSpec(
    name: "meta", summary: "Act on the run itself.",
    arguments: [
      ArgumentSpec("free_form", required: true, choices: MetaAction.allCases.map(\.rawValue), "What to do.")
    ], freeForm: .argument("free_form"))

  static func run(_ call: ActionContext) async throws -> TaskResult { TaskResult() }
}
