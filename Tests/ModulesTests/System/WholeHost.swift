import NIOCore
import TestSupport
import Testing
import Transport

/// Tests that change one host of the fleet, so one runs after another.
@Suite(
  .serialized,
  .enabled(if: Fleet.obstacle == nil, "left out: the full fleet can't run here: \(Fleet.obstacle ?? "")"))
enum WholeHost {
  /// A shell of root on that host.
  static func connection() async throws -> ShellConnection {
    try await ShellConnection.start(
      on: FleetHost(words: try await Fleet.single().words("host1")), timeout: .seconds(60))
  }
}

/// A host of the fleet, reached without ssh.
private struct FleetHost: ShellHost {
  private let machine = LocalHost()
  var eventLoop: any EventLoop { machine.eventLoop }
  let words: [String]

  init(words: [String]) { self.words = words }

  func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel {
    try await machine.open(ShellScript(words: words + ["/bin/sh", "-c", command.text]))
  }

  func close() async { await machine.close() }
}
