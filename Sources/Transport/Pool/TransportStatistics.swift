import Synchronization

/// Counts what went over the links: for the benchmarks, and to find out which task talks too much.
package final class TransportStatistics: Sendable {
  private let shells = Atomic<Int>(0)
  private let requests = Atomic<Int>(0)
  private let sent = Atomic<Int>(0)
  private let received = Atomic<Int>(0)

  package init() {}

  /// The counts so far.
  package struct Snapshot: Sendable, Hashable {
    /// Shells started, channels for large uploads included.
    package var shells: Int
    /// Round trips: requests sent and answered.
    package var roundTrips: Int
    package var bytesSent: Int
    package var bytesReceived: Int
  }

  package var snapshot: Snapshot {
    Snapshot(
      shells: shells.load(ordering: .relaxed), roundTrips: requests.load(ordering: .relaxed),
      bytesSent: sent.load(ordering: .relaxed), bytesReceived: received.load(ordering: .relaxed))
  }

  func recordShell() { shells.wrappingAdd(1, ordering: .relaxed) }

  func recordRequest(bytesSent: Int) {
    requests.wrappingAdd(1, ordering: .relaxed)
    sent.wrappingAdd(bytesSent, ordering: .relaxed)
  }

  func recordSent(_ count: Int) { sent.wrappingAdd(count, ordering: .relaxed) }

  func recordReceived(_ chunk: ShellChunk) {
    switch chunk {
    case .stdout(let bytes), .stderr(let bytes): received.wrappingAdd(bytes.count, ordering: .relaxed)
    }
  }
}
