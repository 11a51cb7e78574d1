/// What a YAML reader made of one document.
package struct YAMLDocument: Sendable {
  /// The outermost node; `nil` for a text with nothing but comments.
  package let root: YAMLNode?
  /// Duplicate keys and the like, in the order of the text.
  package let warnings: [Diagnostic]
}

/// How much a YAML text may ask of the reader. Every limit ends in a `Diagnostic` of kind `.limit`.
package struct YAMLBudget: Sendable {
  /// Bytes of text.
  package var bytes: Int
  /// Nodes, each alias counted as all the nodes it stands for (nine lines of aliases of aliases make 10⁹).
  package var nodes: Int
  /// Nested sequences and mappings.
  package var depth: Int

  package init(bytes: Int = 32 << 20, nodes: Int = 1_000_000, depth: Int = 200) {
    self.bytes = bytes
    self.nodes = nodes
    self.depth = depth
  }

  package static let `default` = YAMLBudget()
}
