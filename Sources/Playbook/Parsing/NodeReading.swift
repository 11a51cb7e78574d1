import Values

/// Reading typed things out of YAML nodes, with errors that point at the node.
extension YAMLNode {
  /// The text of a string scalar (numbers and words count as their text).
  var scalarText: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// The members of a mapping.
  var pairs: [(key: YAMLNode, value: YAMLNode)]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// The value under a string key of a mapping; the last of several, as YAML readers have it.
  subscript(_ key: String) -> YAMLNode? {
    pairs?.last { $0.key.scalarText == key }?.value
  }
}
