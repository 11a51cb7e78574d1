/// The dialects in which ansible-core writes values that JSON itself cannot tell apart: `{"__ansible_unsafe": "x"}` is a
/// text that is never a template, `{"__ansible_vault": "$ANSIBLE_VAULT;…"}` one that stands encrypted. Known by the names
/// that `from_json(profile=…)` takes.
package enum JSONProfile: String, CaseIterable, Sendable {
  /// Plain JSON. Nothing in it is a template; a mark in it is an error, for it would be lost.
  case tagless
  /// The strings of a text that may hold templates may be templates, but for those that a mark takes out.
  case legacy
  /// What `ansible-inventory --list` prints: as `legacy`, but only variables may be templates.
  case inventory = "inventory_legacy"

  /// The value with its marks taken for what they stand for.
  ///
  /// - Parameters:
  ///   - value: as `JSONReader` has it; its strings have an origin when the whole text may hold templates.
  ///   - openVault: opens an encrypted text.
  ///   - place: what stands for the place of an encrypted text that has none.
  /// - Throws: `.invalid` for a mark over another thing than a text and for those that only modules of ansible write; what
  ///   `openVault` throws.
  package func value(
    of value: Value, at place: Place, openVault: YAMLVaultOpener
  ) throws(Diagnostic) -> Value {
    let plain = try unmarked(value, at: place, openVault: openVault)
    return switch self {
    case .tagless: plain.withoutTrust
    case .legacy: plain
    case .inventory: Self.trustingVariables(plain, at: [])
    }
  }

  /// The reader of JSON bounds the depth.
  private func unmarked(_ value: Value, at place: Place, openVault: YAMLVaultOpener) throws(Diagnostic) -> Value {
    switch value {
    case .list(let list):
      var result: [Value] = []
      result.reserveCapacity(list.count)
      for item in list { result.append(try unmarked(item, at: place, openVault: openVault)) }
      return .list(result)
    case .map(let map):
      if let marked = map["__ansible_unsafe"] {
        return .string(Text(try text(marked, under: "__ansible_unsafe").string))
      }
      if let marked = map["__ansible_vault"] {
        let envelope = try text(marked, under: "__ansible_vault")
        if let origin = envelope.place { return try openVault(envelope.string, origin) }
        // Without a place a secret is no template, as its envelope was none.
        let opened = try openVault(envelope.string, place)
        guard case .secret(let secret) = opened, secret.sealed == nil else { return opened }
        return .secret(Secret(secret.reveal()))
      }
      if let type = map["__ansible_type"] { throw unknown(type.string ?? type.typeName) }
      var result = Map(minimumCapacity: map.count)
      for (key, value) in map { result[key] = try unmarked(value, at: place, openVault: openVault) }
      return .map(result)
    default: return value
    }
  }

  private func text(_ marked: Value, under mark: String) throws(Diagnostic) -> Text {
    guard self != .tagless else { throw unknown(mark) }
    guard case .string(let text) = marked else {
      throw Diagnostic(.invalid, "\(mark) is <class '\(marked.typeName)'> not <class 'str'>")
    }
    return text
  }

  private func unknown(_ type: String) -> Diagnostic {
    Diagnostic(.invalid, "Object of type '\(type)' is not JSON deserializable by the '\(rawValue)' profile.")
  }

  /// The value with no other texts trusted than those under `_meta.hostvars.HOST` and `GROUP.vars`: names of hosts and groups
  /// are no templates.
  private static func trustingVariables(_ value: Value, at path: [String]) -> Value {
    if path.count > 2, path[1] == "vars" || path.count > 3 && path[0] == "_meta" && path[1] == "hostvars" {
      return value
    }
    switch value {
    case .list(let list): return .list(list.map { trustingVariables($0, at: path + [""]) })
    case .map(let map):
      var result = Map(minimumCapacity: map.count)
      for (key, value) in map { result[key] = trustingVariables(value, at: path + [key.string ?? ""]) }
      return .map(result)
    default: return value.withoutTrust
    }
  }
}

extension Value {
  /// The same with no text in it a template.
  package var withoutTrust: Value {
    switch self {
    case .string(let text): text.origin == nil ? self : .string(Text(text.string))
    case .list(let list): .list(list.map(\.withoutTrust))
    case .map(let map):
      .map(map.reduce(into: Map(minimumCapacity: map.count)) { $0[$1.key] = $1.value.withoutTrust })
    default: self
    }
  }
}
