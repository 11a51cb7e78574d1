import Crypto
import CryptoExtras
import Values

extension VaultEnvelope {
  /// Decrypts with the first secret whose signature fits.
  ///
  /// The signature is checked before anything is decrypted, and in constant time: a wrong password never yields bytes.
  ///
  /// - Parameters:
  ///   - secrets: tried in order, those with the envelope's id first.
  ///   - matchingIDOnly: tries only secrets with the envelope's id (ansible's `vault_id_match`).
  /// - Throws: `.vault`, naming the place and the ids that were tried.
  package func open(with secrets: [VaultSecret], matchingIDOnly: Bool = false) throws(Diagnostic) -> [UInt8] {
    guard !secrets.isEmpty else {
      throw Diagnostic(
        .vault, "Attempting to decrypt but no vault secrets found.", at: place,
        help: "Give the password with --vault-password-file or --ask-vault-pass.")
    }
    let named = secrets.filter { $0.id == id }
    let candidates = named + (matchingIDOnly && id != nil ? [] : secrets.filter { $0.id != id })
    for secret in candidates {
      let keys = try Keys(password: secret.password, salt: salt, place: place)
      guard HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: ciphertext, using: keys.signing) else {
        continue
      }
      let padded = try keys.crypt(ciphertext, place: place)
      guard let count = padded.last, count >= 1, count <= 16, Int(count) <= padded.count,
        padded.suffix(Int(count)).allSatisfy({ $0 == count })
      else { throw Diagnostic(.vault, "The vault text ends in a wrong padding.", at: place) }
      return Array(padded.dropLast(Int(count)))
    }
    throw noneFits(tried: candidates)
  }

  /// Encrypts. A secret with an id of its own makes format 1.2, the default one 1.1, as ansible-vault does.
  ///
  /// - Parameter salt: for a text that must come out the same each time; `nil`: fresh random bytes.
  package static func seal(_ plaintext: [UInt8], with secret: VaultSecret, salt: [UInt8]? = nil) throws(Diagnostic)
    -> VaultEnvelope
  {
    var generator = SystemRandomNumberGenerator()
    let salt = salt ?? (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let keys = try Keys(password: secret.password, salt: salt, place: nil)
    let padding = 16 - plaintext.count % 16
    let ciphertext = try keys.crypt(
      plaintext + [UInt8](repeating: UInt8(truncatingIfNeeded: padding), count: padding), place: nil)
    let signature = Array(HMAC<SHA256>.authenticationCode(for: ciphertext, using: keys.signing))
    return VaultEnvelope(
      id: secret.id == VaultSecret.defaultID ? nil : secret.id, salt: salt, signature: signature,
      ciphertext: ciphertext, place: nil)
  }

  private func noneFits(tried: [VaultSecret]) -> Diagnostic {
    let ids = tried.map { "'\($0.id)'" }.joined(separator: ", ")
    let wanted = id.map { " It was encrypted for the id '\($0)'." } ?? ""
    let help =
      tried.isEmpty
      ? "No secret has its id.\(wanted)"
      : "Tried the vault \(tried.count == 1 ? "id" : "ids") \(ids): the password is wrong or the text was changed.\(wanted)"
    return Diagnostic(
      .vault, "Decryption failed (no vault secrets were found that could decrypt).", at: place, help: help)
  }
}

/// What PBKDF2 makes of a password: a key for the cipher, one for the signature, and the counter's first block.
private struct Keys {
  let signing: SymmetricKey
  private let encryption: SymmetricKey
  private let counter: [UInt8]

  init(password: Secret, salt: [UInt8], place: Place?) throws(Diagnostic) {
    do {
      // The format fixes 10,000 rounds.
      let derived = try KDF.Insecure.PBKDF2.deriveKey(
        from: password.reveal().losslessBytes, salt: salt, using: .sha256, outputByteCount: 80,
        unsafeUncheckedRounds: 10_000
      ).withUnsafeBytes { Array($0) }
      encryption = SymmetricKey(data: derived[0..<32])
      signing = SymmetricKey(data: derived[32..<64])
      counter = Array(derived[64..<80])
    } catch {
      throw Diagnostic(.vault, "No key could be derived from the vault password: \(error).", at: place)
    }
  }

  /// Counter mode: the same function both ways.
  func crypt(_ bytes: [UInt8], place: Place?) throws(Diagnostic) -> [UInt8] {
    do {
      return Array(try AES._CTR.encrypt(bytes, using: encryption, nonce: AES._CTR.Nonce(nonceBytes: counter)))
    } catch {
      throw Diagnostic(.vault, "The cipher failed on the vault text: \(error).", at: place)
    }
  }
}
