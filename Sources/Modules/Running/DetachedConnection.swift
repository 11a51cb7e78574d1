import Synchronization
import Transport
import Values

/// A connection whose scripts run detached: each is started on the host and asked after until it ends, so that neither a lost
/// link nor the end of the run stops it. For the steps of a task with `async`.
package struct DetachedConnection: Connection {
  private let connection: any Connection
  private let name: String
  private let limit: Duration
  private let deadline: ContinuousClock.Instant
  private let step: Counter
  /// Called once a script runs on its own.
  private let onStart: @Sendable () -> Void

  /// - Parameters:
  ///   - name: the job's; its steps get numbers.
  ///   - limit: how long all steps together may take.
  package init(
    _ connection: any Connection, name: String, limit: Duration, onStart: @escaping @Sendable () -> Void = {}
  ) {
    self.connection = connection
    self.name = name
    self.limit = limit
    self.onStart = onStart
    deadline = .now.advanced(by: limit)
    step = Counter()
  }

  package var traits: HostTraits { connection.traits }

  package func run(_ request: ShellRequest) async throws(TransportError) -> ShellResult {
    let number = step.next()
    let job = DetachedJob(name: number == 1 ? name : "\(name).\(number)")
    let left = max(ContinuousClock.now.duration(to: deadline), .seconds(1))
    let script = job.start(request.script, hasInput: !request.input.isEmpty, limit: left)
    let started = try await connection.run(ShellRequest(script, input: request.input))
    guard started.status == 0 else {
      throw TransportError(
        .file, "The job could not be started on the host: \(String(lossless: started.stderr).trimmed)")
    }
    onStart()
    return try await result(of: job)
  }

  private func result(of job: DetachedJob) async throws(TransportError) -> ShellResult {
    let start = ContinuousClock.now
    while true {
      // A tenth of the time that passed: soon for short jobs, rarely for long ones.
      let pause = min(max(start.duration(to: .now) / 10, .milliseconds(50)), .seconds(1))
      do {
        try await Task.sleep(for: pause)
      } catch {
        throw TransportError(.cancelled, "The run was cancelled")
      }
      let answer: ShellResult
      do {
        answer = try await connection.run(ShellRequest(job.inquiry, isolation: .subshell))
      } catch {
        // The job goes on without the link; it is told of again when the link is back.
        guard error.isUnreachable || error.kind == .connectionLost, ContinuousClock.now < deadline else { throw error }
        continue
      }
      switch job.progress(answer) {
      case .running:
        // The guard on the host ends it; this is for hosts whose clock or guard does not.
        if ContinuousClock.now > deadline.advanced(by: .seconds(10)) { throw Self.tookTooLong }
      case .ended(let result): return result
      case .tookTooLong: throw Self.tookTooLong
      case .vanished, .unknown:
        throw TransportError(.protocolMismatch, "The job is gone from the host: it was killed, or the host restarted")
      }
    }
  }

  private static let tookTooLong = TransportError(.timedOut, "Timeout exceeded")

  package func upload(_ source: UploadSource, to destination: String) async throws(TransportError) {
    try await connection.upload(source, to: destination)
  }

  package func download(_ path: String, limit: Int) async throws(TransportError) -> [UInt8] {
    try await connection.download(path, limit: limit)
  }

  package func download(_ path: String, toLocalFile local: String) async throws(TransportError) {
    try await connection.download(path, toLocalFile: local)
  }

  package func close() async { await connection.close() }

  /// The numbers from 1 on.
  private final class Counter: Sendable {
    private let last = Mutex(0)

    func next() -> Int {
      last.withLock { last in
        last += 1
        return last
      }
    }
  }
}
