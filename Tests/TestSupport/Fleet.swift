import Foundation

/// Real sshd hosts on this machine (`scripts/fleet`), shared by all tests and taken down when the test run ends.
package struct Fleet: Sendable {
  package let state: String

  /// Debian hosts with systemd; wants root and namespaces.
  package static func full() async throws -> Fleet { try await fullFleet.value }
  /// An sshd a host, as the user who runs the tests.
  package static func plain() async throws -> Fleet { try await plainFleet.value }
  /// One Debian host with systemd that nothing resets, for tests of modules that need a whole machine.
  package static func single() async throws -> Fleet { try await singleFleet.value }

  /// Why the full fleet can't run on this machine; `nil` where it can.
  package static let obstacle: String? = {
    guard let script = try? Program.script("fleet", "possible").start() else { return "scripts/fleet can't be run" }
    var answer: Program.Outcome?
    while answer == nil {
      usleep(5000)
      answer = try? script.outcome()
    }
    guard let answer else { return nil }
    return answer.exitCode == 0 ? nil : answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }()

  package var inventory: String { "\(state)/inventory" }

  /// A path of the plain host's own folder.
  package func folder(_ host: String) -> String { "\(state)/hosts/\(host)/root" }

  package func address(_ host: String) throws -> String { try word("hosts/\(host)/address") }
  package func port(_ host: String) throws -> String { try word("hosts/\(host)/port") }
  package func password() throws -> String { try word("password") }

  /// The same hosts with fresh disks.
  package func reset() async throws { try await Self.succeed(Program.script("fleet", "reset", "--state", state)) }

  /// Pulls a host's plug. `reset` brings it back.
  package func kill(_ host: String) async throws {
    try await Self.succeed(Program.script("fleet", "kill", host, "--state", state))
  }

  /// The words that start a program as root in a full host, without ssh.
  package func words(_ host: String) -> [String] {
    [Repository.path("scripts/fleet"), "run", "--state", state, host]
  }

  /// Runs a command as root in a full host, without ssh.
  package func run(_ host: String, _ command: String) async throws -> Program.Outcome {
    try await Program.script("fleet", "run", "--state", state, host, "sh", "-c", command).run()
  }

  private func word(_ file: String) throws -> String {
    try String(contentsOfFile: "\(state)/\(file)", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static let fullFleet = Task { try await start(4, "full") }
  private static let plainFleet = Task { try await start(3, "plain", "--plain") }
  private static let singleFleet = Task { try await start(1, "single") }

  private static func start(_ count: Int, _ name: String, _ options: String...) async throws -> Fleet {
    let process = ProcessInfo.processInfo.processIdentifier
    let state = FileManager.default.temporaryDirectory.appendingPathComponent("swiftible-tests-\(process)-\(name)").path
    var program = Program.script("fleet", "up", "\(count)", "--state", state, "--owner", "\(process)")
    program.arguments += options
    try await succeed(program)
    return Fleet(state: state)
  }

  private static func succeed(_ program: Program) async throws {
    let outcome = try await program.run()
    guard outcome.exitCode == 0 else { throw FleetError(message: outcome.errors) }
  }

  package struct FleetError: Error, CustomStringConvertible {
    package var message: String
    package var description: String { message }
  }
}
