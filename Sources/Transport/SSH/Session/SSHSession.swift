import DequeModule
import NIOCore
import Values

/// One SSH connection to one host, over which many commands run, each on a channel of its own.
///
/// The actor's executor is its event loop: socket events, libssh2 and the waiting callers meet on one thread, without locks.
/// NIO owns the socket and feeds libssh2 (`LibSSH2.Wire`); whoever has to wait for the other side waits in `nextEvent`.
package actor SSHSession: ShellHost {
  package nonisolated let eventLoop: any EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

  /// `host port 22`, as messages name the other side.
  nonisolated let peer: String
  let library: LibSSH2
  var link: SSHLink?

  /// What is being done, for the message when the deadline passes meanwhile.
  var phase = ConnectPhase.lookup
  /// What the server sent before the handshake was done, for messages that explain why it failed.
  var greeting = SSHGreeting()
  /// What authentication tried so far, set by it.
  var attempts: [String] = []
  /// Why nothing works any more; set once.
  private(set) var failure: TransportError?

  var channels: [Int: ChannelState] = [:]
  var lastChannel = 0
  var waiters: [CheckedContinuation<Void, Never>] = []
  /// How often `waiters` were woken.
  var events: UInt64 = 0
  /// Opening a channel is one state machine in libssh2, shared by the session: one at a time.
  private let opening = FIFOLock()
  private let openTimeout: Duration

  var lastArrival = NIODeadline.now()
  var keepalive: RepeatedTask?
  /// Whether the link is not being read because too much waits to be read by this process.
  var isHeldBack = false

  /// How many bytes of a channel are kept for a slow reader before the other side's window is left to run out.
  static let channelHighWater = 1 << 20
  /// How many encrypted bytes are kept before the link is left alone.
  static let inboundHighWater = 8 << 20

  init(eventLoop: any EventLoop, peer: String, openTimeout: Duration) throws(TransportError) {
    self.eventLoop = eventLoop
    self.peer = peer
    self.openTimeout = openTimeout
    do {
      library = try LibSSH2()
    } catch {
      throw TransportError(.protocolMismatch, "The SSH library can't be used: \(error.message)")
    }
  }

  // MARK: ShellHost

  package func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel {
    let bytes = command.text.losslessBytes
    return try await openChannel { library throws(LibSSH2.Failure) in
      try library.openChannel()
    } then: { library, channel throws(LibSSH2.Failure) in
      try library.execute(bytes, on: channel)
    } explain: { failure, peer in
      TransportError(
        .protocolMismatch,
        "\(peer) refused to run a command (\(failure.message)): see MaxSessions, ForceCommand and the user's shell there."
      )
    }
  }

  /// Opens a channel, one at a time and with a deadline.
  /// - Parameters:
  ///   - start: what follows on the new channel before it is of use.
  ///   - explain: the error for a refusal, after which the session goes on.
  func openChannel(
    _ open: (LibSSH2) throws(LibSSH2.Failure) -> LibSSH2.Attempt<LibSSH2.Channel>,
    then start: (LibSSH2, LibSSH2.Channel) throws(LibSSH2.Failure) -> LibSSH2.Attempt<Void> = { _, _ in .done(()) },
    explain: (LibSSH2.Failure, _ peer: String) -> TransportError
  ) async throws(TransportError) -> any ShellChannel {
    if let failure { throw failure }
    let deadline = eventLoop.scheduleTask(in: openTimeout.timeAmount) {
      self.assumeIsolated {
        $0.fail(
          TransportError(
            .connectionLost,
            "\($0.peer) did not open a channel within \(self.openTimeout.inSeconds): the server hangs."))
      }
    }
    defer { deadline.cancel() }
    await opening.acquire()
    defer { opening.release() }
    var opened: LibSSH2.Channel?
    do throws(CallError) {
      let channel = try await untilDone(open)
      opened = channel
      try await untilDone { library throws(LibSSH2.Failure) in try start(library, channel) }
      lastChannel += 1
      let id = lastChannel
      channels[id] = ChannelState(handle: channel)
      // The first output, or all of it, may have come with the answer to the request.
      pump()
      return SSHChannel(session: self, id: id)
    } catch {
      if let opened, failure == nil { discard(opened) }
      switch error {
      case .session(let error): throw error
      case .library(let error): throw error.isOfChannel ? explain(error, peer) : broken(error)
      }
    }
  }

  package func close() async {
    if failure == nil {
      library.disconnect()
      flush()
    }
    fail(TransportError(.connectionLost, "The connection to \(peer) was closed."))
  }

  // MARK: The end

  var isUsable: Bool { failure == nil }

  /// Ends the session: everything that waits, and every later call, gets the error.
  func fail(_ error: TransportError) {
    guard failure == nil else { return }
    failure = error
    keepalive?.cancel()
    library.wire.isClosed = true
    for state in channels.values { state.wakeReaders() }
    wake()
    link?.close()
    link = nil
  }
}
