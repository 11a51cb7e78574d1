import Foundation
import TestSupport

/// An AWS that runs on this machine: moto's server from PyPI (`scripts/moto`), on loopback. It ends with the object or the tests.
final class MotoServer: Sendable {
  private let server: LoopbackServer
  var url: String { server.url }

  /// Where the program's Python is, or `nil` where `scripts/install` could not install it.
  private static let python: String? = {
    guard let program = try? LoopbackServer(script, ["--installed"]).url, !program.isEmpty else { return nil }
    return URL(fileURLWithPath: program).deletingLastPathComponent().path + "/python"
  }()
  private static let script = Repository.path("scripts/moto")

  static var isInstalled: Bool { python != nil }

  init() throws { server = try LoopbackServer(Self.script, ["--serve"]) }

  /// Starts an instance in us-east-1 for each set of tags, through the server's API.
  func startInstances(_ tags: [[String: String]]) async throws {
    guard let python = Self.python else { throw LoopbackServer.NotStarted() }
    let script = Repository.path("Tests/Fixtures/EndToEnd/Cloud/start-instances.py")
    var seed = Program(path: python, arguments: [script, url], environment: [:])
    seed.input = Array(try JSONSerialization.data(withJSONObject: tags))
    let outcome = try await seed.run()
    guard outcome.exitCode == 0 else { throw LoopbackServer.NotStarted() }
  }
}
