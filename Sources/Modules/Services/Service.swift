import Transport
import Values

/// Controls services through whatever manages them on the host.
struct Service: Module {
  static let spec = ModuleSpec(
    name: "service", summary: "Control services, whatever manages them",
    arguments: [
      ArgumentSpec("name", required: true, "The service."),
      ArgumentSpec(
        "state", .string, choices: ["reloaded", "restarted", "started", "stopped"], "What it should be doing."),
      ArgumentSpec("enabled", .bool, "Whether it starts at boot."),
      ArgumentSpec("sleep", .int, "Seconds between stop and start of a restart; not for systemd."),
      ArgumentSpec("pattern", .string, "Text in the process list that proves that it runs; not for systemd."),
      ArgumentSpec("runlevel", default: "default", "OpenRC: the runlevel it belongs to."),
      ArgumentSpec("arguments", aliases: ["args"], default: "", "Further words for the init script; not for systemd."),
      ArgumentSpec(
        "daemon_reload", .bool, aliases: ["daemon-reload"], default: false, "systemd: read the unit files again first."),
      ArgumentSpec("daemon_reexec", .bool, aliases: ["daemon-reexec"], default: false, "systemd: start it anew first."),
      ArgumentSpec("masked", .bool, "systemd: whether it can't be started at all."),
      ArgumentSpec("force", .bool, "systemd: replace links that are in the way."),
      ArgumentSpec("no_block", .bool, default: false, "systemd: don't wait until it is done."),
      ArgumentSpec("use", default: "auto", "The service manager to use."),
    ],
    rules: [.requiredOneOf(["state", "enabled", "masked", "daemon_reload", "daemon_reexec"])],
    returns: [
      ReturnSpec("name", "the service"), ReturnSpec("state", "what it is doing"),
      ReturnSpec("enabled", "whether it starts at boot"), ReturnSpec("status", "systemd: the unit's properties"),
    ])

  private let name: String
  private let arguments: Arguments
  private let unit: UnitChange
  private let manager: ServiceQuery.Manager?

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    name = arguments.string("name") ?? ""
    unit = try UnitChange(
      name: name, state: arguments.string("state").flatMap(ServiceState.init), isEnabled: arguments.bool("enabled"),
      isMasked: arguments.bool("masked"), reloads: arguments.flag("daemon_reload"),
      reexecutes: arguments.flag("daemon_reexec"), isForced: arguments.flag("force"),
      isBlocking: !arguments.flag("no_block"))
    switch arguments.string("use")?.split(separator: ".").last {
    case "systemd", "systemd_service": manager = .systemd
    case "sysvinit", "service": manager = .sysvinit
    case "openrc": manager = .openrc
    case "auto", nil: manager = nil
    case let other?:
      throw ModuleFailure("The service manager '\(other)' is not supported; use systemd, sysvinit, openrc or auto.")
    }
  }

  private var query: ServiceQuery {
    ServiceQuery(name: name, manager: manager, pattern: arguments.string("pattern"))
  }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask([query]) }
    switch found {
    case .unit(let found):
      var plan = try unit.plan(found, UnitQuery(name: name, scope: .system))
      for unused in ["pattern", "sleep", "arguments"] {
        guard let value = arguments[unused], value != "" else { continue }
        plan.warnings.append("Ignoring \"\(unused)\" as it is not used in \"systemd\"")
      }
      return .done(plan)
    case .script(let found):
      return .done(try InitScriptChange(arguments).plan(found))
    }
  }
}
