import ArgumentParser
import Values

/// `vault rekey`.
struct VaultRekeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rekey", abstract: "Encrypt files with another password.")

  @Argument(help: "The files.")
  var files: [String]

  @OptionGroup(title: "Vault") var vault: VaultFlags
  @OptionGroup(title: "Encryption") var encryption: VaultEncryptFlags

  @Option(
    name: .customLong("new-vault-id"), help: ArgumentHelp("The new password, with an id.", valueName: "id@source"))
  var newID: String?

  @Option(
    name: .customLong("new-vault-password-file"),
    help: ArgumentHelp("A file (or script) with the new password.", valueName: "file"))
  var newFile: String?

  func run() async throws {
    try await VaultCommand.run { _ in
      let keys = try await VaultKeys(vault)
      let old = try keys.forOpening()
      // All are opened before any is written.
      var texts: [VaultText] = []
      for file in files { texts.append(try VaultText(file).opened(with: old)) }
      let secret = try await keys.new(id: newID, file: newFile, encryptID: encryption.id)
      for text in texts { try text.sealed(with: secret).write(to: nil, keepingMode: true) }
      Console.standard.write("Rekey successful\n", to: .standardError)
    }
  }
}
