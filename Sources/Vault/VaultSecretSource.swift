import Values

/// Where a vault password comes from, as `--vault-id`, `--vault-password-file` and `--ask-vault-pass` name it.
package struct VaultSecretSource: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// A file with the password, or an executable that prints it.
    case file(path: String)
    case prompt
  }

  package let id: String
  package let kind: Kind

  package init(id: String = VaultSecret.defaultID, kind: Kind) {
    self.id = id
    self.kind = kind
  }

  /// Reads `id@source` or `source`; `prompt` and `prompt_ask_vault_pass` ask on the terminal.
  package init(vaultID text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let source = parts.count == 2 ? parts[1] : text
    id = parts.count == 2 && !parts[0].isEmpty ? parts[0] : VaultSecret.defaultID
    kind = source == "prompt" || source == "prompt_ask_vault_pass" ? .prompt : .file(path: source)
  }

  /// The secret.
  ///
  /// - Parameter world: how files are read, programs run and people asked.
  /// - Throws: `.file` for what can't be read, `.vault` for an empty password.
  package func secret(from world: some VaultSecretWorld) async throws(Diagnostic) -> VaultSecret {
    let password: Secret
    switch kind {
    case .prompt:
      password = try await world.prompt(id == VaultSecret.defaultID ? "Vault password: " : "Vault password (\(id)): ")
    case .file(let path):
      let bytes =
        world.isExecutable(path)
        ? try await world.output(ofProgram: path, arguments: isClient(path) ? ["--vault-id", id] : [])
        : try await world.contents(ofFile: path)
      password = Secret(String(lossless: Self.trimmed(bytes)))
    }
    guard !password.reveal().isEmpty else {
      throw Diagnostic(.vault, "The vault password for the id '\(id)' is empty.", help: describedSource)
    }
    return VaultSecret(id: id, password: password)
  }

  /// A program whose name ends in `-client` is told the id.
  private func isClient(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    let stem = name.split(separator: ".").first ?? name
    return stem.hasSuffix("-client")
  }

  private var describedSource: String? {
    if case .file(let path) = kind { "It was read from \(path)." } else { nil }
  }

  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    var rest = bytes[...].drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
    return Array(rest)
  }
}

/// The outside as a `VaultSecretSource` needs it.
package protocol VaultSecretWorld: Sendable {
  func isExecutable(_ path: String) -> Bool
  func contents(ofFile path: String) async throws(Diagnostic) -> [UInt8]
  /// Standard output of a program; a nonzero exit is an error that names the program.
  func output(ofProgram path: String, arguments: [String]) async throws(Diagnostic) -> [UInt8]
  /// Asks on the terminal without echo.
  func prompt(_ text: String) async throws(Diagnostic) -> Secret
}
