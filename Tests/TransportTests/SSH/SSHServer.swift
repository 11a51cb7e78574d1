import Foundation

@testable import Transport

/// A real OpenSSH server on a port of 127.0.0.1, with keys and files in a directory of its own; ends with `stop`.
final class SSHServer: Sendable {
  let directory: String
  let port: Int
  private let process: Process
  private let lifeline = Pipe()

  struct Unavailable: Error, CustomStringConvertible {
    var description: String
  }

  /// - Parameters:
  ///   - settings: lines of sshd_config that come before ours, so that they win.
  ///   - hostKeyTypes: the first is the one that is known in `known_hosts`.
  init(settings: [String] = [], hostKeyTypes: [String] = ["ed25519"]) throws {
    let directory = try Self.makeDirectory()
    self.directory = directory
    for type in hostKeyTypes { try Self.makeKey("\(directory)/host_\(type)", type: type) }
    try Self.makeKey("\(directory)/id_ed25519", type: "ed25519")
    try Self.run("/bin/cp", ["\(directory)/id_ed25519.pub", "\(directory)/authorized_keys"])
    // sshd as root insists on it.
    try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
    port = try Self.freePort()
    let lines =
      settings + ["ListenAddress 127.0.0.1:\(port)", "PidFile none", "StrictModes no", "LogLevel VERBOSE"]
      + ["AuthorizedKeysFile \(directory)/authorized_keys", "PermitRootLogin yes", "MaxStartups 200", "MaxSessions 50"]
      + ["UsePAM no", "PrintMotd no"] + hostKeyTypes.map { "HostKey \(directory)/host_\($0)" }
    try lines.joined(separator: "\n").appending("\n").write(
      toFile: "\(directory)/sshd_config", atomically: true, encoding: .utf8)
    process = Process()
    // The end of its input tells the shell to end the server, so that no server outlives a test process that crashed.
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "/usr/sbin/sshd -D -f \"$1/sshd_config\" -E \"$1/log\" & read -r line; kill $!", "sh", directory,
    ]
    process.standardInput = lifeline
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<200 where !Self.answers(port) { usleep(20_000) }
    guard Self.answers(port) else { throw Unavailable(description: "sshd did not start: \(log)") }
    for type in hostKeyTypes.prefix(1) {
      let key = try String(contentsOfFile: "\(directory)/host_\(type).pub", encoding: .utf8)
      try "[127.0.0.1]:\(port) \(key)".write(toFile: "\(directory)/known_hosts", atomically: true, encoding: .utf8)
    }
  }

  deinit { stop() }

  func stop() {
    try? lifeline.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: directory)
  }

  var log: String { (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? "" }

  /// The user who runs the tests, by the key in `authorized_keys`.
  var parameters: ConnectionParameters {
    ConnectionParameters(
      method: .ssh, address: "127.0.0.1", port: port, user: NSUserName(),
      privateKeyFiles: ["\(directory)/id_ed25519"], hostKeyPolicy: .off,
      knownHostsFiles: ["\(directory)/known_hosts"])
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

  static func makeDirectory() throws -> String {
    var template = Array("/tmp/ssh-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Unavailable(description: "no temporary directory") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func makeKey(_ path: String, type: String, passphrase: String = "", extra: [String] = []) throws {
    try run("/usr/bin/ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "test", "-f", path] + extra)
  }

  @discardableResult
  static func run(_ program: String, _ arguments: [String], environment: [String: String]? = nil) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let environment { process.environment = environment }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Unavailable(description: "\(program) \(arguments): status \(process.terminationStatus): \(output)")
    }
    return output
  }

  static func freePort() throws -> Int {
    let listener = try Listener()
    defer { listener.stop() }
    return listener.port
  }

  static func answers(_ port: Int) -> Bool {
    guard let descriptor = Listener.connect(to: port) else { return false }
    close(descriptor)
    return true
  }
}

/// A listening socket on 127.0.0.1 that a test answers by hand.
final class Listener: Sendable {
  let descriptor: Int32
  let port: Int

  init(backlog: Int32 = 16) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var address = Self.address(port: 0)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
    }
    guard bound == 0, listen(descriptor, backlog) == 0 else {
      throw SSHServer.Unavailable(description: "can't listen: \(errno)")
    }
    var length = size
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  func stop() { close(descriptor) }

  private static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  static func connect(to port: Int) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = address(port: port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if connected == 0 { return descriptor }
    close(descriptor)
    return nil
  }
}
