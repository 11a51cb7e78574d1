import Transport
import Values

/// Adds, changes and removes groups.
struct Group: Module {
  static let spec = ModuleSpec(
    name: "group", summary: "Add, change and remove groups",
    arguments: [
      ArgumentSpec("name", required: true, "The group."),
      ArgumentSpec("state", default: "present", choices: ["absent", "present"], "Whether it exists."),
      ArgumentSpec("gid", .int, "Its number."),
      ArgumentSpec("system", .bool, default: false, "Take the number of a new group from the system's range."),
      ArgumentSpec("force", .bool, default: false, "Remove it even if it is a user's primary group."),
      ArgumentSpec("local", .bool, default: false, "Use libuser's tools, which change local files only."),
      ArgumentSpec("non_unique", .bool, default: false, "Let `gid` be a number that another group has."),
      ArgumentSpec("gid_min", .int, "Lowest number for a new group."),
      ArgumentSpec("gid_max", .int, "Highest number for a new group."),
    ],
    rules: [.requiredIf(argument: "non_unique", equals: "True", ["gid"], any: false)],
    returns: [
      ReturnSpec("name", "the group"), ReturnSpec("state", "the state asked for"), ReturnSpec("gid", "its number"),
      ReturnSpec("system", "the value of `system`"),
    ])

  private let name: String
  private let isWanted: Bool
  private let gid: Int?
  private let arguments: Arguments

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    name = arguments.string("name") ?? ""
    isWanted = arguments.string("state") != "absent"
    gid = arguments.int("gid")
    self.arguments = arguments
    guard arguments.flag("local") else { return }
    if arguments.flag("force") {
      throw ModuleFailure(
        "force is not a valid option for local, force=True and local=True are mutually exclusive")
    }
    for option in ["gid_min", "gid_max"] where arguments.int(option) != nil {
      throw ModuleFailure("'\(option)' can not be used with 'local'")
    }
  }

  private var query: GroupQuery { GroupQuery(name: name, gid: gid, isLocal: arguments.flag("local")) }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask([query]) }
    var plan = Plan(changed: false, values: ["name": .string(name), "state": isWanted ? "present" : "absent"])
    if !isWanted {
      if found.group != nil {
        plan.isChanged = true
        plan.steps = [.run(removal, failure: "Could not remove group \(name)")]
        plan.predictions = [.group(name: name, GroupPrediction(exists: false))]
      }
      return .done(plan)
    }
    if arguments.flag("local"), let gid, let owner = found.ownerOfNumber {
      throw ModuleFailure("GID '\(gid)' already exists with group '\(owner)'")
    }
    plan.values["system"] = .bool(arguments.flag("system"))
    let isRight = found.group.map { gid == nil || $0.gid == gid } ?? false
    if isRight {
      if let gid = found.group?.gid { plan.values["gid"] = .int(gid) }
      return .done(plan)
    }
    if let gid, !arguments.flag("non_unique"), let owner = found.ownerOfNumber {
      let tool = found.group == nil ? "groupadd" : "groupmod"
      throw ModuleFailure(
        "\(tool): GID '\(gid)' already exists (group '\(owner)' has it)", values: ["name": .string(name)])
    }
    plan.isChanged = true
    plan.predictions = [.group(name: name, GroupPrediction(exists: true, gid: gid))]
    if let gid { plan.values["gid"] = .int(gid) }
    let change = found.group == nil ? creation : numbering
    let again = query
    plan.steps = [
      .run(change, failure: "Could not \(found.group == nil ? "add" : "change") group \(name)"),
      .run("(\(again.script(HostTraits.plain)))", failure: "Could not look up group \(name)"),
    ]
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      var values = values
      if let last = outcomes.last {
        let now = try again.answer(QueryOutput(status: last.status, stdout: last.stdout))
        guard let gid = now.group?.gid else {
          throw ModuleFailure("The group \(again.name) is still missing after it was added.")
        }
        values["gid"] = .int(gid)
      }
      return Conclusion(changed: true, values: values)
    }
    return .done(plan)
  }

  private var removal: ShellScript {
    if arguments.flag("local") { return "lgroupdel \(name)" }
    return arguments.flag("force") ? "groupdel -f \(name)" : "groupdel \(name)"
  }

  private var creation: ShellScript {
    var words = [arguments.flag("local") ? "lgroupadd" : "groupadd"] + numberWords
    if arguments.flag("system") { words.append("-r") }
    if let lowest = arguments.int("gid_min") { words += ["-K", "GID_MIN=\(lowest)"] }
    if let highest = arguments.int("gid_max") { words += ["-K", "GID_MAX=\(highest)"] }
    return ShellScript(words: words + endOfOptions + [name])
  }

  private var numbering: ShellScript {
    ShellScript(words: [arguments.flag("local") ? "lgroupmod" : "groupmod"] + numberWords + endOfOptions + [name])
  }

  /// libuser's tools parse with popt, which keeps a double dash as an argument.
  private var endOfOptions: [String] { arguments.flag("local") ? [] : ["--"] }

  private var numberWords: [String] {
    guard let gid else { return [] }
    return ["-g", String(gid)] + (arguments.flag("non_unique") ? ["-o"] : [])
  }
}

extension HostTraits {
  /// For scripts that don't depend on the host.
  static let plain = HostTraits(system: "Linux", hasGNUTools: true, user: "", userID: 0, home: "")
}
