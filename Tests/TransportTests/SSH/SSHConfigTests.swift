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
      #expect(try config.proxy() == nil)
    }

    private func destination(
      _ parameters: ConnectionParameters, _ options: String = ""
    ) async throws -> SSHDestination {
      let environment = SSHEnvironment(home: "/home/me", user: "me", agentSocket: "/agent")
      var parameters = parameters
      parameters.sshOptions = try SSHOption.parse(commandLine: options.split(separator: " ").map(String.init))
      return try await withConfig(Self.sample) {
        let config = SSHConfig(
          host: parameters.address, options: parameters.sshOptions, files: [$0], environment: environment)
        return try SSHDestination(parameters, config: config, environment: environment)
      }
    }

    @Test func theInventoryHasTheLastWord() async throws {
      let open = try await destination(ConnectionParameters(method: .ssh, address: "web1"))
      #expect(open.parameters.address == "web1.example.com")
      #expect(open.user == "deploy")
      let set = try await destination(
        ConnectionParameters(
          method: .ssh, address: "web1", port: 22_022, user: "root", privateKeyFiles: ["key"], hostKeyPolicy: .off))
      #expect(set.parameters.port == 22_022 && set.user == "root" && set.parameters.privateKeyFiles == ["key"])
      #expect(set.parameters.hostKeyPolicy == .off)
    }

    @Test func theWayToAHostIsRead() async throws {
      let db = try await destination(ConnectionParameters(method: .ssh, address: "db"))
      #expect(db.proxy == SSHProxy(jumps: "bastion.example.com"))
      let direct = try await destination(ConnectionParameters(method: .ssh, address: "db"), "-oProxyJump=none")
      #expect(direct.proxy == nil)
      #expect(
        SSHProxy(jumps: "a@b:1,ssh://[::1]:2,::2")
          == .jump([try #require(SSHJump("a@b:1")), try #require(SSHJump("[::1]:2")), try #require(SSHJump("::2"))]))
      #expect(SSHJump("[::1]:2")?.host == "::1" && SSHJump("[::1]:2")?.port == 2)
      for text in ["", "a,,b", "@b", "a:0", "a:x", "[::1]x"] { #expect(SSHProxy(jumps: text) == nil, "\(text)") }
    }

    @Test func optionsComeBeforeTheFiles() async throws {
      let result = try await destination(
        ConnectionParameters(method: .ssh, address: "web1"),
        "-o StrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -i ~/key -p 2022 -l eve -oIdentitiesOnly=yes"
          + " -o ConnectTimeout=3 -oHostKeyAlias=web -oIdentityAgent=none -oPasswordAuthentication=no"
          + " -oGlobalKnownHostsFile=none -C -q -vv -oControlMaster=auto -o ControlPersist=60s -oServerAliveInterval=5")
      #expect(result.parameters.hostKeyPolicy == .off)
      #expect(result.parameters.knownHostsFiles == ["/dev/null"])
      #expect(
        result.parameters.privateKeyFiles == ["/home/me/key", "/home/me/.ssh/web_eve", "/home/me/.ssh/any"])
      #expect(result.parameters.port == 2022 && result.user == "eve" && result.identitiesOnly)
      #expect(result.parameters.connectTimeout == .seconds(3))
      #expect(result.hostKeyAlias == "web" && result.environment.agentSocket == nil)
      #expect(result.environment.globalKnownHostsFiles == [] && result.disabledMethods == ["password"])
    }

    @Test(arguments: [
      ("-oBindAddress=10.0.0.1", "the ssh option “BindAddress” is not supported"),
      ("-o CertificateFile=x", "the ssh option “CertificateFile” is not supported"),
      ("-b 10.0.0.1", "the ssh option -b is not supported"),
      ("-Cb", "the ssh option -b is not supported"),
      ("-i", "the ssh option -i has no value"),
      ("-oPort", "the ssh option “-o Port” has no value"),
      ("Port=3", "“Port=3” is no option of ssh"),
    ])
    func anOptionWithoutEffectHereIsRefusedByName(words: String, reason: String) {
      let error = #expect(throws: TransportError.self) {
        try SSHOption.parse(commandLine: words.split(separator: " ").map(String.init))
      }
      #expect(error?.message.hasPrefix(reason + ". Supported with -o are ") == true)
    }

    @Test(arguments: ["a;touch", "$(id)", "`id`", "a|b", "a&b"])
    func aNameWithSignsOfTheShellIsNotPassedToAProxyCommand(name: String) async throws {
      let made = try await destination(ConnectionParameters(method: .ssh, address: name, user: "me"))
      #expect(throws: TransportError.self) { try made.proxyCommand("nc %h %p") }
      let plain = try await destination(ConnectionParameters(method: .ssh, address: "host", user: "me"))
      #expect(try plain.proxyCommand("nc %h %p %r %%").text == "exec nc host 2200 me %")
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
