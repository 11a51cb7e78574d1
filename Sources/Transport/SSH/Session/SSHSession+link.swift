import NIOCore

/// What the link tells the session, and what the session sends over it.
extension SSHSession {
  func receive(_ bytes: ByteBuffer) {
    guard failure == nil else { return }
    lastArrival = .now()
    var bytes = bytes
    if phase.isBeforeKeys {
      do {
        bytes = try greeting.take(bytes, peer: peer)
      } catch {
        fail(error)
        return
      }
    }
    if phase == .greeting, greeting.version != nil { phase = .keyExchange }
    if library.wire.inbound.readableBytes == 0 {
      library.wire.inbound = bytes
    } else {
      library.wire.inbound.writeBuffer(&bytes)
    }
  }

  /// As `receive` and `received`, for a tunnel; suspends while too much waits to be read.
  func receiveFromTunnel(_ bytes: [UInt8]) async {
    receive(ByteBuffer(bytes: bytes))
    received()
    while failure == nil {
      let seen = events
      if shouldRead { return }
      do { try await nextEvent(since: seen) } catch { return }
    }
  }

  /// All that had arrived was received.
  func received() {
    guard failure == nil else { return }
    pump()
    wake()
  }

  func socketBecameWritable() { wake() }

  func socketEnded(_ reason: String?) {
    guard failure == nil else { return }
    // What had arrived is complete and still belongs to the readers, however much it is.
    for (id, state) in channels { drain(id, state, limit: .max) }
    fail(explainEnd(reason))
  }

  private func explainEnd(_ reason: String?) -> TransportError {
    switch phase {
    case .lookup, .proxy, .connecting, .greeting, .keyExchange:
      // A server that finds no common algorithm may hang up before libssh2 does.
      if let offer = greeting.offer, let mismatch = SSHAlgorithms().mismatch(with: offer) {
        return TransportError(.protocolMismatch, "\(peer) has \(mismatch).")
      }
      if case .tunnel = link, greeting.version == nil, let reason {
        return TransportError(.connectionLost, "The way to \(peer) (ProxyJump, ProxyCommand) ended: \(reason)")
      }
      return TransportError(.connectionLost, greeting.explainEnd(peer: peer))
    case .authentication:
      return TransportError(
        .authentication, "\(peer) closed the connection during authentication\(authenticationHint).")
    case .connected:
      return TransportError(
        .connectionLost, "The connection to \(peer) was lost: \(reason ?? "the other side closed it").")
    }
  }

  var shouldRead: Bool {
    isHeldBack = library.wire.inbound.readableBytes > Self.inboundHighWater
    return !isHeldBack
  }

  /// Hands libssh2's packets to NIO.
  func flush() {
    guard library.wire.outbound.readableBytes > 0 else { return }
    link?.write(library.wire.outbound)
    library.wire.outbound = ByteBuffer()
  }

  private var authenticationHint: String {
    attempts.isEmpty
      ? ""
      : " after \(attempts.joined(separator: ", ")): it may allow fewer attempts (MaxAuthTries). "
        + "Name the one key to use (ansible_ssh_private_key_file)"
  }
}
