import Modules
import Values

/// `fail`: fails with a message.
enum FailAction: Action {
  static let spec = ModuleSpec(
    name: "fail", summary: "Fail with a message of your own.",
    arguments: [ArgumentSpec("msg", default: "Failed as requested from task", "The message.")])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    .failure(call.arguments.string("msg") ?? "Failed as requested from task")
  }
}
