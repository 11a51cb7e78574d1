/// What `meta` can do: the one table of its actions.
package enum MetaAction: String, Sendable, CaseIterable {
  case noop
  case flushHandlers = "flush_handlers"
  case refreshInventory = "refresh_inventory"
  case clearFacts = "clear_facts"
  case clearHostErrors = "clear_host_errors"
  case endPlay = "end_play"
  case endHost = "end_host"
  case endBatch = "end_batch"
  case endRole = "end_role"
  case resetConnection = "reset_connection"

  /// Whether it is done for each host in turn (else once for all, by the first host's condition).
  var isPerHost: Bool {
    switch self {
    case .noop, .flushHandlers, .endHost, .endRole, .resetConnection: true
    case .refreshInventory, .clearFacts, .clearHostErrors, .endPlay, .endBatch: false
    }
  }

  /// What was done, as `-vv` tells it.
  func message(host: String, role: String) -> String {
    switch self {
    case .noop: "noop"
    case .flushHandlers: "triggered running handlers for \(host)"
    case .refreshInventory: "inventory successfully refreshed"
    case .clearFacts: "facts cleared"
    case .clearHostErrors: "cleared host errors"
    case .endPlay: "ending play"
    case .endHost: "ending play for \(host)"
    case .endBatch: "ending batch"
    case .endRole: "ending role \(role) for \(host)"
    case .resetConnection: "reset connection"
    }
  }

  /// What it means that the condition says no; `nil` for actions that take no condition.
  func consequenceOfSkipping(host: String, role: String) -> String? {
    switch self {
    case .noop, .refreshInventory, .resetConnection: nil
    case .flushHandlers: "not running handlers for \(host)"
    case .clearFacts: "not clearing facts and fact cache for \(host)"
    case .clearHostErrors: "not clearing host error state for \(host)"
    case .endPlay: "continuing play"
    case .endHost: "continuing execution for \(host)"
    case .endBatch: "continuing current batch"
    case .endRole: "continuing role \(role) for \(host)"
    }
  }
}
