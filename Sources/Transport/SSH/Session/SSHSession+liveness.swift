import NIOCore

/// Notices a link that died without a word.
extension SSHSession {
  private static let keepaliveInterval = TimeAmount.seconds(15)
  private static let silenceLimit = TimeAmount.seconds(60)

  func startKeepalive() {
    keepalive = eventLoop.scheduleRepeatedTask(initialDelay: Self.keepaliveInterval, delay: Self.keepaliveInterval) {
      [weak self] _ in
      self?.assumeIsolated { $0.checkLiveness() }
    }
  }

  private func checkLiveness() {
    let silence = NIODeadline.now() - lastArrival
    if isHeldBack || silence < Self.keepaliveInterval { return }
    if silence > Self.silenceLimit {
      fail(
        TransportError(
          .connectionLost,
          "The connection to \(peer) is dead: nothing came for \(silence.nanoseconds / 1_000_000_000) s."))
      return
    }
    library.keepalive()
    flush()
  }
}
