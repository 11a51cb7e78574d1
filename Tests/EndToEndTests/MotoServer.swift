import Foundation
import TestSupport

/// An AWS that runs on this machine: moto's server from PyPI (`scripts/moto`), on loopback. It ends with the object or the tests.
final class MotoServer: Sendable {
  let url: String
  private let lifeline = Pipe()

  struct NotStarted: Error {}

  /// The program, or `nil` where `scripts/install` could not install it.
  private static let program: String? = {
    guard let output = try? output(of: ["--installed"]), !output.isEmpty else { return nil }
    return output
  }()

  static var isInstalled: Bool { program != nil }

  init() throws { url = try Self.output(of: ["--serve"], lifeline: lifeline) }

  deinit { try? lifeline.fileHandleForWriting.close() }

  /// Starts an instance in us-east-1 for each set of tags, through the server's API.
  func startInstances(_ tags: [[String: String]]) async throws {
    let python = URL(fileURLWithPath: Self.program ?? "").deletingLastPathComponent().path + "/python"
    let script = Repository.path("Tests/Fixtures/EndToEnd/Cloud/start-instances.py")
    var seed = Program(path: python, arguments: [script, url], environment: [:])
    seed.input = Array(try JSONSerialization.data(withJSONObject: tags))
    let outcome = try await seed.run()
    guard outcome.exitCode == 0 else { throw NotStarted() }
  }

  /// The first line that `scripts/moto` prints.
  private static func output(of arguments: [String], lifeline: Pipe? = nil) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Repository.path("scripts/moto"))
    process.arguments = arguments
    if let lifeline { process.standardInput = lifeline }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else { throw NotStarted() }
      line += bytes
    }
    return String(decoding: line.dropLast(), as: UTF8.self)
  }
}
