import ArgumentParser
import Values

/// `vault decrypt`.
struct VaultDecryptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "decrypt", abstract: "Decrypt files.")

  @Argument(help: "The files; standard input when there is none.")
  var files: [String] = []

  @OptionGroup(title: "Vault") var vault: VaultFlags
  @OptionGroup(title: "Output") var output: VaultOutputFlag

  @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Say more.")
  var verbose: Int

  func run() async throws {
    try await VaultCommand.run { _ in
      let files = try output.inputs(files)
      let secrets = try await VaultKeys(vault).forOpening()
      for file in files { try VaultText(file).opened(with: secrets).write(to: output.file) }
      VaultCommand.tell("Decryption successful")
    }
  }
}
