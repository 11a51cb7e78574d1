import Transport
import Values

/// What is asked of a systemd unit, by `systemd` and by `service` on hosts that systemd runs.
struct UnitChange: Sendable {
  var name: String?
  var scope = UnitQuery.Scope.system
  var state: ServiceState?
  var isEnabled: Bool?
  var isMasked: Bool?
  var reloads = false
  var reexecutes = false
  var isForced = false
  var isBlocking = true

  init(
    name: String?, scope: UnitQuery.Scope = .system, state: ServiceState?, isEnabled: Bool?, isMasked: Bool? = nil,
    reloads: Bool = false, reexecutes: Bool = false, isForced: Bool = false, isBlocking: Bool = true
  ) throws(ModuleFailure) {
    (self.name, self.scope, self.state, self.isEnabled, self.isMasked) = (name, scope, state, isEnabled, isMasked)
    (self.reloads, self.reexecutes, self.isForced, self.isBlocking) = (reloads, reexecutes, isForced, isBlocking)
    guard let name else { return }
    for pattern in ["*", "?", "["] where name.contains(pattern) {
      throw ModuleFailure(
        "This module does not currently support using glob patterns, found '\(pattern)' in service name: \(name)")
    }
  }

  var query: UnitQuery? { name.map { UnitQuery(name: $0, scope: scope) } }

  /// The plan when no unit is named: only the manager itself is told something.
  var planOfManager: Plan {
    Plan(changed: false, values: ["name": .null, "status": [:]], steps: managerSteps)
  }

  func plan(_ found: UnitQuery.Answer, _ query: UnitQuery) throws(ModuleFailure) -> Plan {
    guard found.hasSystemctl else {
      throw ModuleFailure("Failed to find required executable \"systemctl\" on the host.")
    }
    if found.isKnown, found.loadState != "masked", let error = found.status["LoadError"]?.string {
      throw ModuleFailure("Error loading unit file '\(query.name)': \(error)")
    }
    var plan = Plan(changed: false, values: ["name": .string(query.name), "status": .map(found.status)])
    plan.steps = managerSteps
    if found.hasInitScript, !found.isKnown {
      plan.warnings.append(
        "The service (\(query.name)) is actually an init script but the system is managed by systemd")
    }
    if !found.exists, reloads, state != nil || isEnabled != nil {
      return planAfterReload(plan, query)
    }
    var prediction = UnitPrediction()
    if let isMasked, isMasked != found.isMasked {
      prediction.isMasked = isMasked
      add(isMasked ? "mask" : "unmask", query, to: &plan)
    }
    if let isEnabled {
      try requireExistence(found, query)
      plan.values["enabled"] = .bool(isEnabled)
      if isEnabled != found.isEnabled {
        prediction.isEnabled = isEnabled
        add(isEnabled ? "enable" : "disable", query, to: &plan)
      }
    }
    if let state {
      try requireExistence(found, query)
      plan.values["state"] = .string(state == .stopped ? "stopped" : "started")
      if let action = try action(for: state, found, &plan) {
        prediction.isActive = state != .stopped
        add(action, query, to: &plan)
      }
    }
    if plan.isChanged { plan.predictions = [.unit(name: query.unit, prediction)] }
    return plan
  }

  /// The verb for `systemctl`; `nil` when nothing is to be done.
  private func action(
    for state: ServiceState, _ found: UnitQuery.Answer, _ plan: inout Plan
  ) throws(ModuleFailure) -> String? {
    guard found.activeState != nil else {
      guard found.isOffline else {
        throw ModuleFailure("Service is in unknown state", values: ["status": .map(found.status)])
      }
      plan.warnings.append(
        "Target is a chroot or systemd is offline. This can lead to false positives or prevent the init system tools "
          + "from working.")
      return nil
    }
    switch state {
    case .started: return found.isRunning ? nil : "start"
    case .stopped: return found.isRunning || found.isStopping ? "stop" : nil
    case .restarted: return found.isRunning ? "restart" : "start"
    case .reloaded: return found.isRunning ? "reload" : "start"
    }
  }

