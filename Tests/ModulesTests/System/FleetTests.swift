import Testing
import Transport
import Values

@testable import Modules

extension WholeHost {
  /// A small play on a host of the test fleet.
  @Suite struct FleetTests {
    private func run(
      _ name: String, _ arguments: Map, check: Bool = false, _ connection: ShellConnection,
      _ state: inout PredictedState
    ) async throws -> ModuleResult {
      let type = try #require(ModuleRegistry.find(name))
      return try await ModuleRunner.run(
        ModuleDefinition(type), arguments: arguments, connection: connection,
        context: .test(check: check, diff: true, traits: connection.traits),
        predictions: &state)
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
        Task(module: "service", arguments: ["name": "cron", "state": "started", "enabled": true], isLasting: false),
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
        Task(module: "service", arguments: ["name": "cron", "state": "stopped", "enabled": false]),
      ]
    }

    @Test func foretellsAndMakesAndKeeps() async throws {
      let connection = try await WholeHost.connection()
      var predicted = PredictedState()
      var foretold: [ModuleResult] = []
      for task in play {
        foretold.append(try await run(task.module, task.arguments, check: true, connection, &predicted))
      }
      var nothing = PredictedState()
      for (number, task) in play.enumerated() {
        let result = try await run(task.module, task.arguments, connection, &nothing)
        let check = foretold[number]
        #expect(!result.isFailed)
        // What is marked as unknown may turn out to be right already; the rest comes exactly as foretold.
        #expect(check.isChanged == result.isChanged || check.unknown != nil, "task \(number)")
      }
      for (number, task) in play.enumerated() where task.isLasting {
        let check = try await run(task.module, task.arguments, check: true, connection, &nothing)
        #expect(!check.isChanged, "task \(number)")
        let result = try await run(task.module, task.arguments, connection, &nothing)
        #expect(!result.isChanged, "task \(number)")
      }
      _ = try await connection.run(
        ShellRequest(
          """
          systemctl disable --now swiftest; systemctl enable --now cron; rm -f /etc/systemd/system/swiftest.service /etc/cron.d/swiftest
          crontab -r -u swift; userdel -rf swift; userdel daemonic; groupdel swift
          """))
      await connection.close()
    }
  }
}
