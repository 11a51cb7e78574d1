import Values

/// A password under the name (vault id) by which envelopes ask for it.
package struct VaultSecret: Sendable {
  /// `default` where the user gave none.
  package let id: String
  package let password: Secret

  package init(id: String = VaultSecret.defaultID, password: Secret) {
    self.id = id
    self.password = password
  }

  package static let defaultID = "default"
}
