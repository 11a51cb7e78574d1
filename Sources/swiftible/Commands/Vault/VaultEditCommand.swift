import ArgumentParser
import Values
import Vault

/// `vault edit`.
struct VaultEditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Change what encrypted files hold, in the editor of EDITOR.")

  @Argument(help: "The files.")
  var files: [String]

  @OptionGroup(title: "Vault") var vault: VaultFlags
  @OptionGroup(title: "Encryption") var encryption: VaultEncryptFlags

  func run() async throws {
    try await VaultCommand.run { _ in
      let secrets = try await VaultKeys(vault).forOpening()
      for file in files {
        let sealed = try VaultText(file)
        let clear = try sealed.opened(with: secrets)
        let edited = try EditedText(clear.bytes, named: file).edit()
        guard edited != clear.bytes else { continue }
        let id = encryption.id ?? sealed.id ?? VaultSecret.defaultID
        // The secret that opened it: the one of its id, else the first that fits.
        let fitting = secrets.secrets.filter { (try? sealed.opened(with: VaultSecrets([$0]))) != nil }
        guard let secret = fitting.first(where: { $0.id == id }) ?? fitting.first else { continue }
        try VaultText(file, holding: edited).sealed(with: VaultSecret(id: id, password: secret.password))
          .write(to: nil, keepingMode: true)
      }
    }
  }
}
