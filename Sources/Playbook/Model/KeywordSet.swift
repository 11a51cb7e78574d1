import Values

/// The keywords in force at one point of a playbook: its own and those it inherits.
package struct KeywordSet: Sendable {
  /// Values of keywords that override; for `append` keywords see the lists below.
  private var single: [Keyword: Value] = [:]
  private var lists: [Keyword: [Value]] = [:]
  /// `vars:` from the outside in; later ones win.
  package private(set) var vars: [Map] = []
  /// What to say of the names of those, when a task with them is reached.
  var warnings: [Diagnostic] = []

  package init() {}

  /// The value in force, of a keyword that overrides or is not inherited.
  package subscript(_ keyword: Keyword) -> Value? { single[keyword] }

  /// The values in force from the outside in, of a keyword that accumulates.
  package func list(_ keyword: Keyword) -> [Value] { lists[keyword] ?? [] }

  /// The conditions of `changed_when`, `failed_when` or `until`: a list, or the one that is there.
  package func conditions(_ keyword: Keyword) -> [Value] {
    switch self[keyword] {
    case nil, .null?: []
    case .list(let list)?: list
    case let single?: [single]
    }
  }

  /// The collections in which short names are looked for.
  var collections: [String] { self[.collections]?.list?.compactMap(\.string) ?? [] }

  /// Sets the keyword as its own line in a file does: replaces or appends by the table.
  package mutating func set(_ keyword: Keyword, to value: Value) {
    switch keyword {
    case .vars:
      if let map = value.map { vars.append(map) }
    case _ where keyword.inheritance == .append:
      let new: [Value] = if case .list(let list) = value { list } else { [value] }
      lists[keyword, default: []] += new
    default:
      single[keyword] = value
    }
  }

  /// The set for something inside: what is not inherited is dropped.
  package var inherited: KeywordSet {
    var result = self
    for keyword in single.keys where keyword.inheritance == .none { result.single[keyword] = nil }
    return result
  }

  /// The set less what a dynamic include keeps for itself (its own condition, tags and variables are not its tasks').
  package func dropping(_ keywords: [Keyword]) -> KeywordSet {
    var result = self
    for keyword in keywords {
      result.single[keyword] = nil
      result.lists[keyword] = nil
      if keyword == .vars { result.vars = [] }
    }
    return result
  }

  /// This set as the outer one of `inner`.
  package func enclosing(_ inner: KeywordSet) -> KeywordSet {
    var result = inherited
    result.single.merge(inner.single) { $1 }
    for (keyword, values) in inner.lists { result.lists[keyword, default: []] += values }
    result.vars += inner.vars
    result.warnings += inner.warnings
    return result
  }

  /// Adds variables as the innermost layer.
  package mutating func appendVars(_ map: Map) {
    if !map.isEmpty { vars.append(map) }
  }
}
