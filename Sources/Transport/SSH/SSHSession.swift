import DequeModule
import NIOCore
import Synchronization
import Values

/// One SSH connection to one host, over which many commands run, each on a channel of its own.
///
/// The actor's executor is its event loop: socket events, libssh2 and the waiting callers meet on one thread, without locks.
/// NIO owns the socket and feeds libssh2 (`LibSSH2.Wire`); whoever has to wait for the other side waits in `nextEvent`.
package actor SSHSession: ShellHost {
  nonisolated let eventLoop: any EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

  /// `host port 22`, as messages name the other side.
  nonisolated let peer: String
  let library: LibSSH2
  var socket: (any NIOCore.Channel)?

  /// What is being done, for the message when the deadline passes meanwhile.
  var phase = ConnectPhase.lookup
  /// What the server sent before the handshake was done, for messages that explain why it failed.
  var greeting = SSHGreeting()
  /// Why nothing works any more; set once.
  private(set) var failure: TransportError?

  var channels: [Int: ChannelState] = [:]
  private var lastChannel = 0
  private var waiters: [CheckedContinuation<Void, Never>] = []
  /// How often `waiters` were woken.
  private var events: UInt64 = 0
  /// Opening a channel is one state machine in libssh2, shared by the session: one at a time.
  private let opening = FIFOLock()
  private let openTimeout: Duration

  private var lastArrival = NIODeadline.now()
  private var keepalive: RepeatedTask?
  /// Whether the socket is not being read because too much waits to be read by this process.
  private var isHeldBack = false

  /// How many bytes of a channel are kept for a slow reader before the other side's window is left to run out.
  static let channelHighWater = 1 << 20
  /// How many encrypted bytes are kept before the socket is left alone.
  static let inboundHighWater = 8 << 20
  private static let keepaliveInterval = TimeAmount.seconds(15)
  private static let silenceLimit = TimeAmount.seconds(60)

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
    let channel: LibSSH2.Channel
    do {
      channel = try await untilDone { library throws(LibSSH2.Failure) in try library.openChannel() }
    } catch {
      throw error.explained(peer: peer, doing: "open a session for a command")
    }
    let bytes = command.text.losslessBytes
    do {
      try await untilDone { library throws(LibSSH2.Failure) in try library.execute(bytes, on: channel) }
    } catch {
      if failure == nil { discard(channel) }
      throw error.explained(peer: peer, doing: "start a command")
    }
    lastChannel += 1
    let id = lastChannel
    channels[id] = ChannelState(handle: channel)
    // The first output, or all of it, may have come with the answer to the request.
    pump()
    return SSHChannel(session: self, id: id)
  }

  package func close() async {
    if failure == nil {
      library.disconnect()
      flush()
    }
    fail(TransportError(.connectionLost, "The connection to \(peer) was closed."))
  }

  // MARK: Waiting

  /// Suspends until bytes arrived, the socket can be written again, or the session failed.
  func nextEvent() async throws(TransportError) {
    if let failure { throw failure }
    let seen = events
    await withCheckedContinuation { waiter in
      // Between the line above and this one other work of the event loop may have run.
      if events == seen { waiters.append(waiter) } else { waiter.resume() }
    }
    if let failure { throw failure }
  }

  func wake() {
    events &+= 1
    guard !waiters.isEmpty else { return }
    let woken = waiters
    waiters.removeAll(keepingCapacity: true)
    for waiter in woken { waiter.resume() }
  }

  /// Repeats a call until it has nothing to wait for. It must not be given up in between: libssh2 would be left in the middle
  /// of an exchange; what ends it early is `fail`, which ends the session.
  func untilDone<Value>(
    _ call: (LibSSH2) throws(LibSSH2.Failure) -> LibSSH2.Attempt<Value>
  ) async throws(CallError) -> Value {
    while true {
      if let failure { throw .session(failure) }
      let result: LibSSH2.Attempt<Value>
      let unread = library.wire.inbound.readableBytes
      do {
        result = try call(library)
      } catch {
        settle(unread)
        throw .library(error)
      }
      settle(unread)
      switch result {
      case .done(let value): return value
      case .again:
        do {
          try await nextEvent()
        } catch {
          throw .session(error)
        }
      }
    }
  }

  /// After a call: sends what it wrote, and sees to what it read on the way, for that may be for others.
  private func settle(_ unread: Int) {
    flush()
    if library.wire.inbound.readableBytes != unread {
      pump()
      wake()
    }
  }

  /// Why `untilDone` gave up.
  enum CallError: Error {
    case library(LibSSH2.Failure)
    case session(TransportError)

    func explained(peer: String, doing what: String) -> TransportError {
      switch self {
      case .session(let error): error
      case .library(let error):
        error.isOfChannel
          ? TransportError(
            .protocolMismatch,
            "\(peer) refused to \(what) (\(error.message)): see MaxSessions, ForceCommand and the user's shell there.")
          : TransportError(.connectionLost, "The connection to \(peer) broke: \(error.message).")
      }
    }
  }

  /// Waits for work that blocks its thread, but no longer than the session lives.
  func outside<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(TransportError) -> Value {
    let promise = eventLoop.makePromise(of: Value.self)
    BlockingWork.start(work) { promise.succeed($0) }
    switch try await outcome(of: promise.futureResult) {
    case .success(let value): return value
    case .failure(let error): throw TransportError(.connectionLost, "The connection to \(peer) broke: \(error).")
    }
  }

  /// Waits for a future of the session's event loop, but no longer than the session lives.
  func outcome<Value: Sendable>(
    of future: EventLoopFuture<Value>
  ) async throws(TransportError) -> Result<Value, any Error> {
    let outcome = OutcomeBox<Value>()
    future.whenComplete { result in
      outcome.result.withLock { $0 = result }
      self.assumeIsolated { $0.wake() }
    }
    while true {
      if let result = outcome.result.withLock({ $0 }) { return result }
      try await nextEvent()
    }
  }

  private final class OutcomeBox<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
  }

  // MARK: Socket events

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
    case .lookup, .connecting, .greeting, .keyExchange:
      // A server that finds no common algorithm may hang up before libssh2 does.
      if let offer = greeting.offer, let mismatch = SSHAlgorithms().mismatch(with: offer) {
        return TransportError(.protocolMismatch, "\(peer) has \(mismatch).")
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
    socket?.writeAndFlush(library.wire.outbound, promise: nil)
    library.wire.outbound = ByteBuffer()
  }

  /// What authentication tried so far, set by it.
  var attempts: [String] = []
  private var authenticationHint: String {
    attempts.isEmpty
      ? ""
      : " after \(attempts.joined(separator: ", ")): it may allow fewer attempts (MaxAuthTries). "
        + "Name the one key to use (ansible_ssh_private_key_file)"
  }

  // MARK: Channels

  /// Lets libssh2 handle all that has arrived, and gives it to the channels.
  func pump() {
    guard failure == nil else { return }
    let unread = library.wire.inbound.readableBytes
    for (id, state) in channels { drain(id, state, limit: Self.channelHighWater) }
    flush()
    // What was read may also be the answer that a caller waits for.
    if library.wire.inbound.readableBytes != unread { wake() }
    if isHeldBack, library.wire.inbound.readableBytes < Self.inboundHighWater {
      isHeldBack = false
      socket?.read()
    }
  }

  private func drain(_ id: Int, _ state: ChannelState, limit: Int) {
    guard let handle = state.handle else { return }
    do {
      if state.isClosing {
        if case .done = try library.close(handle) { release(id, state) }
        return
      }
      for stream in [LibSSH2.Stream.stdout, .stderr] {
        reading: while state.bufferedBytes < limit {
          switch try library.read(handle, stream) {
          case .nothing: break reading
          case .bytes(let bytes): state.append(stream == .stdout ? .stdout(bytes) : .stderr(bytes), count: bytes.count)
          }
        }
      }
      if library.isAtEnd(handle), case .done = try library.waitClosed(handle) {
        state.end(library.ending(handle))
        state.isClosing = true
        if case .done = try library.close(handle) { release(id, state) }
      }
    } catch {
      if error.isOfChannel {
        state.end(nil)
        state.isClosing = true
      } else {
        _ = broken(error)
      }
    }
  }

  private func release(_ id: Int, _ state: ChannelState) {
    if state.isAbandoned { channels[id] = nil }
    guard let handle = state.handle else { return }
    state.handle = nil
    library.free(handle)
  }

  /// Ends the session because libssh2 can't go on.
  private func broken(_ error: LibSSH2.Failure) -> TransportError {
    let lost = TransportError(.connectionLost, "The connection to \(peer) broke: \(error.message).")
    fail(lost)
    return lost
  }

  /// Closes a channel whose command was refused, without waiting for the other side.
  private func discard(_ handle: LibSSH2.Channel) {
    lastChannel += 1
    let state = ChannelState(handle: handle)
    channels[lastChannel] = state
    closeChannel(lastChannel)
  }

  func readChannel(_ id: Int) async throws(TransportError) -> ShellChunk? {
    guard let state = channels[id] else { return nil }
    while true {
      if let chunk = state.next() {
        if state.handle != nil, state.bufferedBytes < Self.channelHighWater / 2, state.wasFull {
          state.wasFull = false
          pump()
        }
        return chunk
      }
      if state.isEnded { return nil }
      if let failure { throw failure }
      if Task.isCancelled { throw TransportError(.cancelled, "The run was cancelled.") }
      let token = state.nextToken()
      await withTaskCancellationHandler {
        await withCheckedContinuation { reader in
          // Between the checks above and this one other work of the event loop may have run.
          if state.hasNews || failure != nil || Task.isCancelled {
            reader.resume()
          } else {
            state.readers[token] = reader
          }
        }
      } onCancel: {
        eventLoop.execute { self.assumeIsolated { $0.channels[id]?.readers.removeValue(forKey: token)?.resume() } }
      }
    }
  }

  func writeChannel(_ id: Int, _ bytes: [UInt8]) async throws(TransportError) {
    guard let state = channels[id] else { throw Self.closedChannel }
    // A write that waits must be repeated with the same bytes: no other write to the channel may come between.
    await state.writing.acquire()
    defer { state.writing.release() }
    var rest = bytes[...]
    while !rest.isEmpty {
      if let failure { throw failure }
      guard let handle = state.handle, !state.isClosing else { throw Self.closedChannel }
      guard socket?.isWritable == true else {
        try await nextEvent()
        continue
      }
      let attempt: LibSSH2.Attempt<Int>
      let unread = library.wire.inbound.readableBytes
      do {
        attempt = try library.write(handle, rest)
      } catch {
        throw error.isOfChannel ? Self.closedChannel : broken(error)
      }
      settle(unread)
      switch attempt {
      case .done(let count): rest = rest.dropFirst(count)
      case .again: try await nextEvent()
      }
    }
  }

  func closeInput(_ id: Int) async throws(TransportError) {
    guard let state = channels[id] else { throw Self.closedChannel }
    await state.writing.acquire()
    defer { state.writing.release() }
    guard let handle = state.handle, !state.isClosing else { return }
    do {
      try await untilDone { library throws(LibSSH2.Failure) in try library.sendEnd(handle) }
    } catch {
      throw error.explained(peer: peer, doing: "end a command's input")
    }
  }

  func endingOfChannel(_ id: Int) -> ShellEnding? { channels[id]?.ending }

  func closeChannel(_ id: Int) {
    guard let state = channels[id] else { return }
    state.end(nil)
    state.isClosing = true
    state.isAbandoned = true
    guard failure == nil, let handle = state.handle else {
      channels[id] = nil
      return
    }
    do {
      if case .done = try library.close(handle) { release(id, state) }
    } catch {
      if error.isOfChannel { release(id, state) } else { _ = broken(error) }
    }
    flush()
    wake()
  }

  static let closedChannel = TransportError(
    .connectionLost, "The command's channel was closed: it ended before it read all its input.")

  // MARK: The end

  /// Ends the session: everything that waits, and every later call, gets the error.
  func fail(_ error: TransportError) {
    guard failure == nil else { return }
    failure = error
    keepalive?.cancel()
    library.wire.isClosed = true
    for state in channels.values { state.wakeReaders() }
    wake()
    socket?.close(promise: nil)
    socket = nil
  }

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

extension Duration {
  var timeAmount: TimeAmount {
    let (seconds, attoseconds) = components
    let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return nanoseconds.overflow
      ? .nanoseconds(.max) : .nanoseconds(nanoseconds.partialValue &+ attoseconds / 1_000_000_000)
  }

  /// `10 s`, `1.5 s`.
  var inSeconds: String {
    let tenths = Int64(components.seconds) &* 10 &+ components.attoseconds / 100_000_000_000_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
