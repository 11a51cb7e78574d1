import Values

/// The text that ansible-vault makes, in its formats 1.1 and 1.2: a header line
/// `$ANSIBLE_VAULT;1.2;AES256;id`, then the payload in hexadecimal digits, 80 a line.
///
/// The payload is hexadecimal once more: salt, HMAC-SHA256 and ciphertext, a line each.
package struct VaultEnvelope: Sendable {
  /// The vault id of a 1.2 header; a hint, for any secret may be the right one.
  package let id: String?
  let salt: [UInt8]
  let signature: [UInt8]
  let ciphertext: [UInt8]
  let place: Place?

  init(id: String?, salt: [UInt8], signature: [UInt8], ciphertext: [UInt8], place: Place?) {
    self.id = id
    self.salt = salt
    self.signature = signature
    self.ciphertext = ciphertext
    self.place = place
  }

  /// Whether a text is an envelope: a whole file of this kind is decrypted before it is read.
  package static func isEnvelope(_ text: some StringProtocol) -> Bool { text.utf8.starts(with: magic.utf8) }

  static let magic = "$ANSIBLE_VAULT"

  /// Takes an envelope apart; nothing is decrypted yet. Space around each line makes no difference.
  ///
  /// - Throws: `.vault` for a header that is none, an unknown version or cipher, and digits that are damaged.
  package static func parse(_ text: String, at place: Place? = nil) throws(Diagnostic) -> VaultEnvelope {
    let lines = text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).map(trimmed).filter { !$0.isEmpty }
    guard let header = lines.first else { throw damaged("it is empty", place) }
    let fields = String(decoding: header, as: UTF8.self).split(separator: ";", omittingEmptySubsequences: false)
      .map(String.init)
    guard fields.count >= 3, fields[0] == magic else {
      throw damaged("its first line is not '\(magic);VERSION;CIPHER'", place)
    }
    guard fields[1] == "1.1" || fields[1] == "1.2" else {
      throw damaged("its format is '\(fields[1])', and only 1.1 and 1.2 are known", place)
    }
    guard fields[2] == "AES256" else {
      throw damaged("its cipher is '\(fields[2])', and only AES256 is known", place)
    }
    let id = fields[1] == "1.2" && fields.count > 3 && !fields[3].isEmpty ? fields[3] : nil
    guard let payload = Hexadecimal.decode(lines.dropFirst().joined()) else {
      throw damaged("its text has a character that is no hexadecimal digit, or one too few", place)
    }
    let parts = payload.split(separator: 0x0A, omittingEmptySubsequences: false)
    guard parts.count == 3, let salt = Hexadecimal.decode(parts[0]), let signature = Hexadecimal.decode(parts[1]),
      let ciphertext = Hexadecimal.decode(parts[2]), signature.count == 32
    else { throw damaged("it doesn't hold a salt, a signature and a text", place) }
    return VaultEnvelope(id: id, salt: salt, signature: signature, ciphertext: ciphertext, place: place)
  }

  /// The envelope as it stands in a file, line end included.
  package var text: String {
    let parts = [salt, signature, ciphertext].map(Hexadecimal.encode)
    let digits = Hexadecimal.encode(Array(parts.joined(separator: [0x0A])))
    var text = id.map { "\(VaultEnvelope.magic);1.2;AES256;\($0)\n" } ?? "\(VaultEnvelope.magic);1.1;AES256\n"
    var rest = digits[...]
    while !rest.isEmpty {
      text += String(decoding: rest.prefix(80), as: UTF8.self) + "\n"
      rest = rest.dropFirst(80)
    }
    return text
  }

  private static func trimmed(_ line: Substring.UTF8View.SubSequence) -> Substring.UTF8View.SubSequence {
    var line = line.drop(while: { $0 == 0x20 || $0 == 0x09 })
    while let last = line.last, last == 0x20 || last == 0x09 { line = line.dropLast() }
    return line
  }

  private static func damaged(_ what: String, _ place: Place?) -> Diagnostic {
    Diagnostic(
      .vault, "The vault text can't be read: \(what).", at: place,
      help: "It was changed or cut after ansible-vault made it. Take it from a backup, or encrypt the value anew.")
  }
}
