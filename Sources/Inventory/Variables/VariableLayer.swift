import Values

/// The variables that one owner gets at one level; later levels win over earlier ones.
package struct VariableLayer: Sendable {
  /// Ansible's table of precedence, as far as inventories go, in rising order.
  package enum Level: Int, Sendable, CaseIterable, Comparable {
    case allInInventory
    case groupInInventory
    case allFileOfInventory
    case allFileOfPlaybook
    case groupFileOfInventory
    case groupFileOfPlaybook
    case hostInInventory
    case hostFileOfInventory
    case hostFileOfPlaybook
    case keptFacts

    /// The levels of groups under the names that the setting `precedence` has for them, in the order that it has by default.
    package static let ofGroups: KeyValuePairs<String, Level> = [
      "all_inventory": .allInInventory, "groups_inventory": .groupInInventory,
      "all_plugins_inventory": .allFileOfInventory, "all_plugins_play": .allFileOfPlaybook,
      "groups_plugins_inventory": .groupFileOfInventory, "groups_plugins_play": .groupFileOfPlaybook,
    ]

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    /// How `--explain` names it.
    package var description: String {
      switch self {
      case .allInInventory: "inventory, group all"
      case .groupInInventory: "inventory, group"
      case .allFileOfInventory: "group_vars/all beside the inventory"
      case .allFileOfPlaybook: "group_vars/all beside the playbook"
      case .groupFileOfInventory: "group_vars beside the inventory"
      case .groupFileOfPlaybook: "group_vars beside the playbook"
      case .hostInInventory: "inventory, host"
      case .hostFileOfInventory: "host_vars beside the inventory"
      case .hostFileOfPlaybook: "host_vars beside the playbook"
      case .keptFacts: "facts that a run before kept"
      }
    }
  }

  package let level: Level
  /// The group or host.
  package let owner: String
  /// The file it was read from; `nil` for the sources of the inventory themselves (values know their own places).
  package let file: String?
  package let values: Map
}
