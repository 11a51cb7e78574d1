import Values

/// The arguments of a call as they were written, before they are bound to parameters.
package struct Arguments {
  package var positional: [Object]
  package var keywords: [(name: String, value: Object)]
  package let scope: Scope

  package init(positional: [Object] = [], keywords: [(name: String, value: Object)] = [], scope: Scope) {
    self.positional = positional
    self.keywords = keywords
    self.scope = scope
  }

  package func keyword(_ name: String) -> Object? { keywords.first { $0.name == name }?.value }
}
