import Foundation
import Testing

@testable import Transport

/// A real OpenSSH server on a port of 127.0.0.1, with keys and files in a directory of its own; ends with `stop`.
final class SSHServer: Sendable {
  let directory: String
  let port: Int
  private let process: pid_t

  /// - Parameters:
  ///   - settings: lines of sshd_config that come before ours, so that they win.
  ///   - hostKeyTypes: the first is the one that is known in `known_hosts`.
  init(settings: [String] = [], hostKeyTypes: [String] = ["ed25519"]) async throws {
    let directory = try makeDirectory()
    self.directory = directory
    for type in hostKeyTypes { try await Self.makeKey("\(directory)/host_\(type)", type: type) }
    try await Self.makeKey("\(directory)/id_ed25519", type: "ed25519")
    try FileManager.default.copyItem(
      atPath: "\(directory)/id_ed25519.pub", toPath: "\(directory)/authorized_keys")
    // sshd as root insists on it.
    try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
    let lines =
      settings + ["PidFile none", "StrictModes no", "LogLevel VERBOSE"]
      + ["AuthorizedKeysFile \(directory)/authorized_keys", "PermitRootLogin yes", "MaxStartups 200", "MaxSessions 50"]
      + ["UsePAM no", "PrintMotd no"] + hostKeyTypes.map { "HostKey \(directory)/host_\($0)" }
    (process, port) = try await Self.start(directory, lines)
    if let type = hostKeyTypes.first {
      let key = try String(contentsOfFile: "\(directory)/host_\(type).pub", encoding: .utf8)
      try "[127.0.0.1]:\(port) \(key)".write(toFile: "\(directory)/known_hosts", atomically: true, encoding: .utf8)
    }
  }

  /// Starts sshd on a free port. Another process may take the port before sshd does; then it is tried on another one.
  private static func start(_ directory: String, _ lines: [String]) async throws -> (pid_t, port: Int) {
    for _ in 0..<5 {
      let port = try freePort()
      try (lines + ["ListenAddress 127.0.0.1:\(port)"]).joined(separator: "\n").appending("\n").write(
        toFile: "\(directory)/sshd_config", atomically: true, encoding: .utf8)
      // The server ends by itself should the tests crash.
      let process = try TestProcess.start(
        "/usr/bin/timeout",
        ["900", "/usr/sbin/sshd", "-D", "-f", "\(directory)/sshd_config", "-E", "\(directory)/log"],
        output: "\(directory)/output")
      var log = ""
      let hasAnswered = await eventually {
        log = (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? ""
        return log.contains("listening on 127.0.0.1 port \(port)") || log.contains("Cannot bind")
      }
      if hasAnswered, !log.contains("Cannot bind") { return (process, port) }
      TestProcess.end(process)
    }
    let output = (try? String(contentsOfFile: "\(directory)/output", encoding: .utf8)) ?? ""
    throw TestProcess.Failure(description: "sshd did not start: \(output)")
  }

  /// Ends the server and the sessions it still has, and removes its files.
  func stop() {
    TestProcess.end(process)
    try? FileManager.default.removeItem(atPath: directory)
  }

  var log: String { (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? "" }

  /// Whether a client that had logged in is gone.
  var hasEndedAConnection: Bool {
    let log = log
    return ["Disconnected from user", "Connection closed by", "Connection reset by"].contains(where: log.contains)
  }

  /// The public key of a type as `known_hosts` has it: `ssh-ed25519 AAAA…`.
  func hostKeyLine(_ type: String = "ed25519") throws -> String {
    let words = try String(contentsOfFile: "\(directory)/host_\(type).pub", encoding: .utf8).split(separator: " ")
    return words.prefix(2).joined(separator: " ")
  }

  /// The user who runs the tests, by the key in `authorized_keys`.
  var parameters: ConnectionParameters {
    ConnectionParameters(
      method: .ssh, address: "127.0.0.1", port: port, user: NSUserName(),
      privateKeyFiles: ["\(directory)/id_ed25519"], hostKeyPolicy: .strict,
      knownHostsFiles: ["\(directory)/known_hosts"], connectTimeout: generousTimeout)
  }

  /// No agent, no default keys, no known hosts but those of the test.
  var environment: SSHEnvironment {
    SSHEnvironment(home: directory, user: NSUserName(), globalKnownHostsFiles: [])
  }

  func connect(_ change: (inout ConnectionParameters) -> Void = { _ in }) async throws(TransportError) -> SSHSession {
    var parameters = parameters
    change(&parameters)
    return try await SSHSession.connect(parameters, environment: environment)
  }

  // MARK: Tools

  static func makeKey(_ path: String, type: String, passphrase: String = "", extra: [String] = []) async throws {
    try await TestProcess.run(
      "/usr/bin/ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "test", "-f", path] + extra)
  }

  static func freePort() throws -> Int {
    let listener = try Listener()
    defer { listener.stop() }
    return listener.port
  }
}
