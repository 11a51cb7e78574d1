import Crypto
import CryptoExtras

/// A private key in memory, ready to sign.
struct PrivateKey: Sendable {
  enum Material: Sendable {
    case ed25519(Curve25519.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
    case p384(P384.Signing.PrivateKey)
    case p521(P521.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)
  }

  let material: Material
  /// The public half as SSH writes it (RFC 4253, section 6.6; RFC 5656; RFC 8709).
  let publicKey: [UInt8]

  init(_ material: Material) throws {
    self.material = material
    var writer = SSHWriter()
    switch material {
    case .ed25519(let key):
      writer.string("ssh-ed25519".utf8)
      writer.string(Array(key.publicKey.rawRepresentation))
    case .p256(let key): writer.ecdsa("nistp256", Array(key.publicKey.x963Representation))
    case .p384(let key): writer.ecdsa("nistp384", Array(key.publicKey.x963Representation))
    case .p521(let key): writer.ecdsa("nistp521", Array(key.publicKey.x963Representation))
    case .rsa(let key):
      let numbers = try key.publicKey.getKeyPrimitives()
      writer.string("ssh-rsa".utf8)
      writer.number(numbers.publicExponent)
      writer.number(numbers.modulus)
    }
    publicKey = writer.bytes
  }

  /// The signature, without the name of its algorithm.
  /// - Parameter algorithm: for RSA keys `rsa-sha2-512`, `rsa-sha2-256` or `ssh-rsa`; else the key's type.
  func sign(_ data: [UInt8], algorithm: String) throws -> [UInt8] {
    switch material {
    case .ed25519(let key): Array(try key.signature(for: data))
    case .p256(let key): Self.pair(try key.signature(for: data).rawRepresentation)
    case .p384(let key): Self.pair(try key.signature(for: data).rawRepresentation)
    case .p521(let key): Self.pair(try key.signature(for: data).rawRepresentation)
    case .rsa(let key):
      switch algorithm {
      case "rsa-sha2-512":
        Array(try key.signature(for: SHA512.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation)
      case "rsa-sha2-256":
        Array(try key.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation)
      default:
        Array(try key.signature(for: Insecure.SHA1.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation)
      }
    }
  }

  /// r and s as SSH writes them, from both in one row.
  private static func pair(_ raw: some Collection<UInt8>) -> [UInt8] {
    var writer = SSHWriter()
    writer.number(raw.prefix(raw.count / 2))
    writer.number(raw.dropFirst(raw.count / 2))
    return writer.bytes
  }
}

extension SSHWriter {
  fileprivate mutating func ecdsa(_ curve: String, _ point: [UInt8]) {
    string("ecdsa-sha2-\(curve)".utf8)
    string(curve.utf8)
    string(point)
  }
}
