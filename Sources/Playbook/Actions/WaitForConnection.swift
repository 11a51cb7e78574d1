import Modules
import Transport
import Values

/// `wait_for_connection`: tries until the host answers.
enum WaitForConnectionAction: Action {
  static let spec = ModuleSpec(
    name: "wait_for_connection", summary: "Wait until a host answers",
    arguments: [
      ArgumentSpec("connect_timeout", .int, default: 5, "How many seconds one attempt may take."),
      ArgumentSpec("delay", .int, default: 0, "How many seconds to wait before the first attempt."),
      ArgumentSpec("sleep", .int, default: 1, "How many seconds between two attempts."),
      ArgumentSpec("timeout", .int, default: 600, "How many seconds to try at most."),
    ], returns: [ReturnSpec("elapsed", "How many seconds it took.")])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    if call.isCheckMode { return TaskResult(changed: false, values: ["elapsed": 0]) }
    let start = ContinuousClock.now
    try await call.services.clock.sleep(for: .seconds(max(0, call.arguments.int("delay") ?? 0)))
    let patience = HostPatience(
      call, attempt: .seconds(max(1, call.arguments.int("connect_timeout") ?? 5)),
      pause: .seconds(max(0, call.arguments.int("sleep") ?? 1)),
      end: start.advanced(by: .seconds(max(0, call.arguments.int("timeout") ?? 600))))
    let failure = try await patience.wait()
    let elapsed = Int((ContinuousClock.now - start).components.seconds)
    guard let failure else { return TaskResult(changed: false, values: ["elapsed": .int(elapsed)]) }
    return .failure("timed out waiting for ping module test: \(failure)", values: ["elapsed": .int(elapsed)])
  }
}

/// Asks a host something again and again until it answers as it shall.
struct HostPatience {
  private let call: ActionContext
  private let attempt: Duration
  private let pause: Duration
  private let end: ContinuousClock.Instant

  init(_ call: ActionContext, attempt: Duration, pause: Duration, end: ContinuousClock.Instant) {
    (self.call, self.attempt, self.pause, self.end) = (call, attempt, pause, end)
  }

  /// - Parameter old: an output that is not right yet.
  /// - Returns: `nil`, or why the last attempt failed when the time is over.
  func wait(_ script: ShellScript = "exit 0", unlike old: [UInt8]? = nil) async throws -> String? {
    while true {
      let reason: String
      switch await ask(script) {
      case .success(let answer):
        if answer.status == 0, answer.stdout != old { return nil }
        reason = "the host answered with exit status \(answer.status)"
      case .failure(let error):
        // What no time mends is told at once.
        if error.kind == .cancelled || error.kind == .hostKeyChanged { throw error }
        reason = error.message
      }
      if ContinuousClock.now >= end { return reason }
      try await call.services.clock.sleep(for: pause)
    }
  }

  private func ask(_ script: ShellScript) async -> Result<ShellResult, TransportError> {
    do throws(TransportError) {
      return .success(
        try await call.connect().run(ShellRequest(script, timeout: attempt, isolation: .subshell)))
    } catch {
      return .failure(error)
    }
  }
}
