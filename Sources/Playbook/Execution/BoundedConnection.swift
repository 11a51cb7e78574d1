import Transport

/// A connection on which every request ends at one point in time: a task's `timeout`.
struct BoundedConnection: Connection {
  let connection: any Connection
  let deadline: ContinuousClock.Instant

  init(_ connection: any Connection, until deadline: ContinuousClock.Instant) {
    self.connection = connection
    self.deadline = deadline
  }

  var traits: HostTraits { connection.traits }

  func run(_ request: ShellRequest) async throws(TransportError) -> ShellResult {
    var request = request
    let left = ContinuousClock.now.duration(to: deadline)
    request.timeout = min(request.timeout ?? left, max(left, .zero))
    return try await connection.run(request)
  }

  func upload(_ source: UploadSource, to destination: String) async throws(TransportError) {
    let connection = connection
    try await bounded { () throws(TransportError) in try await connection.upload(source, to: destination) }
  }

  func download(_ path: String, limit: Int) async throws(TransportError) -> [UInt8] {
    let connection = connection
    return try await bounded { () throws(TransportError) in try await connection.download(path, limit: limit) }
  }

  func download(_ path: String, toLocalFile local: String) async throws(TransportError) {
    let connection = connection
    try await bounded { () throws(TransportError) in try await connection.download(path, toLocalFile: local) }
  }

  /// Cancels the work at the deadline; cancelled, it stops what it had started on the host.
  private func bounded<Answer: Sendable>(
    _ work: @escaping @Sendable () async throws(TransportError) -> Answer
  ) async throws(TransportError) -> Answer {
    let outcome = await withTaskGroup(of: Result<Answer, TransportError>?.self) { group in
      group.addTask {
        do throws(TransportError) {
          return .success(try await work())
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        try? await Task.sleep(until: deadline, clock: .continuous)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    guard let outcome else {
      throw TransportError(.timedOut, "The transfer did not end within the task's timeout and was stopped")
    }
    return try outcome.get()
  }

  func closeShells(ofUser user: String) async { await connection.closeShells(ofUser: user) }

  func close() async { await connection.close() }
}
