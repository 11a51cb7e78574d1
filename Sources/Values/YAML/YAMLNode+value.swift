/// Opens the text under a `!vault` tag. `Values` knows no cipher: whoever reads a file passes this in.
///
/// - Parameters:
///   - envelope: the text as written, `$ANSIBLE_VAULT;…` and its lines.
///   - place: where it starts.
/// - Returns: what stands for it from now on, as a rule a `.secret`.
package typealias YAMLVaultOpener = (_ envelope: String, _ place: Place) throws(Diagnostic) -> Value

extension YAMLNode {
  /// The node as a value, by PyYAML's YAML 1.1 rules: merge keys laid under, the last of duplicate keys kept.
  ///
  /// - Parameters:
  ///   - trusted: whether the author of the text may write templates; `false` for text that came from elsewhere (the
  ///     filter `from_yaml` on a host's output). Text under `!unsafe` never may.
  ///   - vault: opens `!vault` texts; without it they are an error of kind `.vault`.
  /// - Throws: `.syntax` with the place of the part that has no value: an unknown tag, an integer beyond 64 bits.
  package func value(trusted: Bool = true, vault: YAMLVaultOpener? = nil) throws(Diagnostic) -> Value {
    switch tag {
    case nil: return try untaggedValue(trusted: trusted, vault: vault)
    case "!unsafe": return try untagged.value(trusted: false, vault: vault)
    case "!vault", "!vault-encrypted": return try openVault(vault)
    case let tag?: return try taggedValue(tag, trusted: trusted, vault: vault)
    }
  }

  /// The pairs of a mapping with merge keys (`<<`) resolved as PyYAML does: merged pairs first, the node's own after them.
  /// Duplicates are still there; the last one counts.
  ///
  /// - Throws: `.syntax` where `<<` holds neither a mapping nor a list of mappings.
  package func pairs() throws(Diagnostic) -> [(key: YAMLNode, value: YAMLNode)] {
    guard case .mapping(let written) = content else { return [] }
    guard written.contains(where: { $0.key.isMergeKey }) else { return written }
    var merged: [(key: YAMLNode, value: YAMLNode)] = []
    for (key, value) in written where key.isMergeKey {
      switch value.content {
      case .mapping: merged += try value.pairs()
      case .sequence(let items):
        // The first of a list wins, so it is laid down last.
        for item in items.reversed() {
          guard item.isMapping else { throw item.notMergeable("expected a mapping for merging") }
          merged += try item.pairs()
        }
      case .scalar: throw value.notMergeable("expected a mapping or list of mappings for merging")
      }
    }
    return merged + written.filter { !$0.key.isMergeKey }
  }

  var isMergeKey: Bool {
    if case .scalar("<<", .plain) = content { tag == nil } else { false }
  }

  /// The key that a scalar makes, or `nil` for what can't be one.
  var key: Key? {
    guard case .scalar(let text, let style) = content else { return nil }
    if style == .plain, tag == nil {
      switch YAMLScalar.resolve(text) {
      case .null: return .null
      case .bool(let bool): return .bool(bool)
      case .int(let int): return .int(int)
      case .double(let double): return .double(double)
      case .badInt, .badTime: return nil
      // A date as a key is the text that it is written as.
      case .text, .merge, .time: break
      }
    } else if let tag, tag != "!!str", tag != "!unsafe" {
      return nil
    }
    return .string(text)
  }

  // MARK: - Without a tag

  private var untagged: YAMLNode { YAMLNode(place: place, content: content) }

  private func untaggedValue(trusted: Bool, vault: YAMLVaultOpener?) throws(Diagnostic) -> Value {
    switch content {
    case .scalar(let text, .plain):
      switch YAMLScalar.resolve(text) {
      case .null: return .null
      case .bool(let bool): return .bool(bool)
      case .int(let int): return .int(int)
      case .double(let double): return .double(double)
      case .badInt: throw badInteger(text)
      case .time(let time): return .dateTime(time)
      case .badTime(let problem): throw badTime(problem)
      case .text, .merge: return string(text, trusted: trusted)
      }
    case .scalar(let text, _): return string(text, trusted: trusted)
    case .sequence(let items):
      var list: [Value] = []
      list.reserveCapacity(items.count)
      for item in items { list.append(try item.value(trusted: trusted, vault: vault)) }
      return .list(list)
    case .mapping:
      let pairs = try pairs()
      var map = Map(minimumCapacity: pairs.count)
      for (key, value) in pairs {
        map[try key.mapKey(vault: vault)] = try value.value(trusted: trusted, vault: vault)
      }
      return .map(map)
    }
  }

  private func string(_ text: String, trusted: Bool) -> Value {
    .string(trusted ? Text(text, writtenAt: place) : Text(text))
  }

  private func mapKey(vault: YAMLVaultOpener?) throws(Diagnostic) -> Key {
    if let key { return key }
    let value = try value(trusted: false, vault: vault)
    if case .secret = value {
      throw Diagnostic(
        .syntax, "An encrypted value can't be a key.", at: place,
        help: "A key is shown to everybody. Encrypt the value.")
    }
    guard let key = Key(value) else {
      throw Diagnostic(.syntax, "YAML parsing failed: While constructing a mapping found unhashable key.", at: place)
    }
    return key
  }

