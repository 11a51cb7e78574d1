import NIOCore

/// The channels' work: reading, writing and closing.
extension SSHSession {
  /// Lets libssh2 handle all that has arrived, and gives it to the channels.
  func pump() {
    guard failure == nil else { return }
    let unread = library.wire.inbound.readableBytes
    for (id, state) in channels { drain(id, state, limit: Self.channelHighWater) }
    flush()
    // What was read may also be the answer that a caller waits for.
    if library.wire.inbound.readableBytes != unread { wake() }
    // An empty buffer that is kept can't be filled again by the socket.
    if library.wire.inbound.readableBytes == 0 { library.wire.inbound = ByteBuffer() }
    if isHeldBack, library.wire.inbound.readableBytes < Self.inboundHighWater {
      isHeldBack = false
      link?.resumeReading()
    }
  }

  func drain(_ id: Int, _ state: ChannelState, limit: Int) {
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
  func broken(_ error: LibSSH2.Failure) -> TransportError {
    let lost = TransportError(.connectionLost, "The connection to \(peer) broke: \(error.message).")
    fail(lost)
    return lost
  }

  /// Closes a channel whose command was refused, without waiting for the other side.
  func discard(_ handle: LibSSH2.Channel) {
    lastChannel += 1
    let state = ChannelState(handle: handle)
    channels[lastChannel] = state
    closeChannel(lastChannel)
  }

  func readChannel(_ id: Int) async throws(TransportError) -> ShellChunk? {
    guard let state = channels[id] else { return nil }
    while true {
      if let chunk = state.next() {
        refill(state)
        return chunk
      }
      if state.isEnded { return nil }
      try await news(of: state, id)
    }
  }

  func readChannel(_ id: Int, until isEnough: @escaping (ShellChunk) -> Bool) async throws(TransportError) -> Bool {
    guard let state = channels[id] else { return false }
    if state.give(to: isEnough) {
      refill(state)
      return true
    }
    refill(state)
    do throws(TransportError) {
      while state.isTaking, !state.isEnded { try await news(of: state, id) }
    } catch {
      state.endGiving()
      throw error
    }
    return state.endGiving()
  }

  /// Reads on when a slow reader has made room.
  private func refill(_ state: ChannelState) {
    guard state.wasFull, state.handle != nil, state.bufferedBytes < Self.channelHighWater / 2 else { return }
    state.wasFull = false
    pump()
  }

  /// Suspends until a channel has something to read, or its taker has had enough.
  private func news(of state: ChannelState, _ id: Int) async throws(TransportError) {
    if let failure { throw failure }
    if Task.isCancelled { throw TransportError(.cancelled, "The run was cancelled.") }
    let token = state.nextToken()
    let isTaking = state.isTaking
    await withTaskCancellationHandler {
      await withCheckedContinuation { reader in
        // Between the checks above and this one other work of the event loop may have run.
        if state.hasNews || state.isTaking != isTaking || failure != nil || Task.isCancelled {
          reader.resume()
        } else {
          state.readers[token] = reader
        }
      }
    } onCancel: {
      eventLoop.execute { self.assumeIsolated { $0.channels[id]?.readers.removeValue(forKey: token)?.resume() } }
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
      let seen = events
      guard link?.isWritable == true else {
        try await nextEvent(since: seen)
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
      case .again: try await nextEvent(since: seen)
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
      switch error {
      case .session(let error): throw error
      case .library(let error): throw error.isOfChannel ? Self.closedChannel : broken(error)
      }
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
}
