/// The algorithms we offer, and what to say when a server has none of them.
///
/// libssh2 1.10 would also offer arcfour, 3DES, MD5, DSS and SHA-1 groups: the lists below leave them out. No finite-field
/// Diffie-Hellman either: 1.10 does not check the server's share of it. Neither chacha20-poly1305 nor encrypt-then-MAC may be
/// added without strict key exchange (CVE-2023-48795).
struct SSHAlgorithms: Sendable {
  var hostKeys: [String]

  static let keyExchanges = [
    "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
  ]
  static let allHostKeys = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
  static let ciphers = ["aes256-ctr", "aes128-ctr", "aes192-ctr"]
  /// SHA-256 first, as OpenSSH has it: processors have instructions for it, and libssh2 keys the MAC anew for every packet, which
  /// was 10 % of a converged play's instructions with SHA-512.
  static let macs = ["hmac-sha2-256", "hmac-sha2-512"]

  /// - Parameter known: the types of the keys known for the host, which are asked for first, so that a server with several
  ///   keys shows the one that can be checked.
  init(known: [String] = []) {
    hostKeys = Self.allHostKeys.filter(known.contains) + Self.allHostKeys.filter { !known.contains($0) }
  }

  func apply(to library: LibSSH2) throws(LibSSH2.Failure) {
    try library.prefer(.keyExchange, Self.keyExchanges)
    try library.prefer(.hostKey, hostKeys)
    try library.prefer(.cipherToServer, Self.ciphers)
    try library.prefer(.cipherToClient, Self.ciphers)
    try library.prefer(.macToServer, Self.macs)
    try library.prefer(.macToClient, Self.macs)
  }

  /// Which kind of algorithm has no common member, with what the server offers; `nil` when all have one.
  func mismatch(with offer: SSHOffer) -> String? {
    let kinds: [(String, ours: [String], theirs: [String])] = [
      ("key exchange", Self.keyExchanges, offer.keyExchanges),
      ("host key type", hostKeys, offer.hostKeys),
      ("cipher", Self.ciphers, offer.ciphersToServer),
      ("cipher", Self.ciphers, offer.ciphersToClient),
      ("MAC", Self.macs, offer.macsToServer),
      ("MAC", Self.macs, offer.macsToClient),
    ]
    guard let (kind, ours, theirs) = kinds.first(where: { Set($0.ours).isDisjoint(with: $0.theirs) }) else {
      return nil
    }
    return
      "no common \(kind): it offers \(theirs.joined(separator: ", ")); supported are \(ours.joined(separator: ", "))"
  }
}

/// The algorithms a server offers: its SSH_MSG_KEXINIT (RFC 4253, section 7.1).
struct SSHOffer: Sendable {
  var keyExchanges: [String]
  var hostKeys: [String]
  var ciphersToServer: [String]
  var ciphersToClient: [String]
  var macsToServer: [String]
  var macsToClient: [String]

  /// - Parameter packets: what the server sent after its version line; its first packet is never encrypted.
  init?(packets: [UInt8]) {
    var reader = SSHReader(packets)
    guard let length = reader.uint32(), length > 1, length < 65_536, let padding = reader.byte(),
      let payload = reader.bytes(Int(length) - 1 - Int(padding))
    else { return nil }
    var message = SSHReader(payload)
    guard message.byte() == 20, message.bytes(16) != nil,
      let keyExchanges = message.nameList(), let hostKeys = message.nameList(),
      let ciphersToServer = message.nameList(), let ciphersToClient = message.nameList(),
      let macsToServer = message.nameList(), let macsToClient = message.nameList()
    else { return nil }
    self.keyExchanges = keyExchanges
    self.hostKeys = hostKeys
    self.ciphersToServer = ciphersToServer
    self.ciphersToClient = ciphersToClient
    self.macsToServer = macsToServer
    self.macsToClient = macsToClient
  }
}
