import Crypto
import Foundation
import Testing
import Values

@testable import Transport

/// A key as ssh-keygen makes it.
struct KeySample: Sendable, CustomTestStringConvertible {
  var type: String
  var options: [String] = []
  var passphrase = ""
  var testDescription: String { "\(type) \(options.joined(separator: " ")) \(passphrase.isEmpty ? "" : "encrypted")" }

  static let all: [KeySample] = [
    KeySample(type: "ed25519"), KeySample(type: "ecdsa", options: ["-b", "256"]),
    KeySample(type: "ecdsa", options: ["-b", "384"]), KeySample(type: "ecdsa", options: ["-b", "521"]),
    KeySample(type: "rsa", options: ["-b", "2048"]), KeySample(type: "rsa", options: ["-b", "4096"]),
    KeySample(type: "ed25519", options: ["-a", "2"], passphrase: "open sésame"),
    KeySample(type: "ecdsa", options: ["-a", "1"], passphrase: "open sésame"),
    KeySample(type: "rsa", options: ["-b", "2048", "-a", "1"], passphrase: "open sésame"),
    KeySample(type: "ed25519", options: ["-a", "1", "-Z", "aes128-cbc"], passphrase: "x"),
    KeySample(type: "ed25519", options: ["-a", "1", "-Z", "aes256-gcm@openssh.com"], passphrase: "x"),
    KeySample(type: "rsa", options: ["-b", "2048", "-m", "PEM"]), KeySample(type: "ecdsa", options: ["-m", "PEM"]),
    KeySample(type: "rsa", options: ["-b", "2048", "-m", "PKCS8"]), KeySample(type: "ecdsa", options: ["-m", "PKCS8"]),
    KeySample(type: "rsa", options: ["-b", "2048", "-m", "PEM"], passphrase: "open sésame"),
    KeySample(type: "ecdsa", options: ["-b", "521", "-m", "PEM"], passphrase: "open sésame"),
  ]
}

extension HostTests {
  @Suite struct PrivateKeyTests {
    private func content(_ sample: KeySample) async throws -> (secret: [UInt8], public: [UInt8]) {
      let directory = try makeDirectory()
      defer { try? FileManager.default.removeItem(atPath: directory) }
      try await SSHServer.makeKey(
        "\(directory)/key", type: sample.type, passphrase: sample.passphrase, extra: sample.options)
      let words = try String(contentsOfFile: "\(directory)/key.pub", encoding: .utf8).split(separator: " ")
      return (try LocalFile.read("\(directory)/key"), try #require(Base64.decode(String(words[1]))))
    }

    @Test(arguments: KeySample.all)
    func everyKindOfKeyIsRead(sample: KeySample) async throws {
      let (secret, publicKey) = try await content(sample)
      let key = try PrivateKeyFile.parse(secret, passphrase: Array(sample.passphrase.utf8))
      #expect(key.publicKey == publicKey)
    }

    @Test(arguments: KeySample.all.filter { !$0.passphrase.isEmpty })
    func missingAndWrongPassphrasesAreToldApart(sample: KeySample) async throws {
      let secret = try await content(sample).secret
      #expect(throws: PrivateKeyError.passphraseNeeded) { try PrivateKeyFile.parse(secret, passphrase: nil) }
      #expect(throws: PrivateKeyError.wrongPassphrase) {
        try PrivateKeyFile.parse(secret, passphrase: Array("no".utf8))
      }
    }

    @Test func whatIsNoKeySaysWhy() {
      #expect(throws: PrivateKeyError.malformed("it is the public half; name the file without .pub")) {
        try PrivateKeyFile.parse(Array("ssh-ed25519 AAAA me".utf8), passphrase: nil)
      }
      #expect(throws: PrivateKeyError.malformed("no BEGIN and END lines")) {
        try PrivateKeyFile.parse([0, 255, 10], passphrase: nil)
      }
      #expect(throws: PrivateKeyError.malformed("its fields are cut short")) {
        try PrivateKeyFile.parse(
          Array("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n".utf8), passphrase: nil)
      }
    }

    @Test func everyCutOfAKeyIsAnErrorAndNeverACrash() async throws {
      let secret = try await content(KeySample(type: "ecdsa")).secret
      let body = try #require(PEMArmour(secret)?.body)
      for count in stride(from: 0, to: body.count, by: 3) {
        let cut =
          "-----BEGIN OPENSSH PRIVATE KEY-----\n\(Base64.encode(body.prefix(count)))\n-----END OPENSSH PRIVATE KEY-----\n"
        _ = try? PrivateKeyFile.parse(Array(cut.utf8), passphrase: [])
      }
    }
  }
}
