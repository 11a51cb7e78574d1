/// What is known of hosts' keys, with OpenSSH's verdicts.
///
/// libssh2's own reader would call a revoked key, or a swapped one of another type, unknown, and so take it on first use.
struct KnownHosts: Sendable {
  enum Verdict: Sendable, Hashable {
    case known
    case unknown
    /// Other keys are known for the host; the first of them, and where it stands.
    case changed(HostKey, path: String, line: Int)
    case revoked(path: String, line: Int)
  }

  /// In the order in which they are read.
  var files: [KnownHostsFile]

  /// The name a host is looked up by.
  static func name(of host: String, port: Int) -> String {
    let host = host.lowercased()
    return port == 22 ? host : "[\(host)]:\(port)"
  }

  func verdict(on key: HostKey, host: String, port: Int) -> Verdict {
    let verdict = verdict(on: key, name: Self.name(of: host, port: port))
    // A host known under its bare name may show the same key on another port; any other key there is simply unknown.
    if verdict == .unknown, port != 22, self.verdict(on: key, name: host.lowercased()) == .known { return .known }
    return verdict
  }

  private func verdict(on key: HostKey, name: String) -> Verdict {
    var verdict = Verdict.unknown
    for (path, entry) in entries(for: name) {
      switch entry.marker {
      case .certAuthority: continue
      case .revoked:
        if entry.key == key { return .revoked(path: path, line: entry.line) }
      case .none:
        if entry.key == key {
          verdict = .known
        } else if verdict == .unknown {
          verdict = .changed(entry.key, path: path, line: entry.line)
        }
      }
    }
    return verdict
  }

  /// The types of the keys known for a host, to ask the server for one of them.
  func types(host: String, port: Int) -> [String] {
    let name = Self.name(of: host, port: port)
    let found = entries(for: name).filter { $0.entry.marker == .none }.map(\.entry.key.type)
    if !found.isEmpty || port == 22 { return found }
    return entries(for: host.lowercased()).filter { $0.entry.marker == .none }.map(\.entry.key.type)
  }

  /// Where an authority stands that signs the host's certificates: `path:line`.
  func certAuthority(for host: String, port: Int) -> String? {
    entries(for: Self.name(of: host, port: port)).first { $0.entry.marker == .certAuthority }
      .map { "\($0.path):\($0.entry.line)" }
  }

  private func entries(for name: String) -> [(path: String, entry: KnownHostsFile.Entry)] {
    files.flatMap { file in file.entries.filter { $0.names.matches(name) }.map { (file.path, $0) } }
  }
}
