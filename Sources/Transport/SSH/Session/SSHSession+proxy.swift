import NIOCore

/// Reaching a host through another one, or through a program.
extension SSHSession {
  /// Makes the tunnel that takes the place of the socket.
  /// - Parameter behind: the jump hosts whose own way this is part of.
  func dial(
    _ proxy: SSHProxy, to destination: SSHDestination, behind: [JumpHosts.Key]
  ) async throws(TransportError) {
    let promise = eventLoop.makePromise(of: Way.self)
    let task = Task {
      do {
        promise.succeed(try await Self.open(proxy, to: destination, behind: behind))
      } catch {
        promise.fail(error)
      }
    }
    let way: Result<Way, any Error>
    do {
      way = try await outcome(of: promise.futureResult)
    } catch {
      task.cancel()
      promise.futureResult.whenSuccess { way in
        Task {
          await way.channel.close()
          await way.end()
        }
      }
      throw error
    }
    switch way {
    case .success(let way):
      link = .tunnel(SSHTunnel(way.channel, for: self, end: way.end))
      phase = .greeting
    case .failure(let error as TransportError):
      throw TransportError(error.kind, "On the way to \(peer): \(error.message)")
    case .failure: throw TransportError(.cancelled, "The run was cancelled.")
    }
  }

  private struct Way: Sendable {
    var channel: any ShellChannel
    /// Ends what the channel stands on.
    var end: @Sendable () async -> Void
  }

  private static func open(
    _ proxy: SSHProxy, to destination: SSHDestination, behind: [JumpHosts.Key]
  ) async throws(TransportError) -> Way {
    switch proxy {
    case .command(let template):
      return Way(channel: try await LocalHost().open(try destination.proxyCommand(template)), end: {})
    case .jump(let jumps):
      guard let last = jumps.last else { throw TransportError(.nameResolution, "The ProxyJump names no host.") }
      let key = JumpHosts.Key(
        parameters: ConnectionParameters(
          method: .ssh, address: last.host, port: last.port ?? 22, user: last.user,
          connectTimeout: destination.parameters.connectTimeout),
        environment: destination.environment, jumpsBefore: jumps.dropLast())
      // A configuration may send a host through itself; each would then wait for the other.
      guard !behind.contains(key) else {
        throw TransportError(
          .nameResolution,
          "The way leads back to \(key.parameters.address) port \(key.parameters.port) (ProxyJump).")
      }
      let session = try await JumpHosts.shared.acquire(key, behind: behind + [key])
      do {
        let channel = try await session.openTunnel(
          to: destination.parameters.address, port: destination.parameters.port)
        return Way(channel: channel) { await JumpHosts.shared.release(key, session) }
      } catch {
        await JumpHosts.shared.release(key, session)
        throw error
      }
    }
  }

  /// Opens a channel that the server connects to another host's port.
  func openTunnel(to host: String, port: Int) async throws(TransportError) -> any ShellChannel {
    try await openChannel { library throws(LibSSH2.Failure) in
      try library.openTunnel(host: host, port: port)
    } explain: { failure, peer in
      TransportError(
        .connectionRefused,
        "\(peer) could not connect to \(host) port \(port) (\(failure.message)): is that address right as seen from there, and "
          + "does its sshd allow forwarding (AllowTcpForwarding)?")
    }
  }
}
