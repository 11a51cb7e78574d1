import Synchronization
import Values
import Vault

/// Opens encrypted values and, where a listing will show them, keeps their encrypted form: that is what a listing shows.
final class VaultEnvelopes: Sendable {
  private let secrets: VaultSecrets
  private let keeps: Bool
  /// By place: two values never share one.
  private let envelopes = Mutex<[Place: String]>([:])

  /// - Parameter keeps: whether to keep the encrypted forms; then values (but not files) need no secret.
  init(secrets: VaultSecrets, keeps: Bool) {
    self.secrets = secrets
    self.keeps = keeps
  }

  /// For values under `!vault`.
  var opener: YAMLVaultOpener {
    { envelope, place throws(Diagnostic) in
      if self.keeps {
        self.envelopes.withLock { $0[place] = envelope }
        if self.secrets.secrets.isEmpty { return .secret(Secret("", place: place)) }
      }
      do throws(Diagnostic) {
        return try self.secrets.value(of: envelope, at: place)
      } catch {
        // A value that nobody uses needs no password; whoever uses it is told.
        guard error.kind == .vault else { throw error }
        return .secret(Secret(sealed: error, envelope: envelope, place: place))
      }
    }
  }

  /// The file itself, or what it holds when it is encrypted as a whole.
  func opened(_ file: SourceFile) throws(Diagnostic) -> SourceFile { try secrets.opened(file) }

  /// The encrypted form of a value that `opener` made, if it was kept.
  func envelope(of secret: Secret) -> String? {
    guard let place = secret.place else { return nil }
    return envelopes.withLock { $0[place] }
  }
}
