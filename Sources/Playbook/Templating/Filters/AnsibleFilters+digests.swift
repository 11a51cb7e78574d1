import Crypto
import Jinja
import Values

extension AnsibleFilters {
  /// Checksums.
  static let digests: [TemplateFunction] = [
    TemplateFunction("md5", "(data)", "The MD5 checksum.") {
      .string(try Digests.hex("md5", try $0.anyText(0).losslessBytes) ?? "")
    },
    TemplateFunction("sha1", "(data)", "The SHA-1 checksum.") {
      .string(try Digests.hex("sha1", try $0.anyText(0).losslessBytes) ?? "")
    },
    TemplateFunction("checksum", "(data)", "The SHA-1 checksum.") {
      .string(try Digests.hex("sha1", try $0.anyText(0).losslessBytes) ?? "")
    },
    TemplateFunction("hash", "(data, hashtype='sha1')", "A checksum.") { call in
      let kind = try call.string(1)
      guard let digest = try Digests.hex(kind, try call.anyText(0).losslessBytes) else {
        throw call.failure("unsupported hash type \(kind)")
      }
      return .string(digest)
    },
  ]
}

/// Checksums by name, in hexadecimal.
enum Digests {
  static func hex(_ name: String, _ bytes: [UInt8]) throws -> String? {
    switch name {
    case "md5": hexadecimal(Insecure.MD5.hash(data: bytes))
    case "sha1": hexadecimal(Insecure.SHA1.hash(data: bytes))
    case "sha256": hexadecimal(SHA256.hash(data: bytes))
    case "sha384": hexadecimal(SHA384.hash(data: bytes))
    case "sha512": hexadecimal(SHA512.hash(data: bytes))
    default: nil
    }
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in
      text += byte < 16 ? "0" : ""
      text += String(byte, radix: 16)
    }
  }
}

/// UUIDs made of names (RFC 9562, version 5).
enum NameUUID {
  static func make(namespace: String, name: String) -> String? {
    let digits = namespace.filter { $0 != "-" }
    guard digits.count == 32, digits.allSatisfy(\.isHexDigit) else { return nil }
    let characters = Array(digits)
    let space = stride(from: 0, to: 32, by: 2).compactMap { UInt8(String(characters[$0...$0 + 1]), radix: 16) }
    guard space.count == 16 else { return nil }
    var bytes = Array(Insecure.SHA1.hash(data: space + Array(name.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = Array(Digests.hexadecimal(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
  }
}