  private func badInteger(_ text: String) -> Diagnostic {
    Diagnostic(
      .syntax, "YAML parsing failed: The integer\(shown(text)) is not within 64 bits.", at: place,
      help: "Quote it if it is meant as text.")
  }

  private func badTime(_ problem: String) -> Diagnostic {
    Diagnostic(
      .syntax, "YAML parsing failed: \(problem)", at: place,
      help: "It is read as a date. Quote it if it is meant as text.")
  }

  private func notMergeable(_ expected: String) -> Diagnostic {
    Diagnostic(
      .syntax, "YAML parsing failed: While constructing a mapping \(expected), but found \(kindName).", at: place,
      help: "A merge key takes an alias of a mapping: '<<: *name'.")
  }

  // MARK: - With a tag

  private func openVault(_ vault: YAMLVaultOpener?) throws(Diagnostic) -> Value {
    guard case .scalar(let text, _) = content else {
      throw Diagnostic(.syntax, "YAML parsing failed: The '\(tag ?? "!vault")' tag requires a string value.", at: place)
    }
    guard let vault else {
      throw Diagnostic(
        .vault, "Attempting to decrypt but no vault secrets found.", at: place,
        help: "Give the password with --vault-password-file or --ask-vault-pass.")
    }
    return try vault(text, place)
  }

  private func taggedValue(_ tag: String, trusted: Bool, vault: YAMLVaultOpener?) throws(Diagnostic) -> Value {
    switch (tag, content) {
    case ("!!str", .scalar(let text, _)): return string(text, trusted: trusted)
    case ("!!timestamp", .scalar(let text, _)):
      switch YAMLScalar.resolve(text) {
      case .time(let time): return .dateTime(time)
      case .badTime(let problem): throw badTime(problem)
      default: throw unfit(text, for: tag)
      }
    case ("!!null", .scalar): return .null
    case ("!!bool", .scalar(let text, _)):
      if case .bool(let bool) = YAMLScalar.resolve(text.lowercased()) { return .bool(bool) }
      throw unfit(text, for: tag)
    case ("!!int", .scalar(let text, _)):
      switch YAMLScalar.resolve(text) {
      case .int(let int): return .int(int)
      case .badInt: throw badInteger(text)
      default: throw unfit(text, for: tag)
      }
    case ("!!float", .scalar(let text, _)):
      switch YAMLScalar.resolve(text) {
      case .double(let double): return .double(double)
      case .int: return .double(YAMLScalar.double(text.filter { $0 != "_" }) ?? .nan)
      default:
        guard let double = YAMLScalar.double(text) else { throw unfit(text, for: tag) }
        return .double(double)
      }
    case ("!!binary", .scalar(let text, _)):
      guard let bytes = Base64.decode(text) else { throw unfit("text", for: tag) }
      return .string(String(lossless: bytes))
    case ("!!seq", .sequence), ("!!map", .mapping), ("!!python/dict", .mapping):
      return try untaggedValue(trusted: trusted, vault: vault)
    case ("!!set", .mapping):
      guard case .map(let map) = try untaggedValue(trusted: trusted, vault: vault) else { return .list([]) }
      return .list(map.keys.map(\.value))
    case ("!!omap", .sequence(let items)), ("!!pairs", .sequence(let items)):
      return try pairList(items, trusted: trusted, vault: vault)
    case ("!!seq", _): throw mismatch("sequence")
    case ("!!map", _), ("!!set", _): throw mismatch("mapping")
    case ("!!omap", _), ("!!pairs", _): throw mismatch("sequence")
    default:
      throw Diagnostic(
        .syntax, "YAML parsing failed: Could not determine a constructor for the tag\(shown(tag)).", at: place,
        help: tag.hasPrefix("!!python/")
          ? "Objects of a program are never made from YAML." : "Quote the value if it is meant to start with '!'.")
    }
  }

  private func pairList(
    _ items: [YAMLNode], trusted: Bool, vault: YAMLVaultOpener?
  ) throws(Diagnostic) -> Value {
    var list: [Value] = []
    for item in items {
      guard case .mapping(let pairs) = item.content, let pair = pairs.first, pairs.count == 1 else {
        throw item.mismatch("mapping of one pair")
      }
      let key = try pair.key.value(trusted: trusted, vault: vault)
      list.append(.list([key, try pair.value.value(trusted: trusted, vault: vault)]))
    }
    return .list(list)
  }

  private func unfit(_ text: String, for tag: String) -> Diagnostic {
    Diagnostic(.syntax, "YAML parsing failed: The text\(shown(text)) is not a valid \(tag).", at: place)
  }

  /// A part of the text for a message, unless the file must not be quoted.
  private func shown(_ text: String) -> String { place.file.isQuotable ? " '\(text.prefix(40))'" : "" }

  private func mismatch(_ expected: String) -> Diagnostic {
    Diagnostic(.syntax, "YAML parsing failed: Expected a \(expected) node, but found \(kindName).", at: place)
  }
}
