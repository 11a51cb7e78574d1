import NIOCore
import Synchronization

extension SSHSession {
  /// Suspends until bytes arrived, the link can be written again, or the session failed.
  ///
  /// - Parameter seen: `events` as it was before the caller looked: on the way to the waiters other work of the event loop may
  ///   run, and what it brings must not be slept over.
  func nextEvent(since seen: UInt64) async throws(TransportError) {
    if let failure { throw failure }
    await withCheckedContinuation { waiter in
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
      let seen = events
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
          try await nextEvent(since: seen)
        } catch {
          throw .session(error)
        }
      }
    }
  }

  /// After a call: sends what it wrote, and sees to what it read on the way, for that may be for others.
  func settle(_ unread: Int) {
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
      let seen = events
      if let result = outcome.result.withLock({ $0 }) { return result }
      try await nextEvent(since: seen)
    }
  }

  private final class OutcomeBox<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
  }
}
