import Modules
import Values

/// `pause`: waits for a time.
enum PauseAction: Action {
  static let spec = ModuleSpec(
    name: "pause", summary: "Wait for a time, or for the user.",
    arguments: [
      ArgumentSpec("minutes", .int, "How many minutes."),
      ArgumentSpec("seconds", .int, "How many seconds."),
      ArgumentSpec("prompt", .string, "What to ask."),
      ArgumentSpec("echo", .bool, default: true, "Whether typing is shown."),
    ], rules: [.mutuallyExclusive(["minutes", "seconds"])])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    var seconds: Int?
    if let minutes = call.arguments.int("minutes") {
      seconds = minutes.multipliedReportingOverflow(by: 60).partialValue
    }
    if let given = call.arguments.int("seconds") { seconds = given }
    var answer = ""
    if let seconds {
      try await call.services.clock.sleep(for: .seconds(max(seconds, 1)))
    } else if let prompt = call.arguments.string("prompt") {
      answer = (try? Terminal.ask("\(prompt):\n", isHidden: !call.arguments.flag("echo"))) ?? ""
    }
    let unit = call.arguments.int("minutes") == nil ? "seconds" : "minutes"
    let length = call.arguments.int("minutes") ?? call.arguments.int("seconds") ?? 0
    return TaskResult(values: [
      "rc": 0, "stderr": "", "stdout": .string("Paused for \(length) \(unit)"), "user_input": .string(answer),
      "echo": .bool(call.arguments.flag("echo")),
    ])
  }
}
