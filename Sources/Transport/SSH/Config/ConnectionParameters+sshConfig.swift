extension ConnectionParameters {
  /// Fills in from the user's OpenSSH configuration what the inventory leaves open, as Ansible's `ssh` does.
  ///
  /// - Throws: where the configuration wants the host reached through another: going there directly would be wrong.
  func applying(_ config: SSHConfig) throws(TransportError) -> ConnectionParameters {
    if let proxy = config.proxy {
      throw TransportError(
        .protocolMismatch,
        "\(address) is to be reached through \(proxy), but ProxyJump and ProxyCommand are not supported yet.")
    }
    var result = self
    result.address = config.hostName ?? address
    result.user = user ?? config.user
    if port == 22 { result.port = config.port ?? 22 }
    if privateKeyFiles.isEmpty { result.privateKeyFiles = config.identityFiles }
    if knownHostsFiles.isEmpty { result.knownHostsFiles = config.knownHostsFiles ?? [] }
    if hostKeyPolicy == .strict { result.hostKeyPolicy = config.hostKeyPolicy ?? .strict }
    return result
  }
}
