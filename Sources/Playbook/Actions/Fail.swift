import Modules
import Values

/// `fail`: fails with a message.
enum FailAction: Action {
  static let spec = ModuleSpec(
    name: "fail", summary: "Fail with a message of your own.",
    arguments: [ArgumentSpec("msg", .raw, default: "Failed as requested from task", "The message.")])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    var result = TaskResult.failure("Failed as requested from task")
    if let message = call.arguments["msg"] { result.values["msg"] = message }
    return result
  }
}