  private func requireExistence(_ found: UnitQuery.Answer, _ query: UnitQuery) throws(ModuleFailure) {
    if !found.exists { throw ModuleFailure("Could not find the requested service \(query.name): host") }
  }

  private func add(_ verb: String, _ query: UnitQuery, to plan: inout Plan) {
    plan.isChanged = true
    plan.steps.append(
      .run(
        ShellScript(words: systemctl + [verb, "--", query.name]), failure: "Unable to \(verb) service \(query.name)"))
  }

  private var systemctl: [String] {
    ["systemctl"] + (scope == .system ? [] : ["--\(scope.rawValue)"]) + (isBlocking ? [] : ["--no-block"])
      + (isForced ? ["--force"] : [])
  }

  private var managerSteps: [Step] {
    var steps: [Step] = []
    for (isWanted, verb) in [(reloads, "daemon-reload"), (reexecutes, "daemon-reexec")] where isWanted {
      let command = ShellScript(words: systemctl + [verb])
      // Where no systemd runs there is nothing to reload.
      let script: ShellScript = """
        [ -n "$XDG_RUNTIME_DIR" ] || export XDG_RUNTIME_DIR=/run/user/$(id -u)
        \(command) || { r=$?; [ ! -d /run/systemd/system ] || [ "$SYSTEMD_OFFLINE" = 1 ] || exit $r; }
        """
      steps.append(.run(script, failure: "failure during \(verb)"))
    }
    return steps
  }

  /// A unit that is only known after the manager has read the unit files again: what is to be done is decided on the host.
  private func planAfterReload(_ base: Plan, _ query: UnitQuery) -> Plan {
    var plan = base
    plan.isChanged = true
    plan.unknown = "the unit is not known before the manager has read the unit files again"
    let command = ShellScript(words: systemctl)
    var script: ShellScript = """
      \(command) cat -- \(query.name) >/dev/null 2>&1 || { echo 'Could not find the requested service' >&2; exit 1; }

      """
    if let isMasked {
      script +=
        isMasked
        ? "[ \"$(\(command) is-enabled -- \(query.name) 2>/dev/null)\" = masked ] || { \(command) mask -- \(query.name) && echo changed; } || exit\n"
        : "[ \"$(\(command) is-enabled -- \(query.name) 2>/dev/null)\" != masked ] || { \(command) unmask -- \(query.name) && echo changed; } || exit\n"
    }
    if let isEnabled {
      plan.values["enabled"] = .bool(isEnabled)
      script +=
        isEnabled
        ? "\(command) is-enabled -q -- \(query.name) || { \(command) enable -- \(query.name) && echo changed; } || exit\n"
        : "! \(command) is-enabled -q -- \(query.name) || { \(command) disable -- \(query.name) && echo changed; } || exit\n"
    }
    if let state {
      plan.values["state"] = .string(state == .stopped ? "stopped" : "started")
      switch state {
      case .started:
        script +=
          "\(command) is-active -q -- \(query.name) || { \(command) start -- \(query.name) && echo changed; } || exit\n"
      case .stopped:
        script +=
          "! \(command) is-active -q -- \(query.name) || { \(command) stop -- \(query.name) && echo changed; } || exit\n"
      case .restarted: script += "\(command) restart -- \(query.name) && echo changed || exit\n"
      case .reloaded: script += "\(command) reload-or-restart -- \(query.name) && echo changed || exit\n"
      }
    }
    plan.steps.append(.run(script, failure: "Could not find or change the requested service \(query.name)"))
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      let didChange = outcomes.last.map { String(lossless: $0.stdout).contains("changed\n") } ?? true
      return Conclusion(changed: didChange, values: values)
    }
    return plan
  }
}
