import ArgumentParser

/// `vault view`.
struct VaultViewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Show what encrypted files hold.")

  @Argument(help: "The files.")
  var files: [String]

  @OptionGroup(title: "Vault") var vault: VaultFlags

  @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Say more.")
  var verbose: Int

  func run() async throws {
    try await VaultCommand.run { screen in
      let secrets = try await VaultKeys(vault).forOpening()
      for file in files { screen.write(try VaultText(file).opened(with: secrets).bytes) }
    }
  }
}
