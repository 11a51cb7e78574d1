import Jinja
import Modules
import Transport
import Values

/// Work that the engine does itself: it acts on variables, on the run, or prepares a module's work on the controller.
package protocol Action: Sendable {
  static var spec: ModuleSpec { get }

  /// Does the work for one host.
  /// - Throws: `ModuleFailure` for a failed task, `TransportError` when the host gave no answer.
  static func run(_ call: ActionContext) async throws -> TaskResult
}

/// What an action is called with.
package struct ActionContext {
  /// Rendered and checked against the action's spec.
  package let arguments: Modules.Arguments
  /// Rendered, as given (for actions that take any name).
  package let given: Map
  package let task: PlayTask
  package let templar: Templar
  package let services: RunServices
  package let isCheckMode: Bool
  package let isDiffMode: Bool
  /// Runs a module on the task's host, with this task's circumstances.
  package let runModule: (any Module.Type, Map) async throws(TransportError) -> ModuleResult
  /// The connection to the task's host.
  package let connect: () async throws(TransportError) -> any Connection

  package var lookup: VariableLookup { templar.lookup }
  package var host: String { templar.lookup.host }
}

/// What a task on one host came to, before the play takes note of it.
package struct TaskResult: Sendable {
  package var isChanged = false
  package var isFailed = false
  package var isSkipped = false
  package var isUnreachable = false
  /// The run was cancelled before it came to anything.
  package var isInterrupted = false
  package var values: Map = [:]
  package var diffs: [Diff] = []
  /// Whether the diffs are registered as a list, even a single one.
  var diffsAreList = false
  /// What the user should know of, shown before the result and registered with it.
  package var warnings: [Diagnostic] = []
  /// What the task uses that will go away.
  package var deprecations: [String] = []
  /// Why check mode can't foretell the outcome.
  package var unknown: String?
  package var facts: Map = [:]
  /// Whether the facts become variables by the very names they have, without the prefix of gathered facts.
  var factsKeepNames = false
  package var effects: [Effect] = []
  /// Where and why it failed, when that is more than the message says.
  package var error: Diagnostic?
  /// What the module was called with, for `-vvv` and the results of a loop's items. ansible leaves it out where a result is registered alone.
  var invocation: Value?
  /// Whether it sums up the items of a loop.
  package var isOfLoop = false
  /// Whether the callback shows the whole result without `-v` (`debug`).
  package var isAlwaysVerbose = false

  /// Whether the result says what must not be shown, as with `no_log`.
  package var hidesValues = false

  package init() {}

  package init(changed: Bool = false, values: Map = [:], effects: [Effect] = []) {
    self.isChanged = changed
    self.values = values
    self.effects = effects
  }

  package init(_ result: ModuleResult) {
    // A failed command says in its values that it may have changed something.
    isChanged = result.isChanged || result.values["changed"]?.bool == true
    isFailed = result.isFailed
    isSkipped = result.isSkipped
    values = result.values
    diffs = result.diffs
    warnings = result.warnings.map { Diagnostic(.invalid, $0) }
    deprecations = result.deprecations
    unknown = result.unknown
    facts = result.facts
  }

  package static func failure(_ message: String, values: Map = [:]) -> TaskResult {
    var result = TaskResult()
    result.isFailed = true
    result.values = values
    result.values["msg"] = .string(message)
    return result
  }

  package static func unreachable(_ error: TransportError) -> TaskResult {
    var result = TaskResult()
    result.isUnreachable = true
    result.isInterrupted = error.kind == .cancelled && Task.isCancelled
    result.values = ["msg": .string(error.message), "unreachable": true]
    return result
  }

  /// Whether it only asks for a dynamic include.
  package var isInclusion: Bool { !isFailed && effects.contains { if case .include = $0 { true } else { false } } }

  /// Hosts and groups come into the inventory only when all of the task went well.
  mutating func withdrawAdditions() {
    let remaining = effects.filter { !$0.isAddition }
    guard remaining.count < effects.count else { return }
    effects = remaining
    isChanged = false
    values["changed"] = false
  }

  /// The result with the arguments of its call.
  var registeredWithInvocation: Map {
    var map = registered
    map["invocation"] = invocation
    return map
  }

  /// The result as `register` keeps it.
  package var registered: Map {
    var map = values
    if map["changed"] == nil || isChanged { map["changed"] = .bool(isChanged) }
    if isFailed || map["failed"] == nil && !isSkipped && !isOfLoop { map["failed"] = .bool(isFailed) }
    if isFailed, !isOfLoop, map["exception"] == nil { map["exception"] = "(traceback unavailable)" }
    if isSkipped { map["skipped"] = true }
    if isUnreachable { map["unreachable"] = true }
    if !facts.isEmpty { map["ansible_facts"] = .map(facts) }
    if !warnings.isEmpty { map["warnings"] = .list(warnings.map { .string($0.message) }) }
    return map
  }
}

/// What a result asks of the play, beyond being registered.
package enum Effect: Sendable {
  case setVariables(Map)
  /// `set_fact` with `cacheable`.
  case setFacts(Map)
  case includeVariables(Map)
  case include(Inclusion)
  case meta(MetaAction)
  case addHost(name: String, groups: [String], variables: Map)
  case addGroup(name: String, parents: [String])
  case setStats(Map, isPerHost: Bool, isAggregated: Bool)

  /// Whether it is about the inventory.
  var isAddition: Bool {
    switch self {
    case .addHost, .addGroup: true
    default: false
    }
  }
}

/// A dynamic include that a host asked for.
package struct Inclusion: Sendable, Hashable {
  package enum Target: Sendable, Hashable {
    /// The file's name, as written.
    case tasks(file: String)
    case role(arguments: Map)
  }

  package var target: Target
  /// Variables for the tasks inside: `vars:` of the include, the loop's item.
  package var parameters: Map
  /// `apply:`.
  package var apply: Map
  /// The loop's label, for the line that tells of the include.
  package var label: String?
}
