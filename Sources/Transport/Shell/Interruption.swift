import Synchronization

/// Ends the process behind a channel from outside while its output is being read: when a deadline passes or the task is
/// cancelled. The reader sees the end of the channel and finds the reason here.
final class Interruption: Sendable {
  enum Reason: Sendable {
    case timedOut
    case cancelled
  }

  private let channel: any ShellChannel
  private let state = Mutex<Reason?>(nil)

  /// How long the far end has to stop what it runs before the channel is closed regardless: the keeper's second between
  /// TERM and KILL, and the way there and back.
  private static let grace = Duration.seconds(3)

  init(_ channel: any ShellChannel) { self.channel = channel }

  var reason: Reason? { state.withLock { $0 } }

  /// Only the first call does anything.
  func interrupt(_ reason: Reason) {
    let isFirst = state.withLock { state in
      defer { state = state ?? reason }
      return state == nil
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
