/// A key to offer a server: its public half, and a way to sign with the other.
struct SSHIdentity: Sendable {
  /// What messages call it: `key ~/.ssh/id_ed25519`, `agent key alice@laptop`.
  var name: String
  /// As SSH writes it: its type, then its numbers.
  var publicKey: [UInt8]
  /// Signs for an algorithm; the answer is without the algorithm's name. Blocks its thread, while an agent works.
  var sign: @Sendable (_ data: [UInt8], _ algorithm: String) throws -> [UInt8]

  /// `ssh-ed25519`, `ssh-rsa`…
  var type: String {
    var reader = SSHReader(publicKey)
    return reader.text() ?? ""
  }

  /// The public key under the name of a signature algorithm, which is how libssh2 1.10 can be brought to use another than
  /// the key's type: OpenSSH reads both names as the same key.
  func publicKey(for algorithm: String) -> [UInt8] {
    var reader = SSHReader(publicKey)
    guard let type = reader.text(), type != algorithm else { return publicKey }
    var writer = SSHWriter()
    writer.string(algorithm.utf8)
    writer.raw(reader.rest)
    return writer.bytes
  }

  init(name: String, key: PrivateKey) {
    self.name = name
    publicKey = key.publicKey
    sign = { try key.sign($0, algorithm: $1) }
  }

  init(
    name: String, publicKey: [UInt8],
    sign: @escaping @Sendable (_ data: [UInt8], _ algorithm: String) throws -> [UInt8]
  ) {
    self.name = name
    self.publicKey = publicKey
    self.sign = sign
  }
}
