/// Decides whether a host's key is to be trusted.
struct HostKeyCheck: Sendable {
  /// What the key is looked up by.
  private let host: String
  private let port: Int
  private let peer: String
  private let address: String
  private let policy: ConnectionParameters.HostKeyPolicy
  private let paths: [String]
  private let known: KnownHosts

  /// The types of the keys that are known for the host.
  var knownTypes: [String] { known.types(host: host, port: port) }

  /// Reads the lists of host keys. Blocks its thread.
  static func load(_ destination: SSHDestination) -> Result<HostKeyCheck, TransportError> {
    do throws(TransportError) {
      return .success(try HostKeyCheck(destination))
    } catch {
      return .failure(error)
    }
  }

  private init(_ destination: SSHDestination) throws(TransportError) {
    let (parameters, environment) = (destination.parameters, destination.environment)
    // As for OpenSSH, a name that was chosen stands for host and port.
    host = destination.hostKeyAlias ?? parameters.address
    port = destination.hostKeyAlias == nil ? parameters.port : 22
    peer = "\(parameters.address) port \(parameters.port)"
    address = parameters.address
    policy = parameters.hostKeyPolicy
    paths =
      parameters.knownHostsFiles.isEmpty
      ? environment.defaultKnownHostsFiles
      : parameters.knownHostsFiles.map { LocalFile.expand($0, home: environment.home) }
    do {
      known = try KnownHostsStore.shared.load(paths + environment.globalKnownHostsFiles)
    } catch {
      throw TransportError(
        .file, "\(error.path) can't be read (\(error.reason)), so the key of \(host) can't be checked.")
    }
  }

  /// What a key that may be used allows.
  enum Trust: Sendable {
    case full
    /// The key is another than the known one, and the user wants it taken all the same: no password may be sent to it.
    case withoutPasswords
  }

  /// May write to the first list, and so block its thread.
  /// Fails with `hostKeyUnknown` or `hostKeyChanged`, as the policy has it; then nothing of the user's may be sent.
  func verify(_ bytes: [UInt8]) -> Result<Trust, TransportError> {
    do throws(TransportError) {
      return .success(try check(bytes))
    } catch {
      return .failure(error)
    }
  }

  private func check(_ bytes: [UInt8]) throws(TransportError) -> Trust {
    guard let key = HostKey(bytes) else {
      throw TransportError(.protocolMismatch, "\(peer) showed a host key that can't be read.")
    }
    let verdict = known.verdict(on: key, host: host, port: port)
    switch (verdict, policy) {
    case (.known, _): return .full
    case (.unknown, .off): return .full
    case (.changed, .off), (.revoked, .off): return .withoutPasswords
    case (.unknown, .acceptNew):
      try remember(key)
      return .full
    case (.unknown, .strict):
      let note =
        known.certAuthority(for: host, port: port).map {
          " The certificate authority at \($0) is of no use: certificates of hosts are not supported."
        } ?? ""
      throw TransportError(
        .hostKeyUnknown,
        "The host key of \(peer) is not known: \(key.summary).\(note) If that is the host's key, add it: \(scan(key)) "
          + "(or let new keys be taken: ANSIBLE_HOST_KEY_CHECKING=False takes any).")
    case (.changed(let other, let path, let line), _):
      // Only RSA keys are known: this host can't show one to us, for libssh2 1.10 knows no rsa-sha2.
      if Set(knownTypes).isDisjoint(with: SSHAlgorithms.allHostKeys) {
        throw TransportError(
          .hostKeyUnknown,
          "Of \(peer) only a key of type \(other.type) is known (\(path):\(line)), which can't be checked here; it shows "
            + "\(key.summary). If that is the host's key, add it: \(scan(key)).")
      }
      throw TransportError(
        .hostKeyChanged,
        "The host key of \(peer) has changed! It shows \(key.summary), but \(path):\(line) has \(other.summary). Someone may "
          + "listen in between, or the host was installed anew. If the new key is right, forget the old one: "
          + "ssh-keygen -f \(ShellScript.quoted(path)) -R \(ShellScript.quoted(KnownHosts.name(of: host, port: port)))")
    case (.revoked(let path, let line), _):
      throw TransportError(
        .hostKeyChanged,
        "The host key of \(peer) (\(key.summary)) is marked as revoked at \(path):\(line): it may have been stolen. "
          + "Give the host a new key.")
    }
  }

  private func remember(_ key: HostKey) throws(TransportError) {
    guard let path = paths.first else { return }
    do {
      try KnownHostsStore.shared.add(key, host: host, port: port, to: path)
    } catch {
      throw TransportError(
        .hostKeyUnknown,
        "The host key of \(peer) is new (\(key.summary)) and could not be remembered: \(error.path): \(error.reason).")
    }
  }

  /// The command that fetches the key shown.
  private func scan(_ key: HostKey) -> String {
    let words = ["ssh-keyscan"] + (port == 22 ? [] : ["-p", "\(port)"]) + ["-t", key.keygenType, address]
    return ShellScript(words: words).text + " >> " + ShellScript.quoted(paths.first ?? "known_hosts")
  }
}
