import Foundation
import Testing
import Values

@testable import Transport

/// Keys made up for tables; only their bytes count.
private enum SampleKey {
  static let ed25519 = make("ssh-ed25519", fill: 1)
  static let otherEd25519 = make("ssh-ed25519", fill: 2)
  static let ecdsa = make("ecdsa-sha2-nistp256", fill: 3)

  private static func make(_ type: String, fill: UInt8) -> HostKey {
    var writer = SSHWriter()
    writer.string(type.utf8)
    writer.string(Array(repeating: fill, count: 32))
    guard let key = HostKey(writer.bytes) else { preconditionFailure("a key with a type can be read") }
    return key
  }
}

extension HostKey {
  fileprivate var line: String { "\(type) \(Base64.encode(bytes))" }
}

extension HostTests {
  @Suite struct KnownHostsTests {
    private let key = SampleKey.ed25519

    private func verdict(_ lines: String, host: String = "web1", port: Int = 22) -> KnownHosts.Verdict {
      KnownHosts(files: [KnownHostsFile(path: "f", content: Array(lines.utf8))])
        .verdict(on: key, host: host, port: port)
    }

    @Test func aPlainNameIsKnownInAnyCase() {
      #expect(verdict("web1 \(key.line)") == .known)
      #expect(verdict("WEB1,10.0.0.1 \(key.line) root@web1", host: "Web1") == .known)
    }

    @Test func patternsMatchAndNegationWins() {
      #expect(verdict("*.example.com \(key.line)", host: "a.example.com") == .known)
      #expect(verdict("web? \(key.line)") == .known)
      #expect(verdict("web*,!web1 \(key.line)") == .unknown)
      #expect(verdict("!web1 \(key.line)", host: "web2") == .unknown)
    }

    @Test func hashedNamesMatch() {
      // ssh-keygen -H on “web1”
      let salt = Array(repeating: UInt8(7), count: 20)
      let hash = KnownHostsFile.Names.hash("web1", salt: salt)
      let line = "|1|\(Base64.encode(salt))|\(Base64.encode(hash)) \(key.line)"
      #expect(verdict(line) == .known)
      #expect(verdict(line, host: "web2") == .unknown)
    }

    @Test func anotherKeyOrAnotherTypeOfKeyIsAChange() {
      #expect(
        verdict("\nweb1 \(SampleKey.otherEd25519.line)") == .changed(SampleKey.otherEd25519, path: "f", line: 2))
      #expect(verdict("web1 \(SampleKey.ecdsa.line)") == .changed(SampleKey.ecdsa, path: "f", line: 1))
      #expect(verdict("web1 \(SampleKey.ecdsa.line)\nweb1 \(key.line)") == .known)
    }

    @Test func aRevokedKeyIsRevokedEvenIfKnown() {
      #expect(verdict("web1 \(key.line)\n@revoked * \(key.line)") == .revoked(path: "f", line: 2))
      #expect(verdict("@revoked * \(SampleKey.otherEd25519.line)") == .unknown)
    }

    @Test func aCertificateAuthorityIsNoKeyOfTheHost() {
      #expect(verdict("@cert-authority * \(key.line)") == .unknown)
    }

    @Test func portsHaveNamesOfTheirOwn() {
      #expect(verdict("[web1]:2222 \(key.line)", port: 2222) == .known)
      #expect(verdict("[web1]:2222 \(key.line)", port: 22) == .unknown)
      #expect(verdict("web1 \(key.line)", port: 2222) == .known)
      #expect(verdict("web1 \(SampleKey.otherEd25519.line)", port: 2222) == .unknown)
    }

    @Test func linesThatCannotBeReadAreSkipped() {
      let lines = """
        # a comment
        web1
        web1 ssh-ed25519 !!!!
        web1 ssh-rsa \(Base64.encode(key.bytes))
        |1|AAAA|BBBB \(key.line)
        @unknown-marker web1 \(key.line)
        """
      #expect(verdict(lines) == .unknown)
      #expect(verdict(lines + "\r\nweb1 \(key.line)\r\n") == .known)
    }

    @Test func theKnownTypesAreAskedForFirst() {
      let file = KnownHostsFile(path: "f", content: Array("web1 \(SampleKey.ecdsa.line)".utf8))
      let types = KnownHosts(files: [file]).types(host: "web1", port: 22)
      #expect(types == ["ecdsa-sha2-nistp256"])
      #expect(SSHAlgorithms(known: types).hostKeys.first == "ecdsa-sha2-nistp256")
      #expect(SSHAlgorithms(known: types).hostKeys.count == 4)
    }

