import Foundation
import Testing
import Values

@testable import Transport

extension HostTests {
  /// Hosts that are reached through another one, or through a program.
  @Suite struct SSHProxyTests {
    /// A server's home with what the way through it needs: the key, the known hosts of both, and a configuration.
    private func withHosts(
      _ body: (_ target: SSHServer, _ bastion: SSHServer, SSHEnvironment) async throws -> Void
    ) async throws {
      let target = try await SSHServer()
      defer { target.stop() }
      let bastion = try await SSHServer()
      defer { bastion.stop() }
      let home = "\(bastion.directory)/.ssh"
      try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "\(bastion.directory)/id_ed25519", toPath: "\(home)/id_ed25519")
      try FileManager.default.copyItem(atPath: "\(bastion.directory)/known_hosts", toPath: "\(home)/known_hosts")
      try await body(target, bastion, bastion.environment)
    }

    private func connect(
      _ target: SSHServer, _ environment: SSHEnvironment, _ options: [String]
    ) async throws(TransportError) -> SSHSession {
      var parameters = target.parameters
      parameters.sshOptions = try SSHOption.parse(commandLine: options)
      return try await SSHSession.connect(parameters, environment: environment)
    }

    @Test func manyHostsShareOneLinkThroughAJumpHost() async throws {
      try await withHosts { target, bastion, environment in
        let jump = "ProxyJump=\(NSUserName())@127.0.0.1:\(bastion.port)"
        let sessions = try await withThrowingTaskGroup(of: SSHSession.self) { group in
          for _ in 0..<5 { group.addTask { try await connect(target, environment, ["-o", jump]) } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        for session in sessions { #expect(try await session.run("echo there").stdout == "there\n") }
        #expect(bastion.log.components(separatedBy: "Accepted publickey").count == 2)
        #expect(target.log.components(separatedBy: "Accepted publickey").count == 6)
        for session in sessions { await session.close() }
        // The last one closed the way.
        #expect(await eventually { bastion.hasEndedAConnection })
      }
    }

    @Test func muchIsCarriedThroughAJumpHost() async throws {
      try await withHosts { target, bastion, environment in
        let jump = "\(NSUserName())@127.0.0.1:\(bastion.port)"
        let session = try await connect(target, environment, ["-J", jump])
        let channel = try await session.open("cat")
        async let sent: Void = {
          for _ in 0..<40 { try await channel.write([UInt8](repeating: 120, count: 100_000)) }
          try await channel.closeInput()
        }()
        #expect(try await channel.collect().stdout.utf8.count == 4_000_000)
        try await sent
        await session.close()
      }
    }

    @Test func twoJumpHostsInARow() async throws {
      try await withHosts { target, bastion, environment in
        let hop = "\(NSUserName())@127.0.0.1:\(bastion.port)"
        let session = try await connect(target, environment, ["-J", "\(hop),\(hop)"])
        #expect(try await session.run("echo there").stdout == "there\n")
        await session.close()
        #expect(bastion.log.components(separatedBy: "Accepted publickey").count == 3)
      }
    }

    @Test func aProxyCommandCarriesTheSession() async throws {
      try await withHosts { target, bastion, environment in
        let command =
          "ssh -F none -i \(bastion.directory)/id_ed25519 -o UserKnownHostsFile=\(bastion.directory)/known_hosts "
          + "-p \(bastion.port) -W %h:%p \(NSUserName())@127.0.0.1"
        let session = try await connect(target, environment, ["-o", "ProxyCommand=\(command)"])
        #expect(try await session.run("echo there").stdout == "there\n")
        await session.close()
        #expect(await eventually { bastion.hasEndedAConnection })
      }
    }

    @Test func aJumpHostThatIsUnknownIsRefused() async throws {
      try await withHosts { target, bastion, environment in
        try FileManager.default.removeItem(atPath: "\(bastion.directory)/.ssh/known_hosts")
        let error = await #expect(throws: TransportError.self) {
          try await connect(target, environment, ["-J", "\(NSUserName())@127.0.0.1:\(bastion.port)"])
        }
        #expect(error?.kind == .hostKeyUnknown)
        #expect(
          error?.message.hasPrefix(
            "On the way to 127.0.0.1 port \(target.port): The host key of 127.0.0.1 port \(bastion.port) is not known")
            == true
        )
      }
    }

    @Test func aJumpHostThatCannotReachTheHostSaysSo() async throws {
      try await withHosts { target, bastion, environment in
        var parameters = target.parameters
        parameters.port = try SSHServer.freePort()
        parameters.sshOptions = try SSHOption.parse(commandLine: ["-J", "\(NSUserName())@127.0.0.1:\(bastion.port)"])
        let aim = parameters
        let error = await #expect(throws: TransportError.self) {
          try await SSHSession.connect(aim, environment: environment)
        }
        #expect(error?.kind == .connectionRefused)
        #expect(error?.message.contains("could not connect to 127.0.0.1 port \(aim.port)") == true)
      }
    }

    @Test func aProxyCommandThatFailsSaysWhy() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let error = await #expect(throws: TransportError.self) {
        try await connect(server, server.environment, ["-o", "ProxyCommand=echo no such way >&2; exit 1"])
      }
      #expect(error?.isUnreachable == true)
      #expect(
        error?.message
          == "The way to 127.0.0.1 port \(server.port) (ProxyJump, ProxyCommand) ended: no such way")
    }

    @Test func aCircleOfJumpHostsEnds() async throws {
      try await withHosts { target, bastion, environment in
        let config = "\(bastion.directory)/config"
        try "Host *\n  ProxyJump 127.0.0.1:\(bastion.port)\n".write(
          toFile: config, atomically: true, encoding: .utf8)
        var environment = environment
        environment.configFiles = [config]
        let surroundings = environment
        let error = await #expect(throws: TransportError.self) {
          try await SSHSession.connect(target.parameters, environment: surroundings)
        }
        #expect(error?.isUnreachable == true)
        #expect(error?.message.hasSuffix("leads back to 127.0.0.1 port \(bastion.port) (ProxyJump).") == true)
      }
    }
  }
}
