import ArgumentParser
import Glibc
import Playbook
import Values

/// `swiftible vault`, `ansible-vault`.
struct VaultCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vault", abstract: "Encrypt and decrypt files and strings.",
    discussion: """
      Files are replaced whole or not at all, and never lie decrypted beside the encrypted one. The password comes from \
      --vault-id, --vault-password-file or the settings; without one it is asked for.
      """,
    version: Swiftible.configuration.version,
    subcommands: [
      VaultEncryptCommand.self, VaultDecryptCommand.self, VaultViewCommand.self, VaultEditCommand.self,
      VaultCreateCommand.self, VaultRekeyCommand.self, VaultEncryptStringCommand.self,
    ])
}

/// The secret to encrypt with, when there are several.
struct VaultEncryptFlags: ParsableArguments {
  @Option(
    name: .customLong("encrypt-vault-id"),
    help: ArgumentHelp("The vault id to encrypt with, when there are several.", valueName: "id"))
  var id: String?

  @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Say more.")
  var verbose: Int
}

extension VaultCommand {
  /// Runs a subcommand's body. Whatever fails ends with exit code 1, misused flags with 5, as ansible-vault's.
  static func run(_ body: @escaping @Sendable (Screen) async throws -> Void) async throws {
    try await CommandRunner.run { screen in
      do {
        try await body(screen)
        return .success
      } catch let error as Diagnostic where error.kind != .usage {
        screen.show(error)
        return .error
      }
    }
  }

  /// A word on success for people; pipes get none.
  static func tell(_ text: String) {
    if isatty(STDOUT_FILENO) == 1 { Console.standard.write(text + "\n", to: .standardError) }
  }
}
