import Values
import Vault

extension Parser {
  /// A vault envelope. What can be taken apart comes out the same again, and without a password nothing is opened.
  static let vaultEnvelope = Parser(name: "vault-envelope") { bytes in
    let text = String(lossless: bytes)
    let place = Place(SourceFile(path: "secret.yml", text: text), line: 1, column: 1)
    do throws(Diagnostic) {
      let envelope = try VaultEnvelope.parse(text, at: place)
      let again = try VaultEnvelope.parse(envelope.text, at: place)
      Promise.hold(
        again.text == envelope.text && again.id == envelope.id, "another envelope when written and read again")
      _ = try envelope.open(with: [])
      fatalError("opened without a password")
    } catch {
      Promise.place(error, in: bytes)
    }
  }
}
