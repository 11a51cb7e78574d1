import Glibc
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
    let minutes = call.arguments.int("minutes")
    let seconds = minutes.map { $0.multipliedReportingOverflow(by: 60).partialValue } ?? call.arguments.int("seconds")
    let prompt = call.arguments.string("prompt")
    let isHidden = !call.arguments.flag("echo")
    let isTerminal = isatty(STDIN_FILENO) == 1
    let start = WallTime.now()
    var answer = ""
    var result = TaskResult()
    if let seconds {
      let length = max(seconds, 1)
      tell("Pausing for \(length) seconds\(isHidden ? " (output is hidden)" : "")", call)
      if isTerminal || prompt != nil { tell("(ctrl+C ends the run)", call) }
      try await call.services.clock.sleep(for: .seconds(length))
    } else if isTerminal {
      let note = isHidden ? " (output is hidden)" : ""
      let question =
        "[\(call.task.name?.string ?? "pause")]\n\(prompt ?? "Press enter to continue, Ctrl+C to interrupt")\(note):\n"
      answer = (try? Terminal.ask(question, isHidden: isHidden)) ?? ""
    } else {
      let why = "Not waiting for response to prompt as stdin is not interactive"
      result.warnings = [Diagnostic(.invalid, why)]
    }
    let end = WallTime.now()
    let elapsed = Double(end.microseconds - start.microseconds) / 1_000_000
    let isInSeconds = call.arguments["seconds"] != nil
    let length = ((isInSeconds ? elapsed : elapsed / 60) * 100).rounded() / 100
    result.values = [
      "delta": .int(Int(elapsed)), "echo": .bool(!isHidden), "rc": 0, "start": .string(start.localDescription),
      "stderr": "", "stop": .string(end.localDescription),
      "stdout": .string("Paused for \(length) \(isInSeconds ? "seconds" : "minutes")"),
      "user_input": .string(answer),
    ]
    return result
  }

  private static func tell(_ text: String, _ call: ActionContext) {
    call.services.listener.receive(.detail(text, level: 0))
  }
}
