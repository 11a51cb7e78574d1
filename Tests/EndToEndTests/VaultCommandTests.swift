import Foundation
import TestSupport
import Testing

/// `swiftible vault` on files and streams.
@Suite struct VaultCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("old", "first")
    try folder.write("new", "second")
    try folder.write("vars.yml", "user: ada\n")
  }

  private func vault(_ subcommand: String, _ arguments: String..., input: String = "", editor: String? = nil)
    async throws -> Program.Outcome
  {
    var program = Program.swiftible("vault", subcommand).directory(folder.path).input(input)
    program.arguments += arguments
    if let editor { program = program.environment("EDITOR", editor) }
    return try await program.run()
  }

  private func mode(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test func whatIsEncryptedIsDecryptedAgain() async throws {
    #expect(try await vault("encrypt", "--vault-password-file", "old", "vars.yml").exitCode == 0)
    #expect(try folder.read("vars.yml").hasPrefix("$ANSIBLE_VAULT;1.1;AES256\n"))
    #expect(try mode("vars.yml") == 0o600)
    let seen = try await vault("view", "--vault-password-file", "old", "vars.yml")
    #expect(seen == Program.Outcome(output: "user: ada\n", errors: "", exitCode: 0))
    #expect(try await vault("decrypt", "--vault-password-file", "old", "vars.yml").exitCode == 0)
    #expect(try folder.read("vars.yml") == "user: ada\n")
  }

  @Test func aWrongPasswordLeavesTheFileAsItIs() async throws {
    _ = try await vault("encrypt", "--vault-password-file", "old", "vars.yml")
    let sealed = try folder.read("vars.yml")
    let outcome = try await vault("decrypt", "--vault-password-file", "new", "vars.yml")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.hasPrefix(
        "[ERROR]: Decryption failed (no vault secrets were found that could decrypt). for vars.yml"))
    #expect(try folder.read("vars.yml") == sealed)
  }

  @Test func nothingIsEncryptedTwice() async throws {
    _ = try await vault("encrypt", "--vault-password-file", "old", "vars.yml")
    let outcome = try await vault("encrypt", "--vault-password-file", "old", "vars.yml")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "[ERROR]: input is already encrypted: in vars.yml\n")
  }

  @Test func rekeyKeepsTheMode() async throws {
    _ = try await vault("encrypt", "--vault-password-file", "old", "vars.yml")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(folder.path)/vars.yml")
    let outcome = try await vault(
      "rekey", "--vault-password-file", "old", "--new-vault-id", "prod@new", "vars.yml")
    #expect(outcome == Program.Outcome(output: "", errors: "Rekey successful\n", exitCode: 0))
    #expect(try mode("vars.yml") == 0o640)
    #expect(try folder.read("vars.yml").hasPrefix("$ANSIBLE_VAULT;1.2;AES256;prod\n"))
    #expect(try await vault("view", "--vault-password-file", "new", "vars.yml").output == "user: ada\n")
  }

  @Test func rekeyChangesNoFileWhenOneCannotBeOpened() async throws {
    _ = try await vault("encrypt", "--vault-password-file", "old", "vars.yml")
    let sealed = try folder.read("vars.yml")
    try folder.write("plain.yml", "a: 1\n")
    let outcome = try await vault(
      "rekey", "--vault-password-file", "old", "--new-vault-password-file", "new", "vars.yml", "plain.yml")
    #expect(outcome.errors == "[ERROR]: Input is not vault encrypted data. for plain.yml\n")
    #expect(try folder.read("vars.yml") == sealed)
  }

  @Test func standardStreamsDoAsWell() async throws {
    let sealed = try await vault("encrypt", "--vault-password-file", "old", input: "hush")
    #expect(sealed.output.hasPrefix("$ANSIBLE_VAULT;1.1;AES256\n"))
    let clear = try await vault("decrypt", "--vault-password-file", "old", input: sealed.output)
    #expect(clear == Program.Outcome(output: "hush", errors: "", exitCode: 0))
  }

  @Test func aStringIsAValueForAPlaybook() async throws {
    let sealed = try await vault(
      "encrypt_string", "--vault-id", "app@old", "--stdin-name", "word", input: "hush")
    #expect(sealed.output.hasPrefix("word: !vault |\n          $ANSIBLE_VAULT;1.2;AES256;app\n"))
    try folder.write("vars.yml", sealed.output)
    try folder.write(
      "site.yml",
      """
      - hosts: localhost
        gather_facts: false
        vars_files: [vars.yml]
        tasks:
          - assert: {that: word == 'hush'}
      """)
    let run = try await Program.swiftible("playbook", "--vault-id", "app@old", "site.yml").directory(folder.path).run()
    #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
  }

  @Test func theSecretToEncryptWithMustBeClear() async throws {
    let unclear = try await vault("encrypt", "--vault-id", "a@old", "--vault-id", "b@new", "vars.yml")
    #expect(unclear.exitCode == 5)
    #expect(
      unclear.errors
        == "[ERROR]: The vault-ids a,b are available to encrypt. Specify the vault-id to encrypt with --encrypt-vault-id\n"
    )
    let clear = try await vault(
      "encrypt", "--vault-id", "a@old", "--vault-id", "b@new", "--encrypt-vault-id", "b", "vars.yml")
    #expect(clear.exitCode == 0)
    #expect(try folder.read("vars.yml").hasPrefix("$ANSIBLE_VAULT;1.2;AES256;b\n"))
  }

  @Test func theEditorSeesTheTextAndLeavesNothingBehind() async throws {
    _ = try await vault("encrypt", "--vault-password-file", "old", "vars.yml")
    // The editor tells where it found the text.
    let editor = "sh -c 'echo \"$0\" >place; sed -i s/ada/bob/ \"$0\"'"
    #expect(try await vault("edit", "--vault-password-file", "old", "vars.yml", editor: editor).exitCode == 0)
    #expect(try await vault("view", "--vault-password-file", "old", "vars.yml").output == "user: bob\n")
    let place = try folder.read("place").trimmingCharacters(in: .newlines)
    #expect(place.hasSuffix("/vars.yml"))
    #expect(!FileManager.default.fileExists(atPath: (place as NSString).deletingLastPathComponent))
  }

  @Test func anEditorThatFailsChangesNothing() async throws {
    _ = try await vault("encrypt", "--vault-password-file", "old", "vars.yml")
    let sealed = try folder.read("vars.yml")
    let outcome = try await vault("edit", "--vault-password-file", "old", "vars.yml", editor: "false")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "[ERROR]: The editor 'false' failed; the file is as it was.\n")
    #expect(try folder.read("vars.yml") == sealed)
  }

  @Test func aNewFileIsWrittenInTheEditor() async throws {
    let editor = "sh -c 'echo a: 1 >\"$0\"'"
    let outcome = try await vault(
      "create", "--skip-tty-check", "--vault-password-file", "old", "made.yml", editor: editor)
    #expect(outcome == Program.Outcome(output: "", errors: "", exitCode: 0))
    #expect(try await vault("view", "--vault-password-file", "old", "made.yml").output == "a: 1\n")
  }
}