    @Test func manyStarsTakeNoTimeWorthNoting() {
      let pattern = Array(String(repeating: "*a", count: 100).utf8)
      #expect(!Wildcard.matches(pattern, Array(String(repeating: "a", count: 5000).utf8) + [98]))
    }

    // MARK: Against OpenSSH

    @Test(arguments: ["web1", "[web1]:2222", "a.example.com", "nobody"])
    func namesAreFoundAsBySshKeygen(name: String) async throws {
      let directory = try makeDirectory()
      defer { try? FileManager.default.removeItem(atPath: directory) }
      let path = "\(directory)/known_hosts"
      let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0lUh9sYUEMcUSfsBgA2bOaZ8Xb7fJ4sYBGkEFqPKLb"
      try "web1,web2 \(key)\n*.example.com,!b.example.com \(key)\n[web1]:2222 \(key)\n".write(
        toFile: path, atomically: true, encoding: .utf8)
      try await TestProcess.run("/usr/bin/ssh-keygen", ["-q", "-H", "-f", path])
      let expected = (try? await TestProcess.run("/usr/bin/ssh-keygen", ["-F", name, "-f", path]))?.isEmpty == false
      let file = KnownHostsFile(path: path, content: try LocalFile.read(path))
      #expect(file.isHashed)
      #expect(file.entries.contains { $0.names.matches(name) } == expected)
      #expect(expected == (name != "nobody"))
    }

