import ArgumentParser
import Glibc
import Playbook

/// The one entry: `swiftible SUBCOMMAND …`, or the subcommand by the name the binary is called under (`ansible-playbook`…).
@main enum Main {
  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    var arguments = Array(CommandLine.arguments.dropFirst())
    let name = CommandLine.arguments.first.map(LocalFile.name(of:)) ?? "swiftible"
    let command = Self.commands[name] ?? Swiftible.self
    do {
      if command == Swiftible.self, arguments.isEmpty { arguments = ["--help"] }
      var parsed = try command.parseAsRoot(arguments)
      if var asynchronous = parsed as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try parsed.run()
      }
    } catch let code as ArgumentParser.ExitCode {
      exit(code.rawValue)
    } catch {
      finish(error, command)
    }
  }

  /// Help and version are answers; anything else is a usage error, which ansible tells with exit code 2.
  private static func finish(_ error: any Error, _ command: any ParsableCommand.Type) -> Never {
    let code = command.exitCode(for: error)
    let text = command.fullMessage(for: error)
    if code == .success {
      Console.standard.write(text + "\n", to: .standardOutput)
      exit(0)
    }
    Console.standard.write(text + "\n", to: .standardError)
    exit(Playbook.ExitCode.hostFailed.rawValue)
  }

  private static let commands: [String: any ParsableCommand.Type] = [
    "ansible-playbook": PlaybookCommand.self, "ansible": AdhocCommand.self, "ansible-inventory": InventoryCommand.self,
    "ansible-vault": VaultCommand.self,
  ]
}
