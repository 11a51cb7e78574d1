import Inventory
import Values

/// A host or group that a task added to the inventory of the run.
enum InventoryAddition: Sendable {
  case host(name: String, groups: [String], variables: Map)
  case group(name: String, parents: [String], host: String)

  func apply(to inventory: inout Inventory) {
    switch self {
    case .host(let name, let groups, let variables):
      inventory.addHost(name, groups: groups, variables: variables)
    case .group(let name, let parents, let host):
      // A group that would be above itself is refused; the host's membership is what the task asked for.
      _ = try? inventory.addGroup(name, parents: parents, host: host)
    }
  }
}
