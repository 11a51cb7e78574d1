import Values

/// Where and how to connect, after the user's OpenSSH configuration was added to what the inventory says.
struct SSHDestination: Sendable {
  var parameters: ConnectionParameters
  var environment: SSHEnvironment
  let user: String
  var proxy: SSHProxy?
  /// The name by which the host's key is known, where it is not the address.
  var hostKeyAlias: String?
  /// Whether only the keys that are named may be offered.
  var identitiesOnly: Bool
  /// Methods of authentication that are not to be used.
  var disabledMethods: Set<String>

  /// Fills in what the inventory leaves open.
  ///
  /// - Throws: for names that no host or user can have.
  init(
    _ parameters: ConnectionParameters, config: SSHConfig, environment: SSHEnvironment
  ) throws(TransportError) {
    var result = parameters
    result.address = config.hostName ?? parameters.address
    if parameters.port == 22 { result.port = config.port ?? 22 }
    if parameters.privateKeyFiles.isEmpty { result.privateKeyFiles = config.identityFiles }
    if parameters.knownHostsFiles.isEmpty { result.knownHostsFiles = config.knownHostsFiles ?? [] }
    if parameters.hostKeyPolicy == .strict { result.hostKeyPolicy = config.hostKeyPolicy ?? .strict }
    if let timeout = config.connectTimeout { result.connectTimeout = timeout }
    user = parameters.user ?? config.user ?? environment.user
    self.parameters = result
    self.environment = environment
    if let files = config.globalKnownHostsFiles { self.environment.globalKnownHostsFiles = files }
    switch config.identityAgent {
    case nil, "SSH_AUTH_SOCK"?: break
    case "none"?: self.environment.agentSocket = nil
    case let socket?: self.environment.agentSocket = socket
    }
    proxy = try config.proxy()
    hostKeyAlias = config.hostKeyAlias
    identitiesOnly = config.identitiesOnly ?? false
    disabledMethods = config.disabledMethods
    try Self.check(result.address, "host name", "ansible_host")
    try Self.check(user, "user name", "ansible_user")
    guard (1...65_535).contains(result.port) else {
      throw TransportError(
        .nameResolution,
        "The port \(result.port) of \(result.address) is not between 1 and 65535 (ansible_port).")
    }
  }

  /// What starts with a dash would be an option to `ssh`, and a control character could hide in a message.
  private static func check(_ value: String, _ what: String, _ variable: String) throws(TransportError) {
    let isClean =
      !value.isEmpty && !value.hasPrefix("-") && value.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
    guard isClean else {
      throw TransportError(
        .nameResolution,
        "“\(String(reflecting: value).dropFirst().dropLast())” is no \(what) (\(variable)): it is empty, starts with “-” or has blanks in it."
      )
    }
  }

  /// The command line of a `ProxyCommand`, its tokens replaced. A name with signs of the shell in it would be run by it.
  func proxyCommand(_ template: String) throws(TransportError) -> ShellScript {
    let signs = Set("'`\"$\\;&<>|(){}*?[]!#~")
    for name in [parameters.address, user] where name.contains(where: signs.contains) {
      throw TransportError(
        .nameResolution, "“\(name)” holds signs of the shell and can't be passed to the ProxyCommand.")
    }
    let text = SSHConfig.expand(
      template,
      [
        "h": parameters.address, "p": "\(parameters.port)", "r": user, "n": parameters.address,
        "u": environment.user, "d": environment.home,
      ])
    return ShellScript(unchecked: "exec \(text)")
  }
}
