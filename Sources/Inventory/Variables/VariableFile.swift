import Values

/// One YAML or JSON file of variables, perhaps encrypted as a whole.
enum VariableFile {
  /// - Throws: `.file`, `.syntax`, `.vault`; `.invalid` for a file whose outermost node is no mapping.
  static func read(_ path: String, vault: VaultEnvelopes) throws(Diagnostic) -> Map {
    guard let root = try root(of: path, bytes: FileSystem.read(path), vault: vault).root, !root.isNull else {
      return Map()
    }
    guard root.isMapping else {
      throw Diagnostic(
        .invalid, "Invalid data from file, expected dictionary and got: \(root.typeName)", at: root.place,
        help: "A file of variables is a mapping of names to values.")
    }
    return try root.value(vault: vault.opener).map ?? Map()
  }

  /// Where the values of a file's variables stand.
  static func places(in path: String, vault: VaultEnvelopes) throws(Diagnostic) -> [Key: Place] {
    try root(of: path, bytes: FileSystem.read(path), vault: vault).root?.memberPlaces() ?? [:]
  }

  /// The YAML of a file, decrypted first if need be.
  static func root(
    of path: String, bytes: [UInt8], vault: VaultEnvelopes
  ) throws(Diagnostic) -> YAMLDocument {
    let file = try vault.opened(SourceFile(path: path, text: String(lossless: bytes)))
    return try YAMLReader.read(file, budget: budget(bytes.count))
  }

  /// Files that the user keeps may be large; aliases must not make them larger.
  static func budget(_ size: Int) -> YAMLBudget {
    YAMLBudget(bytes: FileSystem.sizeBudget, nodes: max(1_000_000, min(size, FileSystem.sizeBudget) * 2))
  }
}
