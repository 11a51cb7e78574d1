import Crypto
import Jinja
import Values
import Vault

extension AnsibleFilters {
  /// Checksums and the vault.
  static let digests: [TemplateFunction] = [
    TemplateFunction("md5", "(data)", "The MD5 checksum.") { try digest($0, "md5") },
    TemplateFunction("sha1", "(data)", "The SHA-1 checksum.") { try digest($0, "sha1") },
    TemplateFunction("checksum", "(data)", "The SHA-1 checksum.") { try digest($0, "sha1") },
    TemplateFunction("hash", "(data, hashtype='sha1')", "A checksum.") { call in
      try digest(call, try call.string(1))
    },
    TemplateFunction(
      "vault", "(data, secret, salt=None, vault_id='filter_default', wrap_object=False)", "The text, encrypted."
    ) { call in
      let secret = try vaultSecret(call, data: "only texts can be encrypted")
      // Whatever the salt is, its text counts.
      let salt = try call[2].isNone ? nil : Array(call.anyText(2).utf8)
      let envelope = try VaultEnvelope.seal(try call.string(0).losslessBytes, with: secret, salt: salt)
      // Wrapped it is what stands encrypted in a file: a secret that reads as its plain text.
      return try call.bool(4) ? call.object(.secret(Secret(call.string(0)))) : .string(Text(envelope.text))
    },
    TemplateFunction(
      "unvault", "(vault, secret, vault_id='filter_default')", acceptsSealed: true,
      "The text that an encrypted one holds, as a secret."
    ) { call in
      let secret = try vaultSecret(call, id: 2, data: "only texts can be decrypted")
      let text = try envelope(call.input) ?? call.string(0)
      guard VaultEnvelope.isEnvelope(text) else { return call.input }
      let bytes = try VaultEnvelope.parse(text).open(with: [secret])
      return call.object(.secret(Secret(String(lossless: bytes))))
    },
  ]

  private static func digest(_ call: Call, _ name: String) throws -> Object {
    guard let digest = Digests.hex(name.lowercased(), try call.anyText(0).losslessBytes) else {
      throw call.failure(
        "unsupported hash type \(name)",
        help: Suggestion.help(for: name, in: Digests.names) ?? "Known are \(Digests.names.joined(separator: ", ")).")
    }
    return .string(digest)
  }

  /// The envelope of an encrypted value to which no password is known.
  private static func envelope(_ object: Object) -> String? {
    if case .undefined(let undefined) = object { undefined.envelope } else { nil }
  }

  private static func vaultSecret(_ call: Call, id: Int = 3, data: String) throws -> VaultSecret {
    guard let password = call[1].string else {
      throw call.failure("\(call.function.name)() argument 'secret' must be a string, not '\(call[1].typeName)'")
    }
    guard call.input.string != nil || envelope(call.input) != nil else {
      throw call.failure("\(call.function.name)() got a value of type '\(call.input.typeName)': \(data)")
    }
    return VaultSecret(id: try call.string(id), password: Secret(password))
  }
}

/// Checksums by name, in hexadecimal.
enum Digests {
  static let names = [
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256", "sha3_224", "sha3_256",
    "sha3_384",
    "sha3_512", "blake2b", "blake2s",
  ]

  static func hex(_ name: String, _ bytes: [UInt8]) -> String? {
    switch name {
    case "md5": hexadecimal(Insecure.MD5.hash(data: bytes))
    case "sha1": hexadecimal(Insecure.SHA1.hash(data: bytes))
    case "sha224": hexadecimal(SHA2Variant.sha224(bytes))
    case "sha512_224", "sha512-224": hexadecimal(SHA2Variant.sha512Cut224(bytes))
    case "sha512_256", "sha512-256": hexadecimal(SHA2Variant.sha512Cut256(bytes))
    case "sha3_224", "sha3-224": hexadecimal(SHA3.digest224(bytes))
    case "blake2b", "blake2b512": hexadecimal(BLAKE2.b(bytes))
    case "blake2s", "blake2s256": hexadecimal(BLAKE2.s(bytes))
    case "sha256": hexadecimal(SHA256.hash(data: bytes))
    case "sha384": hexadecimal(SHA384.hash(data: bytes))
    case "sha512": hexadecimal(SHA512.hash(data: bytes))
    case "sha3_256": hexadecimal(SHA3_256.hash(data: bytes))
    case "sha3_384": hexadecimal(SHA3_384.hash(data: bytes))
    case "sha3_512": hexadecimal(SHA3_512.hash(data: bytes))
    default: nil
    }
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// UUIDs made of names (RFC 9562, version 5).
enum NameUUID {
  static func make(namespace: String, name: String) -> String? {
    let bare = namespace.replacing("urn:", with: "").replacing("uuid:", with: "").filter { !"{}-".contains($0) }
    guard bare.utf8.count == 32, bare.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    let characters = Array(bare)
    let space = stride(from: 0, to: 32, by: 2).compactMap { UInt8(String(characters[$0...$0 + 1]), radix: 16) }
    var bytes = Array(Insecure.SHA1.hash(data: space + Array(name.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = Array(Digests.hexadecimal(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
  }
}
