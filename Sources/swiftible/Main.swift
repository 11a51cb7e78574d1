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
      leave(0)
    } catch let code as ArgumentParser.ExitCode {
      leave(code.rawValue)
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
      leave(0)
    }
    Console.standard.write(text + "\n", to: .standardError)
    leave(Playbook.ExitCode.hostFailed.rawValue)
  }

  /// Ends the process without the libraries' own last words: OpenSSL frees its locks then, which the threads of connections that
  /// are still being closed would trip over.
  private static func leave(_ code: Int32) -> Never {
    fflush(nil)
    _exit(code)
  }

  private static let commands: [String: any ParsableCommand.Type] = [
    "ansible-playbook": PlaybookCommand.self, "ansible": AdhocCommand.self, "ansible-inventory": InventoryCommand.self,
    "ansible-vault": VaultCommand.self,
  ]
}
