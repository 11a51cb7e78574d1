import Values

/// Every setting of a variable by the sources, also those that a later one replaced.
struct VariableHistory: Sendable {
  enum Owner: Hashable {
    case host(InventoryGraph.HostID)
    case group(InventoryGraph.GroupID)
  }

  struct Entry: Sendable {
    let value: Value
    let place: Place?
    /// The place in `InventoryGraph.sources` of the source that said so.
    let source: Int?
  }

  private var entries: [Owner: [Key: [Entry]]] = [:]

  mutating func record(_ name: Key, _ value: Value, of owner: Owner, at place: Place?, source: Int?) {
    entries[owner, default: [:]][name, default: []].append(Entry(value: value, place: place, source: source))
  }

  /// In the order of setting: the last one holds.
  func entries(for name: Key, of owner: Owner) -> [Entry] { entries[owner]?[name] ?? [] }
}
