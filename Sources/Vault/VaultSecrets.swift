import Values

/// All secrets of a run, and how texts are opened with them.
package struct VaultSecrets: Sendable {
  package let secrets: [VaultSecret]
  package let matchesIDOnly: Bool

  /// - Parameter matchesIDOnly: ansible's `vault_id_match`.
  package init(_ secrets: [VaultSecret] = [], matchesIDOnly: Bool = false) {
    self.secrets = secrets
    self.matchesIDOnly = matchesIDOnly
  }

  /// What a YAML reader does with a `!vault` text: a `.secret` that knows its place.
  package func value(of envelope: String, at place: Place) throws(Diagnostic) -> Value {
    let bytes = try VaultEnvelope.parse(envelope, at: place).open(with: secrets, matchingIDOnly: matchesIDOnly)
    return .secret(Secret(String(lossless: bytes), place: place))
  }

  /// The clear text of a file that may be encrypted as a whole, and the `SourceFile` for its diagnostics: one without text,
  /// so that no excerpt ever shows what was encrypted.
  package func clearText(of file: SourceFile) throws(Diagnostic) -> (text: String, file: SourceFile) {
    guard VaultEnvelope.isEnvelope(file.text) else { return (file.text, file) }
    let hidden = SourceFile(path: file.path, text: "")
    let envelope = try VaultEnvelope.parse(file.text, at: Place(hidden, line: 1, column: 1))
    return (String(lossless: try envelope.open(with: secrets, matchingIDOnly: matchesIDOnly)), hidden)
  }
}
