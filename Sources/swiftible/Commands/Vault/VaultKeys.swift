import Playbook
import Values
import Vault

/// The vault passwords of one call of `vault`, asked for where none is named.
struct VaultKeys {
  private let line: CommandLineOptions
  private let named: VaultSecrets

  init(_ flags: VaultFlags) async throws(Diagnostic) {
    line = try CommandLineOptions()
    named = try await line.vaultSecrets(flags)
  }

  /// For opening what is encrypted.
  func forOpening() throws(Diagnostic) -> VaultSecrets {
    if !named.secrets.isEmpty { return named }
    return VaultSecrets([VaultSecret(password: try Self.ask("Vault password: "))], matchesIDOnly: named.matchesIDOnly)
  }

  /// For encrypting: the secret with the id that is wanted, or the only one there is.
  /// - Throws: `.usage` when it is not clear which.
  func forSealing(id: String?) throws(Diagnostic) -> VaultSecret {
    try Self.choose(id ?? line.settings.string("vault_encrypt_identity"), among: named.secrets)
  }

  /// The new secret of a `rekey`.
  func new(id: String?, file: String?, encryptID: String?) async throws(Diagnostic) -> VaultSecret {
    var secrets: [VaultSecret] = []
    if let id { secrets.append(try await VaultSecretSource(vaultID: id).secret(from: ProcessVaultWorld())) }
    if let file {
      let source = VaultSecretSource(vaultID: LocalFile.absolute(file))
      secrets.append(try await source.secret(from: ProcessVaultWorld()))
    }
    return try Self.choose(encryptID, among: secrets)
  }

  private static func choose(_ id: String?, among secrets: [VaultSecret]) throws(Diagnostic) -> VaultSecret {
    guard let first = secrets.first else {
      let password = try ask("New Vault password: ")
      guard try ask("Confirm New Vault password: ") == password else {
        throw Diagnostic(.vault, "Passwords do not match")
      }
      return VaultSecret(id: id ?? VaultSecret.defaultID, password: password)
    }
    let ids = secrets.map(\.id)
    if let id {
      if let secret = secrets.first(where: { $0.id == id }) { return secret }
      throw Diagnostic(
        .usage, "Did not find a match for --encrypt-vault-id=\(id) in the known vault-ids \(ids)",
        help: Suggestion.help(for: id, in: ids))
    }
    guard Set(ids).count == 1 else {
      throw Diagnostic(
        .usage,
        "The vault-ids \(ids.joined(separator: ",")) are available to encrypt. Specify the vault-id to encrypt with --encrypt-vault-id"
      )
    }
    return first
  }

  private static func ask(_ question: String) throws(Diagnostic) -> Secret {
    let answer = try Terminal.ask(question, isHidden: true)
    guard !answer.isEmpty else { throw Diagnostic(.vault, "Invalid vault password was provided") }
    return Secret(answer)
  }
}
