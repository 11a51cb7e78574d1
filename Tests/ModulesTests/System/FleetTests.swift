import Foundation
import Testing
import Transport
import Values

@testable import Modules

/// A connection that starts a shell a request: enough to run modules as the engine does.
struct ProcessConnection: Connection {
  var shell: LocalShell
  var traits: HostTraits { shell.traits }

  func run(_ request: ShellRequest) async throws(TransportError) -> ShellResult {
    do { return try shell.run(request.script, input: request.input) } catch {
      throw TransportError(.connectionLost, "\(error)")
    }
  }

  func upload(_ source: UploadSource, to destination: String) async throws(TransportError) {
    throw TransportError(.file, "not needed here")
  }
  func download(_ path: String, limit: Int) async throws(TransportError) -> [UInt8] {
    throw TransportError(.file, "not needed here")
  }
  func download(_ path: String, toLocalFile: String) async throws(TransportError) {
    throw TransportError(.file, "not needed here")
  }
  func close() async {}
}

/// Real changes on a host of the test fleet: `SWIFTIBLE_FLEET_SHELL` is a command that ends in a shell of such a host
/// (`scripts/fleet run host1 /bin/sh`).
@Suite(.enabled(if: ProcessInfo.processInfo.environment["SWIFTIBLE_FLEET_SHELL"] != nil), .serialized)
struct FleetTests {
  private var connection: ProcessConnection {
    let words = (ProcessInfo.processInfo.environment["SWIFTIBLE_FLEET_SHELL"] ?? "").split(separator: " ").map(
      String.init)
    return ProcessConnection(shell: LocalShell(command: words))
  }

  private func run(
    _ name: String, _ arguments: Map, check: Bool = false, _ state: inout PredictedState
  ) async throws -> ModuleResult {
    let type = try #require(ModuleRegistry.find(name))
    return try await ModuleRunner.run(
      type, arguments: arguments, connection: connection, context: .test(check: check, diff: true), predictions: &state)
  }

  private struct Task {
    var module: String
    var arguments: Map
    /// Whether no later task undoes it.
    var isLasting = true
  }

  /// The tasks of a small play; each needs those before it.
  private var play: [Task] {
    let unit = "[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n"
    let hash = "$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g."
    return [
      Task(module: "group", arguments: ["name": "swift", "gid": 4242]),
      Task(
        module: "user",
        arguments: [
          "name": "swift", "group": "swift", "groups": ["adm"], "shell": "/bin/bash", "comment": "A test",
          "password": .string(hash), "generate_ssh_key": true, "ssh_key_type": "ed25519",
          "ssh_key_passphrase": "open sesame", "expires": 1_893_456_000.0, "password_expire_max": 90,
        ], isLasting: false),
      Task(
        module: "user",
        arguments: ["name": "daemonic", "system": true, "create_home": false, "home": "/nonexistent"]),
      Task(
        module: "apt", arguments: ["name": ["tree", "at>=3.0"], "update_cache": true, "cache_valid_time": 86400],
        isLasting: false),
      Task(module: "service", arguments: ["name": "atd", "state": "started", "enabled": true], isLasting: false),
      Task(module: "copy", arguments: ["dest": "/etc/systemd/system/swiftest.service", "content": .string(unit)]),
      Task(
        module: "systemd",
        arguments: ["name": "swiftest", "state": "started", "enabled": true, "daemon_reload": true]),
      Task(
        module: "cron",
        arguments: ["name": "nightly", "job": "/bin/true", "hour": "3", "minute": "7", "user": "swift"]),
      Task(module: "cron", arguments: ["name": "PATH", "env": true, "job": "/usr/bin:/bin", "user": "swift"]),
      Task(
        module: "cron",
        arguments: [
          "name": "file", "job": "/bin/true", "special_time": "daily", "user": "root", "cron_file": "swiftest",
        ]),
      Task(module: "getent", arguments: ["database": "passwd", "key": "swift"]),
      Task(module: "user", arguments: ["name": "swift", "groups": ["adm", "games"], "append": true]),
      Task(module: "service", arguments: ["name": "atd", "state": "stopped", "enabled": false]),
      Task(module: "apt", arguments: ["name": "tree", "state": "absent"]),
    ]
  }

  @Test func foretellsAndMakesAndKeeps() async throws {
    var predicted = PredictedState()
    var foretold: [ModuleResult] = []
    for task in play { foretold.append(try await run(task.module, task.arguments, check: true, &predicted)) }
    var nothing = PredictedState()
    for (number, task) in play.enumerated() {
      let result = try await run(task.module, task.arguments, &nothing)
      let check = foretold[number]
      #expect(!result.isFailed)
      // What is marked as unknown may turn out to be right already; the rest comes exactly as foretold.
      #expect(check.isChanged == result.isChanged || check.unknown != nil, "task \(number)")
    }
    for (number, task) in play.enumerated() where task.isLasting {
      let check = try await run(task.module, task.arguments, check: true, &nothing)
      #expect(!check.isChanged, "task \(number)")
      let result = try await run(task.module, task.arguments, &nothing)
      #expect(!result.isChanged, "task \(number)")
    }
  }
}