    @Test func verdictsAreThoseOfSsh() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let words = try String(contentsOfFile: "\(server.directory)/host_ed25519.pub", encoding: .utf8).split(
        separator: " ")
      let own = "\(words[0]) \(words[1])"
      let name = "[127.0.0.1]:\(server.port)"
      let tables: [(lines: String, isTaken: Bool)] = [
        ("\(name) \(own)", true),
        ("127.0.0.1 \(own)", true),
        ("* \(own)", true),
        ("[127.0.0.*]:* \(own)", true),
        // Unknown under the name with the port, known under the bare one.
        ("*,!\(name) \(own)", true),
        ("*,!\(name),!127.* \(own)", false),
        ("\(name) \(SampleKey.ecdsa.line)", false),
        ("\(name) \(own)\n@revoked * \(own)", false),
        ("@cert-authority * \(own)", false),
        ("nonsense\n\(name) \(own)\r\n", true),
        ("", false),
      ]
      for (lines, isTaken) in tables {
        let path = "\(server.directory)/table"
        try lines.appending("\n").write(toFile: path, atomically: true, encoding: .utf8)
        let options = [
          "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\(path)", "GlobalKnownHostsFile=none",
        ]
        let bySsh =
          (try? await TestProcess.run(
            "/usr/bin/ssh",
            options.flatMap { ["-o", $0] } + ["-F", "none", "-i", "\(server.directory)/id_ed25519"]
              + ["-p", "\(server.port)", "127.0.0.1", "true"])) != nil
        var byUs = true
        do {
          try await server.connect { $0.knownHostsFiles = [path] }.close()
        } catch {
          byUs = false
        }
        #expect(bySsh == isTaken, "ssh and the table: \(lines)")
        #expect(byUs == isTaken, "swiftible and the table: \(lines)")
      }
    }

    // MARK: Policies

    @Test func anUnknownKeyIsRefusedWithItsFingerprintAndTheRemedy() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/none"
      let fingerprint = try await TestProcess.run(
        "/usr/bin/ssh-keygen", ["-lf", "\(server.directory)/host_ed25519.pub"]
      )
      .split(separator: " ")[1]
      let error = await #expect(throws: TransportError.self) {
        try await server.connect { $0.knownHostsFiles = [path] }
      }
      #expect(
        error
          == TransportError(
            .hostKeyUnknown,
            "The host key of 127.0.0.1 port \(server.port) is not known: ED25519 \(fingerprint). If that is the host's key, add "
              + "it: ssh-keyscan -p \(server.port) -t ed25519 127.0.0.1 >> \(path) "
              + "(or let new keys be taken: ANSIBLE_HOST_KEY_CHECKING=False takes any)."))
      #expect(!server.log.contains("Accepted"))
    }

    @Test func aCertificateAuthorityIsRefusedWithTheReason() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/authority"
      try "# ours\n@cert-authority [127.0.0.1]:* \(try server.hostKeyLine())\n".write(
        toFile: path, atomically: true, encoding: .utf8)
      let error = await #expect(throws: TransportError.self) {
        try await server.connect { $0.knownHostsFiles = [path] }
      }
      #expect(error?.kind == .hostKeyUnknown)
      #expect(
        error?.message.contains(
          " The certificate authority at \(path):2 is of no use: certificates of hosts are not supported. If ") == true)
    }

    @Test func aKeyOfTheSecondFileCounts() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      try await server.connect {
        $0.knownHostsFiles = ["\(server.directory)/none", "\(server.directory)/known_hosts"]
      }.close()
    }

    @Test func aNameThatWasChosenStandsForHostAndPort() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/alias"
      try "web \(try server.hostKeyLine())\n".write(toFile: path, atomically: true, encoding: .utf8)
      try await server.connect {
        $0.knownHostsFiles = [path]
        $0.sshOptions = [SSHOption("HostKeyAlias", ["web"])]
      }.close()
    }

    @Test func acceptNewRemembersTheKeyForItsOwnerAlone() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/new/known_hosts"
      for _ in 0..<2 {
        try await server.connect {
          $0.knownHostsFiles = [path]
          $0.hostKeyPolicy = .acceptNew
        }.close()
      }
      let words = try String(contentsOfFile: "\(server.directory)/host_ed25519.pub", encoding: .utf8).split(
        separator: " ")
      #expect(
        try String(contentsOfFile: path, encoding: .utf8) == "[127.0.0.1]:\(server.port) \(words[0]) \(words[1])\n")
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
      try await server.connect { $0.knownHostsFiles = [path] }.close()
    }

    @Test func acceptNewHashesWhereTheUserHashesAndMendsAMissingNewline() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/hashed"
      let salt = Array(repeating: UInt8(7), count: 20)
      let old =
        "|1|\(Base64.encode(salt))|\(Base64.encode(KnownHostsFile.Names.hash("web1", salt: salt))) \(SampleKey.ecdsa.line)"
      try old.write(toFile: path, atomically: true, encoding: .utf8)
      try await server.connect {
        $0.knownHostsFiles = [path]
        $0.hostKeyPolicy = .acceptNew
      }.close()
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 2 && lines[0] == old && lines[1].hasPrefix("|1|"))
      let found = try await TestProcess.run("/usr/bin/ssh-keygen", ["-F", "[127.0.0.1]:\(server.port)", "-f", path])
      #expect(found.contains("found: line 2"))
    }

    @Test(arguments: [ConnectionParameters.HostKeyPolicy.strict, .acceptNew])
    func aChangedKeyIsRefusedBeforeAnythingIsSent(policy: ConnectionParameters.HostKeyPolicy) async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/changed"
      let lines = "# mine\n[127.0.0.1]:\(server.port) \(SampleKey.otherEd25519.line)\n"
      try lines.write(toFile: path, atomically: true, encoding: .utf8)
      let error = await #expect(throws: TransportError.self) {
        try await server.connect {
          $0.knownHostsFiles = [path]
          $0.hostKeyPolicy = policy
        }
      }
      #expect(error?.kind == .hostKeyChanged)
      #expect(error?.message.contains("but \(path):2 has ED25519 \(SampleKey.otherEd25519.fingerprint)") == true)
      #expect(error?.message.hasSuffix("ssh-keygen -f \(path) -R '[127.0.0.1]:\(server.port)'") == true)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == lines)
      #expect(!server.log.contains("Accepted") && !server.log.contains("Failed"))
    }

    @Test func withoutCheckingAChangedKeyIsTakenForKeysButNotForPasswords() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let path = "\(server.directory)/changed"
      try "[127.0.0.1]:\(server.port) \(SampleKey.otherEd25519.line)\n".write(
        toFile: path, atomically: true, encoding: .utf8)
      try await server.connect {
        $0.knownHostsFiles = [path]
        $0.hostKeyPolicy = .off
      }.close()
      let error = await #expect(throws: TransportError.self) {
        try await server.connect {
          $0.knownHostsFiles = [path]
          $0.hostKeyPolicy = .off
          $0.privateKeyFiles = ["\(server.directory)/none"]
          $0.password = Secret("secret")
        }
      }
      #expect(error?.kind == .authentication)
      #expect(error?.message.contains("the password is not sent to it") == true)
    }
  }
}
