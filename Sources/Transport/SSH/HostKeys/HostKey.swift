import Crypto
import Values

/// A host's public key.
struct HostKey: Sendable, Hashable {
  /// As SSH writes it: its type, then its numbers.
  let bytes: [UInt8]
  /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`…
  let type: String

  init?(_ bytes: [UInt8]) {
    var reader = SSHReader(bytes)
    guard let type = reader.text(), !type.isEmpty else { return nil }
    self.bytes = bytes
    self.type = type
  }

  /// `SHA256:` and base64 without padding, as `ssh-keygen -l` prints it.
  var fingerprint: String {
    "SHA256:" + Base64.encode(Array(SHA256.hash(data: bytes))).prefix { $0 != "=" }
  }

  /// `ED25519 SHA256:…`
  var summary: String { "\(keygenType.uppercased()) \(fingerprint)" }

  /// The type as `ssh-keygen -t` and `ssh-keyscan -t` take it.
  var keygenType: String {
    switch type {
    case "ssh-ed25519": "ed25519"
    case "ssh-rsa": "rsa"
    case _ where type.hasPrefix("ecdsa-sha2-"): "ecdsa"
    default: type
    }
  }
}
