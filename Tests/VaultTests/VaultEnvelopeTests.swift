import Testing
import Values
import Vault

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct VaultEnvelopeTests {
  private let right = VaultSecret(password: Secret("correct horse"))
  private let wrong = VaultSecret(id: "dev", password: Secret("battery staple"))

  private func fixture(_ name: String) throws -> String {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let file = try #require(fopen("/\(folder)/Fixtures/Vault/\(name)", "r"))
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 65536)
    return String(decoding: buffer[..<fread(&buffer, 1, buffer.count, file)], as: UTF8.self)
  }

  @Test(arguments: [
    ("1.1.vault", "user: käse\n"), ("1.2.vault", "token: 12345"), ("empty.vault", ""),
    ("block.vault", "0123456789abcdef"),
  ])
  func whatAnsibleVaultSealedOpens(_ name: String, _ clear: String) throws {
    let envelope = try VaultEnvelope.parse(fixture(name))
    #expect(String(decoding: try envelope.open(with: [wrong, right]), as: UTF8.self) == clear)
    #expect(envelope.id == (name == "1.2.vault" ? "prod" : nil))
  }

  @Test func anEnvelopeIsWrittenAsAnsibleVaultWritesIt() throws {
    for name in ["1.1.vault", "1.2.vault"] {
      let text = try fixture(name)
      #expect(try VaultEnvelope.parse(text).text == (text.hasSuffix("\n") ? text : text + "\n"))
    }
  }

  @Test(arguments: [0, 1, 15, 16, 17, 1000]) func whatIsSealedOpens(_ count: Int) throws {
    let clear = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let text = try VaultEnvelope.seal(clear, with: right).text
    #expect(text.hasPrefix("$ANSIBLE_VAULT;1.1;AES256\n"))
    #expect(try VaultEnvelope.parse(text).open(with: [right]) == clear)
  }

  @Test func anIDOfItsOwnMakesFormat12() throws {
    #expect(try VaultEnvelope.seal([1], with: wrong).text.hasPrefix("$ANSIBLE_VAULT;1.2;AES256;dev\n"))
  }

  @Test func twoSealsOfOneTextDiffer() throws {
    #expect(try VaultEnvelope.seal([1], with: right).text != VaultEnvelope.seal([1], with: right).text)
  }

  @Test func indentedTextOpensToo() throws {
    let text = try fixture("1.1.vault").split(separator: "\n").map { "    \($0)\r\n" }.joined()
    #expect(try VaultEnvelope.parse(text).open(with: [right]).count == 12)
  }

  // MARK: - Errors

  private let place = Place(SourceFile(path: "vars.yml", text: ""), line: 3, column: 7)

  private func failure(_ body: () throws(Diagnostic) -> Void) -> String? {
    do throws(Diagnostic) {
      try body()
      return nil
    } catch {
      return error.rendered()
    }
  }

  @Test func aWrongPasswordNamesPlaceAndIDs() throws {
    let text = try fixture("1.2.vault")
    let shown = failure { () throws(Diagnostic) in
      _ = try VaultEnvelope.parse(text, at: place).open(with: [VaultSecret(password: Secret("x")), wrong])
    }
    #expect(
      shown == """
        [ERROR]: Decryption failed (no vault secrets were found that could decrypt).
        Origin: vars.yml:3:7

        Tried the vault ids 'default', 'dev': the password is wrong or the text was changed. It was encrypted for the id 'prod'.


        """)
  }

  @Test func onlyMatchingIDsAreTriedWhenAskedTo() throws {
    let envelope = try VaultEnvelope.parse(fixture("1.2.vault"), at: place)
    #expect(throws: Diagnostic.self) { try envelope.open(with: [right], matchingIDOnly: true) }
    let named = VaultSecret(id: "prod", password: right.password)
    #expect(try envelope.open(with: [named], matchingIDOnly: true).count == 12)
  }

  @Test func withoutAnySecretTheFlagIsNamed() throws {
    let text = try fixture("1.1.vault")
    let shown = failure { () throws(Diagnostic) in _ = try VaultEnvelope.parse(text).open(with: []) }
    #expect(
      shown
        == "[ERROR]: Attempting to decrypt but no vault secrets found. Give the password with --vault-password-file or --ask-vault-pass.\n"
    )
  }

  @Test(arguments: [
    ("", "it is empty"), ("hello", "its first line is not"), ("$ANSIBLE_VAULT;1.3;AES256\n31", "its format is '1.3'"),
    ("$ANSIBLE_VAULT;1.1;AES512\n31", "its cipher is 'AES512'"),
    ("$ANSIBLE_VAULT;1.1;AES256\n3", "no hexadecimal digit"),
    ("$ANSIBLE_VAULT;1.1;AES256\nzz", "no hexadecimal digit"),
    ("$ANSIBLE_VAULT;1.1;AES256\n3132", "doesn't hold a salt"),
    ("$ANSIBLE_VAULT;1.1;AES256\n31320a33340a3536", "doesn't hold a salt"), ("$ANSIBLE_VAULT", "its first line is not"),
  ])
  func damagedEnvelopesSayWhatIsWrong(_ text: String, _ words: String) throws {
    let shown = try #require(
      failure { () throws(Diagnostic) in _ = try VaultEnvelope.parse(text, at: place) })
    #expect(shown.contains(words))
    #expect(shown.contains("Origin: vars.yml:3:7"))
  }

  @Test func aChangedCiphertextNeverOpens() throws {
    let text = try VaultEnvelope.seal(Array("0123456789".utf8), with: right).text
    let lines = text.split(separator: "\n").map(String.init)
    var digits = Array(lines.dropFirst().joined())
    let last = digits.count - 1
    digits[last] = digits[last] == "1" ? "2" : "1"
    let changed = lines[0] + "\n" + String(digits)
    #expect(throws: Diagnostic.self) { try VaultEnvelope.parse(changed).open(with: [right]) }
  }

  // MARK: - Files and values

  @Test func anEncryptedFileIsReadButNeverQuoted() throws {
    let secrets = VaultSecrets([right])
    let file = try secrets.opened(SourceFile(path: "group_vars/all", text: fixture("1.1.vault")))
    #expect(file.text == "user: käse\n")
    #expect(file.isQuotable == false)
    #expect(file.path == "group_vars/all")
  }

  @Test func aTaggedTextBecomesASecret() throws {
    let text = "a: !vault |\n" + (try fixture("1.2.vault")).split(separator: "\n").map { "  \($0)\n" }.joined()
    let secrets = VaultSecrets([right])
    let root = try YAMLReader.read(SourceFile(path: "x.yml", text: text)).root
    let value = try root?.value { envelope, place throws(Diagnostic) in try secrets.value(of: envelope, at: place) }
    guard case .secret(let secret)? = value?["a"] else {
      Issue.record("not a secret")
      return
    }
    #expect(secret.reveal() == "token: 12345")
    #expect("\(value as Any)".contains("12345") == false)
  }
}
