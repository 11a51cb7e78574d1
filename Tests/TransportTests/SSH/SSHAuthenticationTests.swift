import Foundation
import Testing
import Values

@testable import Transport

extension HostTests {
  @Suite struct SSHAuthenticationTests {
    // MARK: Keys

    @Test(arguments: KeySample.all)
    func everyKindOfKeyLogsIn(sample: KeySample) async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/key"
      try await SSHServer.makeKey(path, type: sample.type, passphrase: sample.passphrase, extra: sample.options)
      try await TestProcess.run("/bin/cp", ["\(path).pub", "\(server.directory)/authorized_keys"])
      let session = try await server.connect {
        $0.privateKeyFiles = [path]
        $0.privateKeyPassphrase = sample.passphrase.isEmpty ? nil : Secret(sample.passphrase)
      }
      #expect(try await session.run("echo in").stdout == "in\n")
      await session.close()
    }

    @Test func anEcdsaHostKeyIsChecked() async throws {
      let server = try await SSHServer(hostKeyTypes: ["ecdsa", "ed25519"])
      defer { server.stop() }
      try await server.connect().close()
    }

    @Test func aRefusedKeyNamesWhatWasTried() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/other"
      try await SSHServer.makeKey(path, type: "ed25519")
      let error = await #expect(throws: TransportError.self) {
        try await server.connect { $0.privateKeyFiles = [path, "\(server.directory)/missing"] }
      }
      #expect(
        error
          == TransportError(
            .authentication,
            "\(NSUserName())@127.0.0.1 port \(server.port): permission denied (publickey,password,keyboard-interactive). "
              + "Refused: key \(path); the key \(server.directory)/missing does not exist. "
              + "No password was given (--ask-pass, ansible_password)."))
    }

    @Test(arguments: [("", "needs a passphrase"), ("wrong", "is encrypted with another passphrase than the one given")])
    func aKeyThatStaysShutSaysWhy(passphrase: String, reason: String) async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/shut"
      try await SSHServer.makeKey(path, type: "ed25519", passphrase: "right", extra: ["-a", "1"])
      let error = await #expect(throws: TransportError.self) {
        try await server.connect {
          $0.privateKeyFiles = [path]
          $0.privateKeyPassphrase = passphrase.isEmpty ? nil : Secret(passphrase)
        }
      }
      #expect(error?.message.contains("the key \(path) \(reason)") == true, "\(String(describing: error))")
      #expect(error?.message.contains(passphrase.isEmpty ? "right" : passphrase + " ") == false)
    }

    @Test func theDefaultKeysOfTheHomeAreTried() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      try FileManager.default.createDirectory(atPath: "\(server.directory)/.ssh", withIntermediateDirectories: true)
      try await TestProcess.run("/bin/cp", ["\(server.directory)/id_ed25519", "\(server.directory)/.ssh/id_ed25519"])
      try await server.connect { $0.privateKeyFiles = [] }.close()
    }

    // MARK: Agent

    /// ssh-agent with the given keys; ended by the caller.
    private func agent(_ directory: String, keys: [String]) async throws -> (socket: String, pid: pid_t) {
      let socket = "\(directory)/agent"
      let pid = try TestProcess.start(
        "/usr/bin/timeout", ["900", "/usr/bin/ssh-agent", "-D", "-a", socket], output: "/dev/null")
      try #require(await eventually { LocalFile.exists(socket) })
      for key in keys {
        try await TestProcess.run("/usr/bin/env", ["SSH_AUTH_SOCK=\(socket)", "/usr/bin/ssh-add", "-q", key])
      }
      return (socket, pid)
    }

    @Test(arguments: ["ed25519", "ecdsa", "rsa"])
    func aKeyInTheAgentLogsIn(type: String) async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/key"
      try await SSHServer.makeKey(path, type: type)
      try await TestProcess.run("/bin/cp", ["\(path).pub", "\(server.directory)/authorized_keys"])
      let (socket, pid) = try await agent(server.directory, keys: [path])
      defer { TestProcess.end(pid) }
      var environment = server.environment
      environment.agentSocket = socket
      var parameters = server.parameters
      parameters.privateKeyFiles = []
      let session = try await SSHSession.connect(parameters, environment: environment)
      #expect(try await session.run("echo in").stdout == "in\n")
      await session.close()
    }

    @Test func theNamedKeyGoesFirstHoweverManyTheAgentHolds() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      var keys: [String] = []
      for number in 0..<8 {
        keys.append("\(server.directory)/key\(number)")
        try await SSHServer.makeKey(keys[number], type: "ed25519")
      }
      let (socket, pid) = try await agent(server.directory, keys: keys)
      defer { TestProcess.end(pid) }
      var environment = server.environment
      environment.agentSocket = socket
      try await SSHSession.connect(server.parameters, environment: environment).close()
    }

    @Test func anAgentThatHangsOrIsGoneIsPassedOver() async throws {
      let directory = try makeDirectory()
      defer { try? FileManager.default.removeItem(atPath: directory) }
      let gone = SSHAgent(socketPath: "\(directory)/none", timeout: .milliseconds(200))
      let error = #expect(throws: SSHAgent.Failure.self) { try gone.keys() }
      #expect(error?.description == "no agent answers at \(directory)/none (No such file or directory)")

      let server = try await SSHServer()
      defer { server.stop() }
      var environment = server.environment
      environment.agentSocket = "\(directory)/none"
      try await SSHSession.connect(server.parameters, environment: environment).close()
    }

    // MARK: Passwords

    static let isRoot = getuid() == 0

    @Test(
      .enabled(if: SSHAuthenticationTests.isRoot, "only root can make a user to log in"),
      arguments: ["password", "keyboard-interactive"])
    func aPasswordLogsIn(method: String) async throws {
      let other = method == "password" ? "KbdInteractiveAuthentication no" : "PasswordAuthentication no"
      let server = try await SSHServer(settings: ["UsePAM yes", other])
      defer { server.stop() }
      try await TestUser.with { users in
        let session = try await server.connect {
          $0.user = users[0].name
          $0.password = Secret(users[0].password)
        }
        #expect(try await session.run("id -un").stdout == "\(users[0].name)\n")
        await session.close()
      }
    }

    @Test(.enabled(if: SSHAuthenticationTests.isRoot, "only root can make a user to log in"))
    func aWrongPasswordIsSentOnceAndNeverShown() async throws {
      let server = try await SSHServer(settings: ["UsePAM yes"])
      defer { server.stop() }
      try await TestUser.with { users in
        let error = await #expect(throws: TransportError.self) {
          try await server.connect {
            $0.user = users[0].name
            $0.password = Secret("CANARY")
          }
        }
        #expect(error?.kind == .authentication)
        #expect(error?.message.contains("CANARY") == false)
        #expect(error?.message.contains("password (keyboard-interactive)") == true)
        #expect(server.log.components(separatedBy: "PAM: Authentication failure").count == 2)
      }
    }
  }
}
