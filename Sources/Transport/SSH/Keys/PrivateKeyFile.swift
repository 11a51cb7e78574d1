import Crypto
import CryptoExtras
import Values

/// Reads private keys in OpenSSH's own format (PROTOCOL.key) and in PEM.
enum PrivateKeyFile {
  /// The key in a file's content.
  /// - Parameter passphrase: its bytes, if there is one; ignored for a key that is not encrypted.
  static func parse(_ content: [UInt8], passphrase: [UInt8]?) throws(PrivateKeyError) -> PrivateKey {
    guard let armour = PEMArmour(content) else {
      throw content.starts(with: "ssh-".utf8) || content.starts(with: "ecdsa-".utf8)
        ? .malformed("it is the public half; name the file without .pub") : .malformed("no BEGIN and END lines")
    }
    switch armour.label {
    case "OPENSSH PRIVATE KEY": return try openSSH(armour.body, passphrase: passphrase)
    default: return try PEMKey.parse(armour, passphrase: passphrase)
    }
  }

  private static func openSSH(_ body: [UInt8], passphrase: [UInt8]?) throws(PrivateKeyError) -> PrivateKey {
    let magic = Array("openssh-key-v1\0".utf8)
    var reader = SSHReader(body)
    guard reader.bytes(magic.count) == magic, let cipher = reader.text(), let kdf = reader.text(),
      let kdfOptions = reader.string(), let count = reader.uint32(), reader.string() != nil,
      let sealed = reader.string()
    else { throw .malformed("its fields are cut short") }
    guard count == 1 else { throw .unsupported("a file with \(count) keys") }

    let isEncrypted = cipher != "none"
    let section: [UInt8]
    if isEncrypted {
      guard let passphrase else { throw .passphraseNeeded }
      section = try decrypt(
        sealed, tag: Array(reader.rest), cipher: cipher, kdf: kdf, options: kdfOptions, passphrase: passphrase)
    } else {
      section = sealed
    }
    var secret = SSHReader(section)
    guard let first = secret.uint32(), let second = secret.uint32() else { throw .malformed("it is cut short") }
    guard first == second else { throw isEncrypted ? .wrongPassphrase : .malformed("its check numbers differ") }
    return try material(&secret)
  }

  private static func material(_ reader: inout SSHReader) throws(PrivateKeyError) -> PrivateKey {
    let short = PrivateKeyError.malformed("its numbers are cut short")
    guard let type = reader.text() else { throw short }
    do {
      switch type {
      case "ssh-ed25519":
        guard reader.string() != nil, let pair = reader.string(), pair.count == 64 else { throw short }
        return try PrivateKey(.ed25519(.init(rawRepresentation: pair.prefix(32))))
      case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
        guard reader.string() != nil, reader.string() != nil, let number = reader.string() else { throw short }
        switch type {
        case "ecdsa-sha2-nistp256": return try PrivateKey(.p256(.init(rawRepresentation: padded(number, to: 32))))
        case "ecdsa-sha2-nistp384": return try PrivateKey(.p384(.init(rawRepresentation: padded(number, to: 48))))
        default: return try PrivateKey(.p521(.init(rawRepresentation: padded(number, to: 66))))
        }
      case "ssh-rsa":
        guard let n = reader.string(), let e = reader.string(), let d = reader.string(), reader.string() != nil,
          let p = reader.string(), let q = reader.string()
        else { throw short }
        return try PrivateKey(.rsa(.init(n: n, e: e, d: d, p: p, q: q)))
      default:
        throw PrivateKeyError.unsupported("of type \(type)")
      }
    } catch let error as PrivateKeyError {
      throw error
    } catch {
      throw .malformed("its numbers make no key")
    }
  }

  /// A number with exactly as many bytes as the curve has.
  private static func padded(_ number: [UInt8], to count: Int) -> [UInt8] {
    let digits = number.drop { $0 == 0 }
    return Array(repeating: 0, count: max(0, count - digits.count)) + digits
  }

  private static func decrypt(
    _ sealed: [UInt8], tag: [UInt8], cipher: String, kdf: String, options: [UInt8], passphrase: [UInt8]
  ) throws(PrivateKeyError) -> [UInt8] {
    guard kdf == "bcrypt" else { throw .unsupported("encrypted by way of \(kdf)") }
    var reader = SSHReader(options)
    guard let salt = reader.string(), let rounds = reader.uint32(), rounds > 0, !salt.isEmpty else {
      throw .malformed("its key derivation has no salt or rounds")
    }
    // ssh-keygen's default is 16 rounds (24 since 9.4), 0.1 s; this many take minutes.
    guard rounds <= 10_000 else { throw .unsupported("encrypted with \(rounds) rounds") }
    let sizes = [
      "aes128-ctr": 16, "aes192-ctr": 24, "aes256-ctr": 32, "aes128-cbc": 16, "aes192-cbc": 24, "aes256-cbc": 32,
      "aes128-gcm@openssh.com": 16, "aes256-gcm@openssh.com": 32,
    ]
    guard let keySize = sizes[cipher] else { throw .unsupported("encrypted with \(cipher)") }
    let isGCM = cipher.hasSuffix("-gcm@openssh.com")
    let vectorSize = isGCM ? 12 : 16
    let derived = BcryptPBKDF.derive(
      passphrase: passphrase, salt: salt, rounds: Int(rounds), count: keySize + vectorSize)
    let key = SymmetricKey(data: derived.prefix(keySize))
    let vector = Array(derived.suffix(vectorSize))
    do {
      if isGCM {
        let box = try AES.GCM.SealedBox(nonce: .init(data: vector), ciphertext: sealed, tag: tag)
        return Array(try AES.GCM.open(box, using: key))
      }
      if cipher.hasSuffix("-ctr") {
        return Array(try AES._CTR.decrypt(sealed, using: key, nonce: .init(nonceBytes: vector)))
      }
      return Array(try AES._CBC.decrypt(sealed, using: key, iv: .init(ivBytes: vector), noPadding: true))
    } catch {
      throw .wrongPassphrase
    }
  }
}

/// `-----BEGIN label-----`, header lines, base64, `-----END label-----` (RFC 7468, and RFC 1421's headers).
struct PEMArmour {
  var label: String
  var headers: [String: String] = [:]
  var body: [UInt8]
  /// The whole, from BEGIN to END.
  var text: String

  init?(_ content: [UInt8]) {
    func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let lines = content.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map { line in
      var line = line.drop(while: isSpace)
      while let last = line.last, isSpace(last) { line.removeLast() }
      return String(decoding: line, as: UTF8.self)
    }
    guard let start = lines.firstIndex(where: { $0.hasPrefix("-----BEGIN ") && $0.hasSuffix("-----") }) else {
      return nil
    }
    label = String(lines[start].dropFirst("-----BEGIN ".count).dropLast(5))
    let ending = "-----END \(label)-----"
    guard let end = lines[start...].firstIndex(where: { $0 == ending }) else { return nil }
    var digits = ""
    for line in lines[(start + 1)..<end] {
      if let colon = line.firstIndex(of: ":") {
        headers[String(line[..<colon])] = String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
      } else {
        digits += line
      }
    }
    guard let body = Base64.decode(digits) else { return nil }
    self.body = body
    text = lines[start...end].joined(separator: "\n") + "\n"
  }
}
