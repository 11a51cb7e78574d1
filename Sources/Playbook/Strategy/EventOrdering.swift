import Synchronization

/// Brings the results of hosts that run side by side into the hosts' order, so that two runs of the same playbook print the
/// same text. A host's events are held back only while an earlier host is still at work, and never longer than `patience`.
final class EventOrdering: Sendable {
  private struct State {
    var waiting: [String: [RunEvent]] = [:]
    var finished: Set<String> = []
    /// The first host that is still at work.
    var turn = 0
    var heldSince: ContinuousClock.Instant?
  }

  private let hosts: [String]
  private let listener: any RunListener
  private let timer: OrderingTimer
  private let state = Mutex(State())
  private static let patience = Duration.milliseconds(250)

  init(hosts: [String], listener: any RunListener, timer: OrderingTimer) {
    self.hosts = hosts
    self.listener = listener
    self.timer = timer
  }

  func receive(_ event: RunEvent, from host: String) {
    state.withLock { state in
      if state.turn < hosts.count, hosts[state.turn] == host {
        listener.receive(event)
        return
      }
      state.waiting[host, default: []].append(event)
      let now = ContinuousClock.now
      if let since = state.heldSince, since.duration(to: now) > Self.patience {
        release(&state)
      } else if state.heldSince == nil {
        state.heldSince = now
        timer.watch(self, until: now + Self.patience)
      }
    }
  }

  /// The host's last event is in.
  func finish(_ host: String) {
    state.withLock { state in
      state.finished.insert(host)
      while state.turn < hosts.count, state.finished.contains(hosts[state.turn]) {
        state.turn += 1
        if state.turn < hosts.count { emit(hosts[state.turn], &state) }
      }
      if state.waiting.isEmpty { state.heldSince = nil }
    }
  }

  /// Lets everything out.
  func flush() {
    state.withLock { state in release(&state) }
  }

  private func release(_ state: inout State) {
    for host in hosts where state.waiting[host] != nil { emit(host, &state) }
    state.heldSince = nil
  }

  private func emit(_ host: String, _ state: inout State) {
    for event in state.waiting.removeValue(forKey: host) ?? [] { listener.receive(event) }
  }

  /// Lets out what has been held back too long.
  /// - Returns: when to come again, if something is held back still.
  func relent(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    state.withLock { state in
      guard let since = state.heldSince else { return nil }
      let end = since + Self.patience
      if now < end { return end }
      release(&state)
      return nil
    }
  }
}
