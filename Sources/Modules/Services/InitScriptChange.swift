import Transport
import Values

/// What is asked of a service that an init script runs.
struct InitScriptChange {
  private let arguments: Arguments
  private let name: String

  init(_ arguments: Arguments) {
    self.arguments = arguments
    name = arguments.string("name") ?? ""
  }

  func plan(_ found: ServiceQuery.InitScript) throws(ModuleFailure) -> Plan {
    guard found.exists else { throw ModuleFailure("Could not find the requested service \(name): host") }
    var plan = Plan(changed: false, values: ["name": .string(name)])
    var prediction = UnitPrediction()
    if let isEnabled = arguments.bool("enabled") {
      plan.values["enabled"] = .bool(isEnabled)
      if isEnabled != found.isEnabled {
        prediction.isEnabled = isEnabled
        add(
          enabling(isEnabled, found.manager), "Unable to \(isEnabled ? "enable" : "disable") service \(name)", to: &plan
        )
      }
    }
    if let state = arguments.string("state").flatMap(ServiceState.init) {
      plan.values["state"] = .string(state == .stopped ? "stopped" : "started")
      if let script = script(for: state, found) {
        prediction.isActive = state != .stopped
        add(script, "Unable to bring service \(name) to state \(state.rawValue)", to: &plan)
      }
    }
    if plan.isChanged { plan.predictions = [.unit(name: "\(name).service", prediction)] }
    return plan
  }

  private func add(_ script: ShellScript, _ failure: String, to plan: inout Plan) {
    plan.isChanged = true
    plan.steps.append(.run(script, failure: failure))
  }

  private func script(for state: ServiceState, _ found: ServiceQuery.InitScript) -> ShellScript? {
    switch state {
    case .started: return found.isRunning ? nil : call("start", found.manager)
    case .stopped: return found.isRunning ? call("stop", found.manager) : nil
    case .reloaded: return call(found.isRunning ? "reload" : "start", found.manager)
    case .restarted:
      guard found.isRunning else { return call("start", found.manager) }
      guard let seconds = arguments.int("sleep") else { return call("restart", found.manager) }
      return "\(call("stop", found.manager))\nsleep \(max(0, seconds))\n\(call("start", found.manager))"
    }
  }

  /// A daemon must not keep the connection's streams: it would hold them open as long as it lives.
  private func call(_ verb: String, _ manager: ServiceQuery.Manager) -> ShellScript {
    let words = CommandWords.split(arguments.string("arguments") ?? "") ?? []
    let path = "/etc/init.d/\(name)"
    let command: ShellScript =
      switch manager {
      case .openrc: ShellScript(words: ["rc-service", name, verb] + words)
      case .systemd, .sysvinit: ShellScript(words: [path, verb] + words)
      }
    return "\(command) </dev/null"
  }

  private func enabling(_ isEnabled: Bool, _ manager: ServiceQuery.Manager) -> ShellScript {
    if manager == .openrc {
      let level = arguments.string("runlevel") ?? "default"
      return ShellScript(words: ["rc-update", isEnabled ? "add" : "delete", name, level])
    }
    let registerForDebian: ShellScript = isEnabled ? "update-rc.d \(name) defaults && " : ""
    let registerForRedHat: ShellScript = isEnabled ? "chkconfig --add \(name) && " : ""
    return """
      if command -v update-rc.d >/dev/null 2>&1; then
        \(registerForDebian)update-rc.d \(name) \(isEnabled ? "enable" : "disable")
      elif command -v chkconfig >/dev/null 2>&1; then
        \(registerForRedHat)chkconfig \(name) \(isEnabled ? "on" : "off")
      else
        echo 'neither update-rc.d nor chkconfig is there' >&2
        exit 1
      fi
      """
  }
}
