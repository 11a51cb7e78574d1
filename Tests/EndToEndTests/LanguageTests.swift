import Foundation
import TestSupport
import Testing

/// The order of execution, precedence, handlers, loops and includes: each folder's playbook prints what ansible-core prints
/// (scripts/expect-language), line by line, and ends with its exit code.
@Suite struct LanguageTests {
  @Test(arguments: Repository.fixtures("Language").filter { $0 != "hosts" })
  func runsAsInAnsible(_ name: String) async throws {
    let folder = Repository.path("Tests/Fixtures/EndToEnd/Language/\(name)")
    func text(_ file: String) -> String? { try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8) }
    var program = Program.swiftible("playbook", "-i", "../hosts", "site.yml", "-f", "1").directory(folder)
    program.arguments += (text("flags") ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    let home = try TemporaryFolder()
    program.environment["HOME"] = home.path
    let outcome = try await program.run()
    withExtendedLifetime(home) {}
    let output = outcome.output.replacingOccurrences(of: folder, with: "{here}")
      .replacingOccurrences(of: "jid=j[0-9.]+", with: "jid={job}", options: .regularExpression)
    #expect(output + "exit code \(outcome.exitCode)\n" == text("expected"))
  }
}
