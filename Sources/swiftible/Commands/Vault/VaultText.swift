import Glibc
import Playbook
import Values
import Vault

/// A file, or a standard stream (`-`), that is encrypted or decrypted.
struct VaultText {
  /// As the user wrote it.
  let name: String
  let bytes: [UInt8]

  static let standardStream = "-"

  init(_ name: String) throws(Diagnostic) {
    self.name = name
    guard name == Self.standardStream else {
      bytes = try LocalFile.read(LocalFile.absolute(name))
      return
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    self.bytes = bytes
  }

  init(_ name: String, holding bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  var isEncrypted: Bool { bytes.starts(with: "$ANSIBLE_VAULT".utf8) }

  func sealed(with secret: VaultSecret) throws(Diagnostic) -> VaultText {
    if isEncrypted {
      throw Diagnostic(.vault, "input is already encrypted", causes: [Diagnostic(.vault, "in \(name)")])
    }
    return VaultText(name, holding: Array(try VaultEnvelope.seal(bytes, with: secret).text.utf8))
  }

  func opened(with secrets: VaultSecrets) throws(Diagnostic) -> VaultText {
    guard isEncrypted else { throw Diagnostic(.vault, "Input is not vault encrypted data. for \(name)") }
    do throws(Diagnostic) {
      let envelope = try VaultEnvelope.parse(String(lossless: bytes))
      return VaultText(name, holding: try envelope.open(with: secrets.secrets, matchingIDOnly: secrets.matchesIDOnly))
    } catch {
      throw Diagnostic(error.kind, "\(error.message) for \(name)", help: error.help)
    }
  }

  /// The id that the envelope names.
  var id: String? { (try? VaultEnvelope.parse(String(lossless: bytes)))?.id }

  /// Writes it where the user wants it, by default over the file that it came from.
  /// - Parameter keepsMode: whether the file keeps its mode; otherwise only its owner may read it.
  func write(to output: String?, keepingMode keepsMode: Bool = false) throws(Diagnostic) {
    let target = output ?? name
    guard target != Self.standardStream else {
      Console.standard.write(bytes, to: .standardOutput)
      return
    }
    try OutputFile.replace(LocalFile.absolute(target), with: bytes, keepingMode: keepsMode)
  }
}
