/// A node of a YAML text, with its place: what the playbook parser walks.
///
/// An alias (`*name`) is the node it stands for, with the place where that was written.
package struct YAMLNode: Sendable {
  /// Where the node starts.
  package let place: Place
  /// The tag as people write it (`!vault`, `!!str`), or `nil` where none was written.
  package let tag: String?
  package let content: Content

  package enum Content: Sendable {
    /// The text after YAML's own unescaping and folding.
    case scalar(text: String, style: ScalarStyle)
    case sequence([YAMLNode])
    /// The pairs as written: merge keys (`<<`) are still pairs, duplicates are still there. `pairs()` settles both.
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  package enum ScalarStyle: Sendable {
    /// Without quotes: may be a number, a boolean, a null.
    case plain
    case quoted
    /// Literal (`|`) or folded (`>`).
    case block
  }

  package init(place: Place, tag: String? = nil, content: Content) {
    self.place = place
    self.tag = tag
    self.content = content
  }
}

extension YAMLNode {
  /// The text of a scalar, whatever it resolves to, else `nil`.
  package var scalarText: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// The items of a sequence, else `nil`.
  package var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  package var isMapping: Bool {
    if case .mapping = content { true } else { false }
  }

  /// Whether it is an empty or `null` scalar.
  package var isNull: Bool {
    guard case .scalar(let text, .plain) = content, tag == nil || tag == "!!null" else { return false }
    return YAMLScalar.resolve(text) == .null
  }

  /// What it is, in the words of an error message.
  package var kindName: String {
    switch content {
    case .scalar: "scalar"
    case .sequence: "sequence"
    case .mapping: "mapping"
    }
  }
}
