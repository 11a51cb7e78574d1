import Transport
import Values

/// Controls units of systemd.
struct Systemd: Module {
  static let spec = ModuleSpec(
    name: "systemd", aliases: ["systemd_service"], summary: "Control systemd units",
    arguments: [
      ArgumentSpec("name", .string, aliases: ["service", "unit"], "The unit; without a suffix a service is meant."),
      ArgumentSpec(
        "state", .string, choices: ["reloaded", "restarted", "started", "stopped"], "What it should be doing."),
      ArgumentSpec("enabled", .bool, "Whether it starts at boot."),
      ArgumentSpec("masked", .bool, "Whether it can't be started at all."),
      ArgumentSpec("force", .bool, "Replace links that are in the way."),
      ArgumentSpec(
        "daemon_reload", .bool, aliases: ["daemon-reload"], default: false, "Read the unit files again first."),
      ArgumentSpec("daemon_reexec", .bool, aliases: ["daemon-reexec"], default: false, "Start the manager anew first."),
      ArgumentSpec("scope", default: "system", choices: ["system", "user", "global"], "Which manager."),
      ArgumentSpec("no_block", .bool, default: false, "Don't wait until it is done."),
    ],
    rules: [
      .requiredOneOf(["state", "enabled", "masked", "daemon_reload", "daemon_reexec"]),
      .requiredBy(argument: "state", ["name"]), .requiredBy(argument: "enabled", ["name"]),
      .requiredBy(argument: "masked", ["name"]),
    ],
    returns: [
      ReturnSpec("status", "the unit's properties before the change, as `systemctl show` prints them"),
      ReturnSpec("name", "the unit"), ReturnSpec("enabled", "whether it starts at boot"),
      ReturnSpec("state", "what it is doing"),
    ])

  private let change: UnitChange

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    change = try UnitChange(
      name: arguments.string("name"), scope: arguments.string("scope").flatMap(UnitQuery.Scope.init) ?? .system,
      state: arguments.string("state").flatMap(ServiceState.init), isEnabled: arguments.bool("enabled"),
      isMasked: arguments.bool("masked"), reloads: arguments.flag("daemon_reload"),
      reexecutes: arguments.flag("daemon_reexec"), isForced: arguments.flag("force"),
      isBlocking: !arguments.flag("no_block"))
  }

  func queries() -> [any Query] { change.query.map { [$0] } ?? [] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let query = change.query else { return .done(change.planOfManager) }
    guard let found = observed(query) else { return .ask([query]) }
    return .done(try change.plan(found, query))
  }
}

/// What a service should be doing.
enum ServiceState: String, Sendable, Hashable {
  case started
  case stopped
  case restarted
  case reloaded
}
