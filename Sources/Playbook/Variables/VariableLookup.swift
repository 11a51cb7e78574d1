import Modules
import Values

/// The variables of one host at one task, by ansible's order of precedence.
///
/// Nothing is merged: a name is looked for from the strongest level down, and the first that has it wins.
package struct VariableLookup: Sendable {
  /// The levels, weakest first (ansible-core 2.19, "Understanding variable precedence").
  package enum Level: Int, CaseIterable, Sendable {
    case playRoleDefaults
    case roleDefaults
    case inventory
    case facts
    case playVars
    case promptedVars
    case varsFiles
    case playRoleVars
    case roleVars
    case taskVars
    case includedVars
    case hostVars
    case roleParameters
    case includeParameters
    case extraVars
    case magic
    case locals

    static let strongestFirst = Array(allCases.reversed())
  }

  package var snapshot: RunSnapshot { view.snapshot }
  private var view: View
  package let host: String
  package let task: PlayTask?
  /// Variables of `vars_files:` for this host.
  package var varsFiles: Map
  /// Parameters of the dynamic includes around the task.
  package var includeParameters: Map
  /// The loop's variables, a result under test: above everything.
  package var locals: Map
  /// Whether it is for one call of the task, and the host that the call is delegated to.
  var isInCall = false
  var delegate: String?
  /// Whether it is an entry of `hostvars`: what a play says is not there.
  var isOutsidePlays = false

  package init(
    snapshot: RunSnapshot, host: String, task: PlayTask?, varsFiles: Map = [:], includeParameters: Map = [:],
    locals: Map = [:]
  ) {
    view = View(snapshot, host)
    self.host = host
    self.task = task
    self.varsFiles = varsFiles
    self.includeParameters = includeParameters
    self.locals = locals
  }

  /// The run and the host's part of it. Lookups are copied for every item and template, and asked for dozens of names: one
  /// reference to copy, and the host found once.
  private final class View: Sendable {
    let snapshot: RunSnapshot
    let state: HostState?

    init(_ snapshot: RunSnapshot, _ host: String) {
      self.snapshot = snapshot
      state = snapshot.hosts[host]
    }
  }

  /// The strongest value of a name, templates not rendered. `hostvars` and `vars` are not here: they are mappings of their own.
  package func value(_ name: String) -> Value? {
    if view.snapshot.isMergingHashes { return merged(name) }
    for level in Level.strongestFirst {
      if let value = value(name, at: level) { return value }
    }
    return nil
  }

  /// With `hash_behaviour=merge`, maps of several levels are laid over each other.
  private func merged(_ name: String) -> Value? {
    var result: Value?
    for level in Level.allCases {
      guard let value = value(name, at: level) else { continue }
      if case .map(let weak)? = result, case .map(let strong) = value {
        result = .map(Self.deepMerge(weak, strong))
      } else {
        result = value
      }
    }
    return result
  }

  static func deepMerge(_ weak: Map, _ strong: Map) -> Map {
    var result = weak
    for (key, value) in strong {
      if case .map(let inner)? = result[key], case .map(let over) = value {
        result[key] = .map(deepMerge(inner, over))
      } else {
        result[key] = value
      }
    }
    return result
  }

  /// The value that one level has.
  package func value(_ name: String, at level: Level) -> Value? {
    if isOutsidePlays, Self.levelsOfPlays.contains(level) { return nil }
    switch level {
    case .locals: return locals[name]
    case .magic: return MagicVariables.value(name, in: self)
    case .extraVars: return view.snapshot.options.extraVariables[name]
    case .includeParameters: return includeParameters[name]
    case .roleParameters: return task?.role?.parameter(name)
    case .hostVars: return view.state?.variables[name]
    case .includedVars: return view.state?.includedVariables[name]
    case .taskVars:
      guard let vars = task?.keywords.vars else { return nil }
      for map in vars.reversed() {
        if let value = map[name] { return value }
      }
      return nil
    case .roleVars: return task?.role?.variable(name)
    case .playRoleVars: return view.snapshot.play.roleVars[name]
    case .varsFiles: return varsFiles[name]
    case .promptedVars: return view.snapshot.play.promptedVars[name]
    case .playVars: return view.snapshot.play.vars[name]
    case .facts: return name == "ansible_facts" ? view.state.map { .map($0.facts) } : view.state?.injectedFacts[name]
    case .inventory: return view.state?.inventoryVariables[name]
    case .roleDefaults: return task?.role?.defaultVariable(name)
    case .playRoleDefaults: return view.snapshot.play.roleDefaults[name]
    }
  }

  private static let levelsOfPlays: Set<Level> = [
    .playRoleDefaults, .playVars, .promptedVars, .varsFiles, .playRoleVars,
  ]

  /// In check mode: what earlier tasks would have made of the host.
  var predictions: PredictedState { view.state?.predictions ?? PredictedState() }

  /// Takes in what a result sets for its host, ahead of the play: for the next item of a loop.
  mutating func take(_ effects: [Effect], on host: String) {
    guard !effects.isEmpty else { return }
    var snapshot = snapshot
    for effect in effects {
      switch effect {
      case .setVariables(let variables): snapshot.hosts[host]?.set(variables)
      case .includeVariables(let variables): snapshot.hosts[host]?.includedVariables.merge(variables)
      case .addHost(let name, let groups, let variables):
        InventoryAddition.host(name: name, groups: groups, variables: variables).apply(to: &snapshot.inventory)
      case .addGroup(let name, let parents):
        InventoryAddition.group(name: name, parents: parents, host: host).apply(to: &snapshot.inventory)
      case .setFacts, .setStats, .include, .meta: break
      }
    }
    view = View(snapshot, self.host)
  }

  /// Every name that has a value, for `vars`, `varnames` and suggestions.
  package var names: [String] {
    var seen: Set<String> = []
    var names: [String] = []
    func add(_ map: Map) {
      for key in map.keys {
        if let name = key.string, seen.insert(name).inserted { names.append(name) }
      }
    }
    forEachMap(add)
    if let state = view.state { add(state.injectedFacts) }
    for name in MagicVariables.names.sorted() where seen.insert(name).inserted { names.append(name) }
    return names
  }

  /// The names beginning with `ansible_` that somebody set: all of them but facts and magic variables, which are no connection
  /// variables (`HostState.isProtected`).
  package var ansibleNames: Set<String> {
    var names: Set<String> = []
    forEachMap { map in
      for key in map.keys {
        if let name = key.string, name.hasPrefix("ansible_") { names.insert(name) }
      }
    }
    return names
  }

  /// Walks over what all levels but facts and magic hold, weakest first.
  private func forEachMap(_ body: (Map) -> Void) {
    if !isOutsidePlays { body(snapshot.play.roleDefaults) }
    if let role = task?.role {
      for roles in [role.dependencies, role.chain] { for each in roles { body(each.defaults) } }
    }
    if let state = view.state { body(state.inventoryVariables) }
    if !isOutsidePlays {
      body(snapshot.play.vars)
      body(snapshot.play.promptedVars)
      body(varsFiles)
      body(snapshot.play.roleVars)
    }
    if let role = task?.role { for roles in [role.dependencies, role.chain] { for each in roles { body(each.vars) } } }
    for map in task?.keywords.vars ?? [] { body(map) }
    if let state = view.state {
      body(state.includedVariables)
      body(state.variables)
    }
    if let role = task?.role { for each in role.chain { body(each.parameters) } }
    body(includeParameters)
    body(snapshot.options.extraVariables)
    body(locals)
  }
}

extension RoleInstance {
  /// The roles that called this one as a dependency, outermost first, then itself.
  var chain: [RoleInstance] { parents + [self] }

  func parameter(_ name: String) -> Value? { strongest { $0.parameters[name] } }

  /// `vars/`: its own, then those of the roles it depends on, then those of the roles around it.
  func variable(_ name: String) -> Value? {
    if let own = vars[name] { return own }
    for dependency in dependencies.reversed() {
      if let value = dependency.vars[name] { return value }
    }
    return strongest { $0.vars[name] }
  }

  /// `defaults/`: its own, then those of the roles around it, then those of the roles it depends on.
  func defaultVariable(_ name: String) -> Value? {
    if let value = strongest({ $0.defaults[name] }) { return value }
    for dependency in dependencies.reversed() {
      if let value = dependency.defaults[name] { return value }
    }
    return nil
  }

  private func strongest(_ value: (RoleInstance) -> Value?) -> Value? {
    if let own = value(self) { return own }
    for parent in parents.reversed() {
      if let inherited = value(parent) { return inherited }
    }
    return nil
  }
}
