import Foundation
import TestSupport
import Testing

/// `ansible --tree`: each host's result as a file. What stands in the files was compared with ansible-core's.
@Suite struct ResultTreeTests {
  private static func run(_ folder: TemporaryFolder, _ arguments: String...) async throws -> Program.Outcome {
    var program = Program.swiftible("adhoc", "-i", "a,b/c,", "-c", "local", "-t", "new/tree").directory(folder.path)
    program.arguments += arguments
    return try await program.run()
  }

  @Test func eachHostHasAFileOfItsOwnThatOthersCannotRead() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await Self.run(folder, "all", "-m", "ping")
    try #require(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/new/tree").sorted() == ["a", "b_c"])
    for name in ["a", "b_c"] {
      #expect(try folder.read("new/tree/\(name)") == #"{"changed": false, "ping": "pong"}"#)
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/new/tree/\(name)")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func failuresAreWrittenToo() async throws {
    let folder = try TemporaryFolder()
    _ = try await Self.run(folder, "a", "-m", "fail", "-a", "msg=no")
    #expect(try folder.read("new/tree/a") == #"{"changed": false, "msg": "no"}"#)
  }

  @Test func whatDebugShowsIsWrittenAsItIsShown() async throws {
    let folder = try TemporaryFolder()
    _ = try await Self.run(folder, "a", "-m", "debug", "-a", "msg=seen")
    #expect(try folder.read("new/tree/a") == "{\n    \"changed\": false,\n    \"msg\": \"seen\"\n}")
  }

  @Test func secretsAreNotWritten() async throws {
    let folder = try TemporaryFolder()
    try folder.write("password", "opensesame")
    var encrypt = Program.swiftible(
      "vault", "encrypt_string", "--vault-password-file", "password", "hunter2", "-n", "s"
    )
    .directory(folder.path)
    encrypt.environment["HOME"] = folder.path
    let variables = try await encrypt.run()
    try #require(variables.exitCode == 0, "\(variables.errors)")
    try folder.write("vars.yml", variables.output)
    let outcome = try await Self.run(
      folder, "a", "-m", "debug", "-a", "var=s", "-e", "@vars.yml", "--vault-password-file", "password")
    try #require(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    #expect(try !folder.read("new/tree/a").contains("hunter2"))
  }

  @Test func aFolderThatCannotBeIsAWarning() async throws {
    let folder = try TemporaryFolder()
    try folder.write("new", "a file")
    let outcome = try await Self.run(folder, "a", "-m", "ping")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("a | SUCCESS"))
    #expect(outcome.errors.contains("unable to"))
  }
}
