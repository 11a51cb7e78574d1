import Values

/// Installs and removes packages by whatever manager the host has; that is apt so far.
struct Package: Module {
  static let spec = ModuleSpec(
    name: "package", summary: "Keep packages by the host's own manager",
    arguments: [
      ArgumentSpec("name", .raw, required: true, "The packages."),
      ArgumentSpec("state", .string, "`present`, `absent` or what else the manager's module knows."),
      ArgumentSpec("use", default: "auto", "The module of the manager."),
    ],
    // Whatever else is given is the manager's module's business.
    freeForm: .anyNames, supportsDiff: true, returns: Apt.spec.returns)

  private let apt: Apt

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    var passed = arguments.values
    let use = arguments.string("use") ?? "auto"
    passed.removeValue(forKey: "use")
    guard ["auto", "apt", "ansible.builtin.apt", "ansible.legacy.apt"].contains(use) else {
      throw ModuleFailure(
        "Could not find a matching action for the \"\(use)\" package manager; apt is the one that is supported.")
    }
    let validated: Arguments
    do {
      validated = try ArgumentValidator.validate(passed, against: Apt.spec, calledAs: "ansible.legacy.apt")
    } catch {
      throw ModuleFailure(error.message)
    }
    apt = try Apt(validated, context)
  }

  func queries() -> [any Query] { apt.queries() }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning { try apt.plan(observed) }
}
