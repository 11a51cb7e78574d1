import Foundation
import NIOCore
import Testing
import Values

@testable import Transport

extension HostTests {
  /// Through the real sudo and su, with users made for it; needs root.
  @Suite(.enabled(if: geteuid() == 0 && access("/usr/bin/sudo", X_OK) == 0, "only root can make users"))
  struct RealBecomeTests {
    /// Runs shells as a user, as an SSH login would.
    struct LoginHost: ShellHost {
      let user: String
      var group: String?
      private let machine = LocalHost()
      var eventLoop: any EventLoop { machine.eventLoop }

      init(user: String, group: String? = nil) {
        self.user = user
        self.group = group
      }

      func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel {
        try await machine.open(
          "exec setpriv --reuid \(user) --regid \(group ?? user) --clear-groups --reset-env sh -c \(command.text)")
      }

      func close() async {}
    }

    /// Alice, who logs in and whom sudo trusts as the rule says, and Bob.
    private func withUsers(_ rule: String, _ body: (_ alice: TestUser, _ bob: TestUser) async throws -> Void)
      async throws
    {
      try await TestUser.with(2) { users in
        let path = "/etc/sudoers.d/\(users[0].name)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "\(users[0].name) \(rule)\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: path)
        try await body(users[0], users[1])
      }
    }

    private func start(
      _ method: ConnectionParameters.Become.Method, from login: TestUser, to user: String, _ password: Secret?
    ) async throws(TransportError) -> ShellConnection {
      try await ShellConnection.start(
        on: LoginHost(user: login.name), become: .init(method: method, user: user, password: password),
        timeout: generousTimeout)
    }

    @Test func sudoWithAPassword() async throws {
      try await withUsers("ALL=(ALL) ALL") { alice, bob in
        for user in ["root", bob.name] {
          let connection = try await start(.sudo, from: alice, to: user, Secret(alice.password))
          #expect(connection.traits.user == user)
          let owner = try await connection.run(ShellRequest(#"stat -c '%U %a' "$_sT""#))
          #expect(owner.stdout == Array("\(user) 700\n".utf8))
          await connection.close()
        }
        let missing = await #expect(throws: TransportError.self) {
          try await start(.sudo, from: alice, to: "root", nil)
        }
        #expect(missing == TransportError(.become, "Missing sudo password"))
        let wrong = await #expect(throws: TransportError.self) {
          try await start(.sudo, from: alice, to: "root", Secret("no"))
        }
        #expect(wrong == TransportError(.become, "Incorrect sudo password"))
      }
    }

    @Test func sudoWithoutAPassword() async throws {
      try await withUsers("ALL=(ALL) NOPASSWD: ALL") { alice, bob in
        for password in [nil, Secret(alice.password)] {
          let connection = try await start(.sudo, from: alice, to: bob.name, password)
          #expect(connection.traits.user == bob.name)
          #expect(connection.traits.home == "/home/\(bob.name)")
          await connection.close()
        }
      }
    }

    @Test func suWithAPassword() async throws {
      try await withUsers("ALL=(nobody) NOPASSWD: ALL") { alice, bob in
        let connection = try await start(.su, from: alice, to: bob.name, Secret(bob.password))
        #expect(connection.traits.user == bob.name)
        await connection.close()
        let wrong = await #expect(throws: TransportError.self) {
          try await start(.su, from: alice, to: bob.name, Secret("no"))
        }
        #expect(wrong == TransportError(.become, "Incorrect su password"))
        let missing = await #expect(throws: TransportError.self) {
          try await start(.su, from: alice, to: bob.name, nil)
        }
        #expect(missing == TransportError(.become, "Missing su password"))
      }
    }

    @Test func nothingIsPutWhereAThirdUserCouldReadIt() async throws {
      try await withUsers("ALL=(ALL) ALL") { alice, bob in
        let connection = try await start(.sudo, from: alice, to: bob.name, Secret(alice.password))
        let canary = "CANARY\(UInt64.random(in: 0...UInt64.max))"
        // While bob's script runs, which holds the secret and reads it on its standard input, a third user looks everywhere. The
        // bracket keeps the pattern from finding itself.
        let pattern = "[C]" + canary.dropFirst()
        let spy: ShellScript = """
          grep -rls \(pattern) /tmp /var/tmp /dev/shm /run /home 2>/dev/null
          cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c \(pattern)
          """
        try await withDirectory { directory in
          let goAhead = "\(directory)/go"
          let running = "/tmp/running-\(bob.name)"
          try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
          let task = Task {
            try await connection.run(
              ShellRequest(
                "cat; : \(canary); >\(running); until [ -e \(goAhead) ]; do sleep 0.05; done; rm \(running)",
                input: Array(canary.utf8)))
          }
          #expect(await eventually { LocalFile.exists(running) })
          let nobody = try await ShellConnection.start(
            on: LoginHost(user: "nobody", group: "nogroup"), timeout: generousTimeout)
          let seen = try await nobody.run(ShellRequest("sh -s", input: Array(spy.text.utf8)))
          await nobody.close()
          _ = FileManager.default.createFile(atPath: goAhead, contents: nil)
          let result = try await task.value
          #expect(result.stdout == Array(canary.utf8))
          #expect(String(decoding: seen.stdout, as: UTF8.self) == "0\n")
        }
        await connection.close()
      }
    }
  }
}
