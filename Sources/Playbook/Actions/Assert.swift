import Jinja
import Modules
import Values

/// `assert`: fails unless all conditions hold.
enum AssertAction: Action {
  static let spec = ModuleSpec(
    name: "assert", summary: "Fail unless conditions hold.",
    arguments: [
      ArgumentSpec("that", .raw, required: true, "The conditions, each as in `when`."),
      ArgumentSpec("fail_msg", .raw, aliases: ["msg"], "The message when one does not hold."),
      ArgumentSpec("success_msg", .raw, "The message when all hold."),
      ArgumentSpec("quiet", .bool, default: false, "Say little on success."),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    let that = call.arguments["that"] ?? .list([])
    if that.isNull {
      throw Diagnostic(.template, "Empty conditional expressions are not allowed.", at: call.task.place)
    }
    let conditions: [Value] = if case .list(let list) = try unwrapped(that, call) { list } else { [that] }
    let isQuiet = call.arguments.flag("quiet")
    for condition in conditions {
      if try !call.templar.holds(condition) {
        var values: Map = ["evaluated_to": false, "assertion": condition.text.map { .string($0.string) } ?? condition]
        values["changed"] = false
        var result = TaskResult.failure("Assertion failed")
        values["msg"] = call.arguments["fail_msg"] ?? "Assertion failed"
        result.values = values
        result.isAlwaysVerbose = !isQuiet
        return result
      }
    }
    var result = TaskResult()
    if !isQuiet { result.isAlwaysVerbose = true }
    result.values["msg"] = call.arguments["success_msg"] ?? "All assertions passed"
    return result
  }

  /// `that: "{{ list_of_conditions }}"` gives the list itself.
  private static func unwrapped(_ that: Value, _ call: ActionContext) throws -> Value {
    guard let text = that.text, text.isTemplate else { return that }
    let value = try call.templar.resolve(that)
    if case .list = value { return value }
    return that
  }
}
