/// A running command on an SSH session; its state is the session's.
final class SSHChannel: ShellChannel {
  private let session: SSHSession
  private let id: Int

  init(session: SSHSession, id: Int) {
    self.session = session
    self.id = id
  }

  deinit {
    let (session, id) = (session, id)
    session.eventLoop.execute { session.assumeIsolated { $0.closeChannel(id) } }
  }

  func write(_ bytes: [UInt8]) async throws(TransportError) { try await session.writeChannel(id, bytes) }
  func closeInput() async throws(TransportError) { try await session.closeInput(id) }
  func read() async throws(TransportError) -> ShellChunk? { try await session.readChannel(id) }
  func read(until isEnough: @escaping @Sendable (ShellChunk) -> Bool) async throws(TransportError) -> Bool {
    try await session.readChannel(id, until: isEnough)
  }
  func ending() async -> ShellEnding? { await session.endingOfChannel(id) }
  func close() async { await session.closeChannel(id) }
}
