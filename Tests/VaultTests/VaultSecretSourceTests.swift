import Testing
import Values
import Vault

@Suite struct VaultSecretSourceTests {
  private struct World: VaultSecretWorld {
    func isExecutable(_ path: String) -> Bool { path.hasSuffix(".sh") }
    func contents(ofFile path: String) async throws(Diagnostic) -> [UInt8] {
      path == "empty" ? [0x0A] : Array(" from \(path)\n".utf8)
    }
    func output(ofProgram path: String, arguments: [String]) async throws(Diagnostic) -> [UInt8] {
      Array("\(path) \(arguments)\n".utf8)
    }
    func prompt(_ text: String) async throws(Diagnostic) -> Secret { Secret(text) }
  }

  @Test(arguments: [
    ("pass.txt", "default", "from pass.txt"), ("dev@pass.txt", "dev", "from pass.txt"),
    ("get.sh", "default", "get.sh []"),
    ("dev@get-client.sh", "dev", #"get-client.sh ["--vault-id", "dev"]"#), ("prompt", "default", "Vault password: "),
    ("dev@prompt", "dev", "Vault password (dev): "), ("@pass", "default", "from pass"),
  ])
  func passwordsComeFromWhereTheFlagSays(_ flag: String, _ id: String, _ password: String) async throws {
    let secret = try await VaultSecretSource(vaultID: flag).secret(from: World())
    #expect(secret.id == id)
    #expect(secret.password.reveal() == password)
  }

  @Test func anEmptyPasswordIsRefused() async {
    await #expect(
      throws: Diagnostic(.vault, "The vault password for the id 'default' is empty.", help: "It was read from empty.")
    ) {
      try await VaultSecretSource(vaultID: "empty").secret(from: World())
    }
  }
}
