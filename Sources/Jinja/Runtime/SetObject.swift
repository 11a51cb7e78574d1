import OrderedCollections

/// Python's set. Ours keeps the order of insertion, where Python's order is arbitrary.
package final class SetObject {
  package var members: OrderedSet<ObjectKey>

  package init(_ members: OrderedSet<ObjectKey> = []) { self.members = members }

  package convenience init(_ elements: [Object]) throws {
    self.init(OrderedSet(try elements.map(ObjectKey.init)))
  }

  package var count: Int { members.count }
  package var elements: [Object] { members.map(\.object) }
}
