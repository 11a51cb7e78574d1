import Playbook
import Transport
import Values

/// What a run cost on the links, for benchmarks: written where `SWIFTIBLE_STATISTICS` says, a line `name=number` each.
enum StatisticsFile {
  static func write(_ statistics: TransportStatistics.Snapshot, environment: [String: String]) throws(Diagnostic) {
    guard let path = environment["SWIFTIBLE_STATISTICS"], !path.isEmpty else { return }
    let text = """
      shells=\(statistics.shells)
      round_trips=\(statistics.roundTrips)
      bytes_sent=\(statistics.bytesSent)
      bytes_received=\(statistics.bytesReceived)

      """
    try OutputFile.write(Array(text.utf8), to: path)
  }
}
