import ArgumentParser
import Values

/// `vault encrypt`.
struct VaultEncryptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "encrypt", abstract: "Encrypt files.")

  @Argument(help: "The files; standard input when there is none.")
  var files: [String] = []

  @OptionGroup(title: "Vault") var vault: VaultFlags
  @OptionGroup(title: "Encryption") var encryption: VaultEncryptFlags
  @OptionGroup(title: "Output") var output: VaultOutputFlag

  func run() async throws {
    try await VaultCommand.run { _ in
      let files = try output.inputs(files)
      let secret = try await VaultKeys(vault).forSealing(id: encryption.id)
      for file in files { try VaultText(file).sealed(with: secret).write(to: output.file) }
      VaultCommand.tell("Encryption successful")
    }
  }
}

/// `--output`.
struct VaultOutputFlag: ParsableArguments {
  @Option(
    name: .customLong("output"), help: ArgumentHelp("Write to this file; - for standard output.", valueName: "file"))
  var file: String?

  /// The inputs of a command: its files, else standard input.
  func inputs(_ files: [String]) throws(Diagnostic) -> [String] {
    if file != nil, files.count > 1 {
      throw Diagnostic(.usage, "At most one input file may be used with the --output option")
    }
    return files.isEmpty ? [VaultText.standardStream] : files
  }
}
