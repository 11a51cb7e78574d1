import TestSupport
import Testing

/// What needs no host: listings, and plays of tasks that stay on the controller. Each transcript's output is ansible-core's own
/// for the same files and flags.
@Suite struct CommandLineTests {
  @Test(arguments: Repository.fixtures("CommandLine"))
  func saysExactly(_ name: String) async throws {
    try await Transcript.check("CommandLine/\(name)")
  }

  @Test(arguments: ["", "playbook", "adhoc", "inventory", "vault"])
  func helpIsComplete(_ subcommand: String) async throws {
    var program = Program.swiftible()
    program.arguments = (subcommand.isEmpty ? [] : [subcommand]) + ["--help"]
    let outcome = try await program.run()
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("USAGE: swiftible"))
  }

  @Test func tellsItsVersion() async throws {
    let outcome = try await Program.swiftible("--version").run()
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("swiftible "))
  }
}
