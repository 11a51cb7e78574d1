import Crypto
import CryptoExtras

/// Private keys in PEM: PKCS #8, PKCS #1 and SEC 1, and OpenSSL's old encryption of them (`Proc-Type: 4,ENCRYPTED`).
enum PEMKey {
  static func parse(_ armour: PEMArmour, passphrase: [UInt8]?) throws(PrivateKeyError) -> PrivateKey {
    var armour = armour
    if armour.headers["Proc-Type"]?.hasSuffix("ENCRYPTED") == true {
      guard let passphrase else { throw .passphraseNeeded }
      armour.body = try decrypt(armour, passphrase: passphrase)
    }
    let wasEncrypted = !armour.headers.isEmpty
    switch armour.label {
    case "RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY":
      if let key = try? PrivateKey(material(armour.body)) { return key }
      throw wasEncrypted ? .wrongPassphrase : .malformed("its numbers make no key")
    case "ENCRYPTED PRIVATE KEY":
      throw .unsupported("an encrypted PKCS #8 file; “ssh-keygen -p -f FILE” converts it")
    case "DSA PRIVATE KEY": throw .unsupported("of type DSA")
    default: throw .unsupported("a “\(armour.label)”")
    }
  }

  private static func material(_ der: [UInt8]) throws -> PrivateKey.Material {
    // RFC 8410: PKCS #8 around an ed25519 key is these bytes and the seed.
    let ed25519: [UInt8] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]
    if der.count == ed25519.count + 32, der.starts(with: ed25519) {
      return .ed25519(try .init(rawRepresentation: der.suffix(32)))
    }
    if let key = try? P256.Signing.PrivateKey(derRepresentation: der) { return .p256(key) }
    if let key = try? P384.Signing.PrivateKey(derRepresentation: der) { return .p384(key) }
    if let key = try? P521.Signing.PrivateKey(derRepresentation: der) { return .p521(key) }
    return .rsa(try .init(derRepresentation: der))
  }

  private static func decrypt(_ armour: PEMArmour, passphrase: [UInt8]) throws(PrivateKeyError) -> [UInt8] {
    let words = armour.headers["DEK-Info"]?.split(separator: ",").map(String.init) ?? []
    let sizes = ["AES-128-CBC": 16, "AES-192-CBC": 24, "AES-256-CBC": 32]
    guard words.count == 2, let keySize = sizes[words[0]] else {
      throw .unsupported("encrypted with \(words.first ?? "an unnamed cipher")")
    }
    let digits = Array(words[1])
    let vector = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
    guard vector.count == 16 else { throw .malformed("its DEK-Info has no initialisation vector") }
    // OpenSSL's EVP_BytesToKey with MD5 and one round, which is why the format is old.
    var derived: [UInt8] = []
    var block: [UInt8] = []
    while derived.count < keySize {
      block = Array(Insecure.MD5.hash(data: block + passphrase + vector.prefix(8)))
      derived += block
    }
    do {
      return Array(
        try AES._CBC.decrypt(
          armour.body, using: SymmetricKey(data: derived.prefix(keySize)), iv: .init(ivBytes: vector)))
    } catch {
      throw .wrongPassphrase
    }
  }
}
