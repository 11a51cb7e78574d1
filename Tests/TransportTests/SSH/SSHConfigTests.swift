import Foundation
import Testing

@testable import Transport

extension HostTests {
  @Suite struct SSHConfigTests {
    private func withConfig<Result>(_ text: String, _ body: (String) async throws -> Result) async throws -> Result {
      let directory = try makeDirectory()
      defer { try? FileManager.default.removeItem(atPath: directory) }
      let path = "\(directory)/config"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return try await body(path)
    }

    private func config(_ text: String, host: String) async throws -> SSHConfig {
      try await withConfig(text) {
        SSHConfig(host: host, files: [$0], environment: SSHEnvironment(home: "/home/me", user: "me"))
      }
    }

    private static let sample = """
      # mine
      Host web* !web9
        HostName %h.example.com
        User "deploy"
        Port=2222
        IdentityFile ~/.ssh/web_%r
      Host db
        ProxyJump bastion.example.com
      Match user nobody
        User wrong
      Host *
        User other
        Port 2200
        IdentityFile %d/.ssh/any
        StrictHostKeyChecking accept-new
        UserKnownHostsFile /dev/null ~/known
      """

    @Test func theFirstValueCountsAndIdentitiesAddUp() async throws {
      let config = try await config(Self.sample, host: "web1")
      #expect(config.hostName == "web1.example.com")
      #expect(config.user == "deploy")
      #expect(config.port == 2222)
      #expect(config.identityFiles == ["/home/me/.ssh/web_deploy", "/home/me/.ssh/any"])
      #expect(config.hostKeyPolicy == .acceptNew)
      #expect(config.knownHostsFiles == ["/dev/null", "/home/me/known"])
      #expect(config.proxy == nil)
    }

    @Test func theInventoryHasTheLastWord() async throws {
      let config = try await config(Self.sample, host: "web1")
      let open = ConnectionParameters(method: .ssh, address: "web1")
      #expect(try open.applying(config).address == "web1.example.com")
      #expect(try open.applying(config).user == "deploy")
      let set = ConnectionParameters(
        method: .ssh, address: "web1", port: 22_022, user: "root", privateKeyFiles: ["key"], hostKeyPolicy: .off)
      let result = try set.applying(config)
      #expect(result.port == 22_022 && result.user == "root" && result.privateKeyFiles == ["key"])
      #expect(result.hostKeyPolicy == .off)
    }

    @Test func aJumpHostIsNotPassedBy() async throws {
      let config = try await config(Self.sample, host: "db")
      let error = #expect(throws: TransportError.self) {
        try ConnectionParameters(method: .ssh, address: "db").applying(config)
      }
      #expect(error?.message.hasPrefix("db is to be reached through bastion.example.com (") == true)
      #expect(error?.message.contains("config:8)") == true)
    }

    @Test(arguments: ["web1", "web9", "db", "unknown", "WEB1"])
    func theSettingsAreThoseOfSsh(host: String) async throws {
      let config = try await config(Self.sample, host: host)
      let lines = try await withConfig(Self.sample) {
        try await TestProcess.run("/usr/bin/ssh", ["-G", "-F", $0, host]).split(separator: "\n").map(String.init)
      }
      #expect(lines.contains("port \(config.port ?? 22)"))
      #expect(lines.contains("user \(config.user ?? "?")"))
      #expect(lines.contains("hostname \((config.hostName ?? host).lowercased())"))
    }
  }
}
