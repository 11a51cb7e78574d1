import Synchronization

/// Ends the process behind a channel from outside while its output is being read: when a deadline passes or the task is
/// cancelled. The reader sees the end of the channel and finds the reason here.
final class Interruption: Sendable {
  enum Reason: Sendable {
    case timedOut
    case cancelled
  }

  private let channel: any ShellChannel
  private struct State {
    var reason: Reason?
    var isFinished = false
  }

  private let state = Mutex(State())

  /// How long the far end has to stop what it runs before the channel is closed regardless: the keeper's second between
  /// TERM and KILL, and the way there and back.
  private static let grace = Duration.seconds(3)

  init(_ channel: any ShellChannel) { self.channel = channel }

  /// Says that the work is done: from now on an interruption does nothing. Gives the reason of one that came before.
  @discardableResult
  func finish() -> Reason? {
    state.withLock { state in
      state.isFinished = true
      return state.reason
    }
  }

  /// Only the first call does anything.
  func interrupt(_ reason: Reason) {
    let isFirst = state.withLock { state in
      if state.isFinished || state.reason != nil { return false }
      state.reason = reason
      return true
    }
    guard isFirst else { return }
    let channel = channel
    Task {
      try? await channel.closeInput()
      try? await Task.sleep(for: Self.grace)
      await channel.close()
    }
  }

  /// Interrupts after a time, unless the task that is returned is cancelled before.
  func schedule(after timeout: Duration) -> Task<Void, Never> {
    Task {
      do {
        try await Task.sleep(for: timeout)
        interrupt(.timedOut)
      } catch {}
    }
  }
}
