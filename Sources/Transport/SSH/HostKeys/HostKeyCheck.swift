/// Decides whether a host's key is to be trusted.
struct HostKeyCheck: Sendable {
  /// The types of the keys that are known for the host.
  var knownTypes: [String] = []
  private let policy: ConnectionParameters.HostKeyPolicy

  init(
    _ parameters: ConnectionParameters, environment: SSHEnvironment, session: SSHSession
  ) async throws(TransportError) {
    policy = parameters.hostKeyPolicy
  }

  func verify(_ key: [UInt8], session: SSHSession) async throws(TransportError) {
    guard policy == .off else {
      throw TransportError(.hostKeyUnknown, "The key of \(session.peer) can't be checked yet.")
    }
  }
}
