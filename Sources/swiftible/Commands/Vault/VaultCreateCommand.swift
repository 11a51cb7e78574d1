import ArgumentParser
import Glibc
import Playbook
import Values

/// `vault create`.
struct VaultCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Write a new encrypted file in the editor of EDITOR.")

  @Argument(help: "The file.")
  var file: String

  @OptionGroup(title: "Vault") var vault: VaultFlags
  @OptionGroup(title: "Encryption") var encryption: VaultEncryptFlags

  @Flag(name: .customLong("skip-tty-check"), help: "Open the editor without a terminal, too.")
  var skipsTerminalCheck = false

  func run() async throws {
    try await VaultCommand.run { _ in
      guard skipsTerminalCheck || isatty(STDOUT_FILENO) == 1 else {
        throw Diagnostic(.usage, "not a tty, editor cannot be opened")
      }
      guard access(LocalFile.absolute(file), F_OK) != 0 else {
        throw Diagnostic(.file, "\(file) exists, please use 'edit' instead")
      }
      let secret = try await VaultKeys(vault).forSealing(id: encryption.id)
      let text = try EditedText([], named: file).edit()
      try VaultText(file, holding: text).sealed(with: secret).write(to: nil)
    }
  }
}
