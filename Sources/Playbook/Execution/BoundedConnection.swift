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
    try await connection.upload(source, to: destination)
  }

  func download(_ path: String, limit: Int) async throws(TransportError) -> [UInt8] {
    try await connection.download(path, limit: limit)
  }

  func download(_ path: String, toLocalFile local: String) async throws(TransportError) {
    try await connection.download(path, toLocalFile: local)
  }

  func close() async { await connection.close() }
}
