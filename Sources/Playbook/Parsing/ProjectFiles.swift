import Synchronization
import Values
import Vault

/// Reads the project's files: the one place where text becomes trusted. Each file is read once a run.
package final class ProjectFiles: Sendable {
  /// Opens a vault envelope; the result is kept as a secret or, for a whole file, read on as YAML.
  package typealias Opener = @Sendable (_ envelope: String, _ place: Place) throws(Diagnostic) -> [UInt8]

  private let openVault: Opener
  private let documents = Mutex<[String: YAMLDocument]>([:])
  private let collected = Mutex<[Diagnostic]>([])
  private let outdated = Mutex<[Diagnostic]>([])

  /// What a key that stands twice in a mapping is: `error`, `warn` or `ignore`.
  private let duplicateKeys: String

  package init(duplicateKeys: String = "warn", openVault: @escaping Opener) {
    self.duplicateKeys = duplicateKeys
    self.openVault = openVault
  }

  package convenience init(duplicateKeys: String = "warn", vault: VaultSecrets) {
    self.init(duplicateKeys: duplicateKeys) { envelope, place throws(Diagnostic) in
      try VaultEnvelope.parse(envelope, at: place).open(with: vault.secrets, matchingIDOnly: vault.matchesIDOnly)
    }
  }

  /// Warnings that reading brought (duplicate keys), in order.
  package var warnings: [Diagnostic] { collected.withLock { $0 } }

  /// Takes note of something odd, to be told before the run.
  func warn(_ warning: Diagnostic) { collected.withLock { $0.append(warning) } }

  /// Uses of what a later ansible-core will not know any more.
  package var deprecations: [Diagnostic] { outdated.withLock { $0 } }

  func deprecate(_ use: Diagnostic) { outdated.withLock { $0.append(use) } }

  /// The YAML document in a file; vaulted files are decrypted and can't be quoted in errors.
  /// - Throws: `Diagnostic(.file)` when it can't be read, `.syntax` when it is no YAML.
  package func document(_ path: String) throws(Diagnostic) -> YAMLDocument {
    if let known = documents.withLock({ $0[path] }) { return known }
    let bytes = try LocalFile.read(path)
    let file = try source(path, bytes)
    let document = try YAMLReader.read(file)
    if duplicateKeys == "error", let first = document.warnings.first {
      throw Diagnostic(first.kind, "YAML parsing failed: \(first.message)", at: first.place)
    }
    if !document.warnings.isEmpty, duplicateKeys != "ignore" { collected.withLock { $0 += document.warnings } }
    documents.withLock { $0[path] = document }
    return document
  }

  /// A file of variables: a map, or empty.
  package func variables(_ path: String) throws(Diagnostic) -> Map {
    guard let root = try document(path).root else { return [:] }
    switch try value(of: root) {
    case .map(let map): return map
    case .null: return [:]
    default:
      throw Diagnostic(.invalid, "Vars files must contain a dictionary of key/value pairs: \(path)", at: root.place)
    }
  }

  /// A node's value, with `!vault` scalars opened into secrets.
  package func value(of node: YAMLNode) throws(Diagnostic) -> Value {
    try node.value(vault: secret)
  }

  /// What an envelope holds; a secret that nobody may use when no known password opens it.
  func secret(_ envelope: String, at place: Place) throws(Diagnostic) -> Value {
    do throws(Diagnostic) {
      return .secret(Secret(String(lossless: try openVault(envelope, place)), place: place))
    } catch {
      guard error.kind == .vault else { throw error }
      return .secret(Secret(sealed: error, envelope: envelope, place: place))
    }
  }

  /// A text file as a template's or a task's source: trusted, decrypted when vaulted.
  package func source(_ path: String) throws(Diagnostic) -> SourceFile {
    try source(path, try LocalFile.read(path))
  }

  /// The bytes of a file, decrypted when it is vaulted and `decrypt` says so.
  package func bytes(_ path: String, decrypt: Bool) throws(Diagnostic) -> [UInt8] {
    let bytes = try LocalFile.read(path)
    guard decrypt, Self.isVaulted(bytes) else { return bytes }
    return try openVault(String(lossless: bytes), Place(SourceFile(path: path, text: ""), line: 1, column: 1))
  }

  private func source(_ path: String, _ bytes: [UInt8]) throws(Diagnostic) -> SourceFile {
    guard Self.isVaulted(bytes) else { return SourceFile(path: path, text: String(lossless: bytes)) }
    let place = Place(SourceFile(path: path, text: ""), line: 1, column: 1)
    return SourceFile(
      path: path, text: String(lossless: try openVault(String(lossless: bytes), place)), isQuotable: false)
  }

  /// Whether the file is encrypted as a whole.
  func isVaulted(_ path: String) -> Bool { (try? LocalFile.read(path)).map(Self.isVaulted) ?? false }

  static func isVaulted(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("$ANSIBLE_VAULT;".utf8)) }
}
