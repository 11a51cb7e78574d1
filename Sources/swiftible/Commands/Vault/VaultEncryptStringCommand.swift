import ArgumentParser
import Glibc
import Playbook
import Values
import Vault

/// `vault encrypt_string`.
struct VaultEncryptStringCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encrypt_string", abstract: "Encrypt strings, as values for YAML.",
    discussion: "A string among the arguments can be seen by everybody on the machine: better to type it or pipe it in."
  )

  @Argument(help: "The strings; standard input when there is none.")
  var strings: [String] = []

  @Option(
    name: [.customShort("n", allowingJoined: true), .long],
    help: ArgumentHelp("The variable's name; one for each string.", valueName: "name"))
  var name: [String] = []

  @Option(
    name: .customLong("stdin-name"),
    help: ArgumentHelp("The variable's name for the string from standard input.", valueName: "name"))
  var standardInputName: String?

  @Flag(name: [.customShort("p"), .long], help: "Ask for the string.")
  var prompt = false

  @Flag(name: .customLong("show-input"), help: "Show what is typed.")
  var showsInput = false

  @OptionGroup(title: "Vault") var vault: VaultFlags
  @OptionGroup(title: "Encryption") var encryption: VaultEncryptFlags
  @OptionGroup(title: "Output") var output: VaultOutputFlag

  private struct Plain {
    var name: String?
    var bytes: [UInt8]
    var source: String
  }

  func run() async throws {
    try await VaultCommand.run { _ in
      let plain = try texts()
      let secret = try await VaultKeys(vault).forSealing(id: encryption.id)
      var yaml = ""
      for (index, text) in plain.enumerated() {
        if plain.count > 1 { Console.standard.write(Self.heading(text, index + 1), to: .standardError) }
        yaml += Self.yaml(try VaultEnvelope.seal(text.bytes, with: secret), text.name)
      }
      if let file = output.file, file != VaultText.standardStream {
        try OutputFile.replace(LocalFile.absolute(file), with: Array(yaml.utf8), keepingMode: false)
      } else {
        Console.standard.write(yaml, to: .standardOutput)
      }
      VaultCommand.tell("Encryption successful")
    }
  }

  private func texts() throws(Diagnostic) -> [Plain] {
    let written = strings.filter { $0 != VaultText.standardStream }
    let readsInput = written.count < strings.count || standardInputName != nil || strings.isEmpty && !prompt
    if prompt, readsInput {
      throw Diagnostic(.usage, "The --prompt option is not supported if also reading input from stdin")
    }
    var plain: [Plain] = []
    if prompt { plain.append(try asked()) }
    if readsInput {
      let bytes = try VaultText(VaultText.standardStream).bytes
      if bytes.isEmpty { throw Diagnostic(.usage, "stdin was empty, not encrypting") }
      plain.append(Plain(name: standardInputName, bytes: bytes, source: "stdin"))
    }
    if let last = name.last, !written.isEmpty, name.count != written.count {
      var warning = "The number of --name options do not match the number of args.\n"
      if name.count < written.count {
        warning += "The last named variable will be \"\(last)\". The rest will not have names.\n"
      }
      Console.standard.write(warning, to: .standardError)
    }
    for (index, text) in written.enumerated() {
      guard !text.isEmpty else {
        throw Diagnostic(.usage, "The plaintext provided from the command line args was empty, not encrypting")
      }
      let name = name.indices.contains(index) ? name[index] : nil
      plain.append(Plain(name: name, bytes: text.losslessBytes, source: "the command line args"))
    }
    return plain
  }

  private func asked() throws(Diagnostic) -> Plain {
    var name = name.first
    if name == nil {
      let answer = try Terminal.ask("Variable name (enter for no name): ", isHidden: false)
      name = answer.isEmpty ? nil : answer
    }
    let text = try Terminal.ask("String to encrypt\(showsInput ? "" : " (hidden)"): ", isHidden: !showsInput)
    guard !text.isEmpty else {
      throw Diagnostic(.usage, "The plaintext provided from the prompt was empty, not encrypting")
    }
    return Plain(name: name, bytes: text.losslessBytes, source: "the interactive prompt")
  }

  private static func heading(_ text: Plain, _ number: Int) -> String {
    text.name.map { "# The encrypted version of variable (\"\($0)\", the string #\(number) from \(text.source)).\n" }
      ?? "# The encrypted version of the string #\(number) from \(text.source).)\n"
  }

  /// A member of a YAML mapping, or a value without a name.
  private static func yaml(_ envelope: VaultEnvelope, _ name: String?) -> String {
    let lines = envelope.text.split(separator: "\n").map { "          \($0)\n" }
    return (name.map { "\($0): " } ?? "") + "!vault |\n" + lines.joined()
  }
}
