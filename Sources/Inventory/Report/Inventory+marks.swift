import Values

extension Inventory {
  /// The variables as JSON shows them: an encrypted value in its encrypted form (or hidden where that is not known), a text that is never
  /// a template marked as such.
  func marked(_ variables: Map) -> Map {
    guard variables.values.contains(where: \.needsMark) else { return variables }
    var result = Map(minimumCapacity: variables.count)
    for (key, value) in variables { result[key] = marked(value) }
    return result
  }

  private func marked(_ value: Value) -> Value {
    switch value {
    case .secret(let secret):
      guard let envelope = variableFiles.vault.envelope(of: secret) else { return .string(Secret.redacted) }
      return ["__ansible_vault": .string(envelope)]
    case .string(let text) where text.origin == nil: return ["__ansible_unsafe": value]
    case .list(let list) where value.needsMark: return .list(list.map { marked($0) })
    case .map(let map) where value.needsMark: return .map(marked(map))
    default: return value
    }
  }
}

extension Value {
  /// Whether something in it is marked. Values of readers are never nested deeper than their budgets.
  fileprivate var needsMark: Bool {
    switch self {
    case .secret: true
    case .string(let text): text.origin == nil
    case .list(let list): list.contains(where: \.needsMark)
    case .map(let map): map.values.contains(where: \.needsMark)
    default: false
    }
  }
}
