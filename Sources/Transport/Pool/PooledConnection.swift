/// A connection whose shell the pool may close and open again between two requests.
struct PooledConnection: Connection {
  let pool: ConnectionPool
  let parameters: ConnectionParameters
  let traits: HostTraits

  func run(_ request: ShellRequest) async throws(TransportError) -> ShellResult {
    try await pool.use(parameters) { shell throws(TransportError) in try await shell.run(request) }
  }

  func upload(_ source: UploadSource, to destination: String) async throws(TransportError) {
    try await pool.use(parameters) { shell throws(TransportError) in try await shell.upload(source, to: destination) }
  }

  func download(_ path: String, limit: Int) async throws(TransportError) -> [UInt8] {
    try await pool.use(parameters) { shell throws(TransportError) in try await shell.download(path, limit: limit) }
  }

  func download(_ path: String, toLocalFile localPath: String) async throws(TransportError) {
    try await pool.use(parameters) { shell throws(TransportError) in
      try await shell.download(path, toLocalFile: localPath)
    }
  }

  func closeShells(ofUser user: String) async { await pool.closeShells(ofUser: user, besides: parameters) }

  func close() async { await pool.closeShell(for: parameters) }
}
