import Glibc
import Values

/// The jobs that tasks with `async` started in this run, by the names that `async_status` asks for.
package actor AsyncJobs {
  package enum State: Sendable {
    case running
    case ended(TaskResult)
  }

  private var states: [String: State] = [:]

  package init() {}

  /// `j` and digits, a dot, the process's number: as ansible names its jobs.
  package static func newName() -> String { "j\(UInt64.random(in: 100_000_000_000...999_999_999_999)).\(getpid())" }

  /// A name may come from a host's answer; it becomes a path.
  package static func isValid(_ name: String) -> Bool {
    !name.isEmpty && !name.contains("..")
      && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: ".") }
  }

  package subscript(_ name: String) -> State? { states[name] }

  package func record(_ name: String, _ result: TaskResult) { states[name] = .ended(result) }

  package func forget(_ name: String) { states[name] = nil }

  /// Starts work that goes on beside the play; returns once it runs on its own, or has ended.
  /// - Parameter work: calls its argument when it runs on its own.
  package func start(
    _ name: String, _ work: @escaping @Sendable (_ onStart: @escaping @Sendable () -> Void) async -> TaskResult
  ) async {
    states[name] = .running
    let (starts, continuation) = AsyncStream<Void>.makeStream()
    Task {
      let result = await work { continuation.finish() }
      record(name, result)
      continuation.finish()
    }
    for await _ in starts {}
  }

  /// Waits for the end of a job, at most for `patience`; the play's cancellation ends the waiting.
  package func result(of name: String, within patience: Duration) async -> TaskResult? {
    let end = ContinuousClock.now.advanced(by: patience)
    while true {
      if case .ended(let result) = states[name] { return result }
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero, !Task.isCancelled else { return nil }
      try? await Task.sleep(for: min(left, .milliseconds(50)))
    }
  }
}
