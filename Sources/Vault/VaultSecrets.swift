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

  /// The file itself, or what it holds when it is encrypted as a whole: a text that no excerpt ever shows.
  package func opened(_ file: SourceFile) throws(Diagnostic) -> SourceFile {
    guard VaultEnvelope.isEnvelope(file.text) else { return file }
    let envelope = try VaultEnvelope.parse(file.text, at: Place(file, line: 1, column: 1))
    let clear = try envelope.open(with: secrets, matchingIDOnly: matchesIDOnly)
    return SourceFile(path: file.path, text: String(lossless: clear), isQuotable: false)
  }
}
