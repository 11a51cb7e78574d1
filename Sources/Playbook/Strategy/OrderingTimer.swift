import Synchronization

/// Looks after the tasks of a play whose events are held back, one timer for all of them: most end long before anyone's patience does, and
/// a timer for each task costs more than the task's own events.
final class OrderingTimer: Sendable {
  private struct State {
    /// What holds events back, the newest last; a task that is done isn't there any more.
    var watched: [Watched] = []
    var isRunning = false
  }

  private struct Watched: Sendable {
    weak var ordering: EventOrdering?
  }

  private let state = Mutex(State())

  /// Asks an ordering to relent when its time has come.
  func watch(_ ordering: EventOrdering, until end: ContinuousClock.Instant) {
    let mustStart = state.withLock { state in
      state.watched.append(Watched(ordering: ordering))
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard mustStart else { return }
    Task { [weak self] in
      var next: ContinuousClock.Instant? = end
      while let end = next {
        try? await Task.sleep(until: end, clock: .continuous)
        next = self?.tick(at: ContinuousClock.now)
      }
    }
  }

  private func tick(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    let watched = state.withLock { state in
      defer { state.watched = [] }
      return state.watched
    }
    var next: ContinuousClock.Instant?
    var rest: [Watched] = []
    for each in watched {
      guard let end = each.ordering?.relent(at: now) else { continue }
      rest.append(each)
      next = min(next ?? end, end)
    }
    return state.withLock { state in
      state.watched += rest
      // One that came meanwhile waits at most as long as everyone may.
      if next == nil, !state.watched.isEmpty { next = now }
      state.isRunning = next != nil
      return next
    }
  }
}
