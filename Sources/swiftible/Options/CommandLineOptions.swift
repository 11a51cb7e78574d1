import Glibc
import Playbook
import Values
import Vault

/// Makes the engine's options and secrets out of flags and settings, asking for passwords where the flags say so.
struct CommandLineOptions {
  let settings: Settings
  let environment: [String: String]

  init() throws(Diagnostic) {
    environment = CommandLineOptions.processEnvironment
    settings = try Settings(environment: environment, directory: LocalFile.current)
  }

  private static var processEnvironment: [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let pointer = entry.pointee {
      let text = String(cString: pointer)
      if let equals = text.firstIndex(of: "=") {
        result[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      entry = entry.advanced(by: 1)
    }
    return result
  }

  func runOptions(
    inventory: InventoryFlags, connection: ConnectionFlags, become: BecomeFlags, run: RunFlags
  ) throws(Diagnostic) -> RunOptions {
    var options = RunOptions()
    options.inventorySources =
      inventory.sources.isEmpty ? settings.inventorySources : inventory.sources
    options.limit = inventory.limitPattern
    options.flushesCache = inventory.flushCache
    options.isCheckMode = run.check
    options.isDiffMode = run.diff || settings.flag("diff_always")
    let forks = run.forks ?? settings.int("forks") ?? 5
    guard forks > 0 else {
      throw Diagnostic(.usage, "The number of processes (--forks) must be >= 1")
    }
    options.forks = forks
    options.verbosity = run.verbose > 0 ? run.verbose : settings.int("verbosity") ?? 0
    options.remoteUser = connection.user
    options.connection = connection.connection
    options.timeout = connection.timeout
    options.privateKeyFile = connection.privateKey.map { LocalFile.absolute($0) }
    options.sshArguments = [connection.sshCommonArguments, connection.sshExtraArguments].compactMap(\.self)
    options.moduleFolders = run.modulePath.flatMap { $0.split(separator: ":") }.map { LocalFile.absolute(String($0)) }
    options.become = become.become
    options.becomeMethod = become.method
    options.becomeUser = become.user
    if connection.askPassword {
      options.loginPassword = Secret(try Terminal.ask("SSH password: ", isHidden: true))
    } else if let file = connection.passwordFile ?? settings.string("connection_password_file") {
      options.loginPassword = Secret(try Self.firstLine(file))
    }
    if become.askPassword || settings.flag("become_ask_pass") {
      let fallback = options.loginPassword.map { _ in "[defaults to SSH password]" } ?? ""
      let answer = try Terminal.ask("BECOME password\(fallback): ", isHidden: true)
      options.becomePassword = answer.isEmpty ? options.loginPassword : Secret(answer)
    } else if let file = become.passwordFile ?? settings.string("become_password_file") {
      options.becomePassword = Secret(try Self.firstLine(file))
    }
    return options
  }

  private static func firstLine(_ path: String) throws(Diagnostic) -> String {
    let text = String(lossless: try LocalFile.read(LocalFile.absolute(path)))
    return text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
  }

  /// The vault passwords that flags and settings name.
  func vaultSecrets(_ flags: VaultFlags) async throws(Diagnostic) -> VaultSecrets {
    var sources: [VaultSecretSource] = []
    for entry in settings.list("vault_identity_list") + flags.ids { sources.append(VaultSecretSource(vaultID: entry)) }
    let named =
      flags.passwordFiles.isEmpty ? [settings.string("vault_password_file")].compactMap(\.self) : flags.passwordFiles
    for file in named { sources.append(VaultSecretSource(vaultID: LocalFile.absolute(file))) }
    if flags.ask { sources.append(VaultSecretSource(vaultID: "prompt")) }
    var secrets: [VaultSecret] = []
    for source in sources { secrets.append(try await source.secret(from: ProcessVaultWorld())) }
    return VaultSecrets(secrets, matchesIDOnly: settings.flag("vault_id_match"))
  }
}

/// `-e`: `k=v` pairs, YAML or JSON text, or `@file`.
enum ExtraVariables {
  /// - Parameter vault: opens what is encrypted in a file.
  static func read(_ entries: [String], _ vault: VaultSecrets) throws(Diagnostic) -> Map {
    var result: Map = [:]
    for entry in entries {
      if entry.hasPrefix("@") {
        result.merge(
          try ProjectFiles(vault: vault).variables(LocalFile.absolute(String(entry.dropFirst()))))
        continue
      }
      let file = SourceFile(path: "<extra vars>", text: entry)
      if entry.hasPrefix("{") || entry.hasPrefix("[") {
        guard let root = try YAMLReader.read(file).root, case .map(let map) = try root.value() else {
          throw Diagnostic(.usage, "Invalid extra vars data supplied. '\(entry)' could not be made into a dictionary")
        }
        result.merge(map)
      } else {
        let text = Text(entry, writtenAt: Place(file, line: 1, column: 1))
        let parsed = try KeyValueArguments(text)
        guard parsed.rest == nil else {
          throw Diagnostic(
            .usage, "Invalid extra vars data supplied. '\(entry)' could not be made into a dictionary",
            help: "Write -e 'name=value', -e '{\"name\": \"value\"}' or -e @file.")
        }
        result.merge(parsed.pairs)
      }
    }
    return result
  }
}
