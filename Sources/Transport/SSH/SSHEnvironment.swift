#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a connection takes from the user's surroundings rather than from the inventory.
package struct SSHEnvironment: Sendable, Hashable {
  /// The user's home, for `~` in paths and the default keys.
  package var home: String
  /// The login name where the inventory gives none.
  package var user: String
  /// The socket of ssh-agent (`SSH_AUTH_SOCK`).
  package var agentSocket: String?
  /// OpenSSH's configuration of its client, in the order in which the files are read.
  package var configFiles: [String]
  /// Lists of host keys that are read after the user's own.
  package var globalKnownHostsFiles: [String]

  package init(
    home: String, user: String, agentSocket: String? = nil,
    configFiles: [String] = [],
    globalKnownHostsFiles: [String] = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]
  ) {
    self.home = home
    self.user = user
    self.agentSocket = agentSocket
    self.configFiles = configFiles
    self.globalKnownHostsFiles = globalKnownHostsFiles
  }

  /// The surroundings of this process. As OpenSSH does, home and name come from the user database, not from `HOME`.
  package static let current: SSHEnvironment = {
    let entry = getpwuid(getuid())
    let home = entry?.pointee.pw_dir.map { String(cString: $0) }
    let user = entry?.pointee.pw_name.map { String(cString: $0) }
    let directory = home ?? variable("HOME") ?? "/"
    return SSHEnvironment(
      home: directory, user: user ?? variable("USER") ?? "root", agentSocket: variable("SSH_AUTH_SOCK"),
      configFiles: ["\(directory)/.ssh/config", "/etc/ssh/ssh_config"])
  }()

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The keys that are tried where the inventory names none.
  var defaultKeyFiles: [String] { ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" } }
  var defaultKnownHostsFiles: [String] { ["\(home)/.ssh/known_hosts", "\(home)/.ssh/known_hosts2"] }
}
