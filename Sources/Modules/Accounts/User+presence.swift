import Transport
import Values

extension User {
  /// What to do so that the account exists as it was asked for.
  func planPresence(_ found: UserQuery.Answer) throws(ModuleFailure) -> Plan {
    try checkGroups(found)
    let commands = UserCommands(self)
    var plan = Plan(changed: false, values: ["name": .string(name), "state": "present"])
    plan.warnings = warnings(found)
    let isNew = found.account == nil
    if isNew {
      plan.values["system"] = .bool(arguments.flag("system"))
      plan.values["create_home"] = .bool(arguments.bool("create_home") ?? true)
      plan.steps.append(.run(commands.creation(found), failure: "Could not add user \(name)"))
    } else {
      plan.values["append"] = .bool(arguments.flag("append"))
      plan.values["move_home"] = .bool(arguments.flag("move_home"))
      plan.steps += commands.changes(found)
      if !plan.steps.isEmpty { plan.departingUser = name }
    }
    if let hash = newHash(found) {
      plan.steps.append(
        .run(
          "chpasswd -e", input: Array("\(name):\(hash)\n".utf8), failure: "Could not set the password of user \(name)"))
    }
    if arguments.string("password") != nil { plan.values["password"] = "NOT_LOGGING_PASSWORD" }
    // useradd -m has made the home directory of a new user already.
    if !isNew, !found.homeExists, arguments.bool("create_home") ?? true, let account = found.account {
      plan.steps.append(
        .run(commands.homeCreation(account), failure: "Could not make the home directory of user \(name)"))
    }
    if arguments.flag("generate_ssh_key"), needsKey(found) {
      plan.steps.append(commands.keyGeneration(found))
    }
    if let script = commands.ageing(found) {
      plan.steps.append(.run(script, failure: "Could not change the password's ageing of user \(name)"))
    }
    plan.isChanged = !plan.steps.isEmpty
    report(found, in: &plan)
    guard plan.isChanged else { return plan }
    plan.predictions = [.user(name: name, prediction(found))]
    let again = query
    plan.steps.append(.run("(\(again.script(.plain)))", failure: "Could not look up user \(name)"))
    plan.conclude = { [self] (values, outcomes) throws(ModuleFailure) in
      guard let last = outcomes.last else { return Conclusion(changed: true, values: values) }
      var result = Plan(changed: true, values: values)
      report(try again.answer(QueryOutput(status: last.status, stdout: last.stdout)), in: &result)
      result.values.merge(User.outputs(Array(outcomes.dropLast())))
      return Conclusion(changed: true, values: result.values)
    }
    return plan
  }

  /// What the tools printed, where they printed anything.
  static func outputs(_ outcomes: [ShellResult]) -> Map {
    var values: Map = [:]
    for (key, pick) in [("stdout", \ShellResult.stdout), ("stderr", \ShellResult.stderr)] {
      let text = outcomes.map { String(lossless: $0[keyPath: pick]) }.joined()
      if !text.isEmpty { values[key] = .string(text) }
    }
    return values
  }

  private func checkGroups(_ found: UserQuery.Answer) throws(ModuleFailure) {
    for group in [arguments.string("group")].compactMap({ $0 }) + (groups ?? []) where found.groups.find(group) == nil {
      throw ModuleFailure("Group \(group) does not exist")
    }
  }

  private func warnings(_ found: UserQuery.Answer) -> [String] {
    var warnings: [String] = []
    if let password = arguments.string("password"), !password.isEmpty, !PasswordHash.isPlausible(password) {
      warnings.append(
        "The input password appears not to have been hashed. The 'password' argument must be encrypted for this module "
          + "to work properly.")
    }
    if groups == nil, arguments.flag("append") {
      warnings.append("'append' is set, but no 'groups' are specified, so it does nothing.")
    }
    return warnings
  }

  /// The hash to set; `nil` when it is right already or must not be touched.
  private func newHash(_ found: UserQuery.Answer) -> String? {
    guard let wanted = arguments.string("password") else { return nil }
    let locked = arguments.flag("password_lock") ? "!" : ""
    guard found.account != nil else { return locked + wanted }
    guard arguments.string("update_password") != "on_create" else { return nil }
    let present = found.shadow?.password ?? found.account?.password
    return present?.drop { $0 == "!" } == wanted.drop { $0 == "!" } ? nil : locked + wanted
  }

  private func needsKey(_ found: UserQuery.Answer) -> Bool {
    arguments.flag("force") || !(found.sshKey.privateExists || found.sshKey.publicExists)
  }

  /// Whether the password must be locked (or unlocked) beside other changes; setting a hash does both.
  func lockChange(_ found: UserQuery.Answer) -> Bool? {
    guard let wanted = arguments.bool("password_lock"), newHash(found) == nil, let shadow = found.shadow else {
      return nil
    }
    return shadow.password.hasPrefix("!") == wanted ? nil : wanted
  }

  /// The keys that describe the account.
  private func report(_ found: UserQuery.Answer, in plan: inout Plan) {
    guard let account = found.account else { return }
    let change = prediction(found)
    if let uid = plan.isChanged ? change.uid ?? account.uid : account.uid { plan.values["uid"] = .int(uid) }
    if let gid = account.gid { plan.values["group"] = .int(gid) }
    plan.values["comment"] = .string(change.comment ?? account.comment)
    plan.values["home"] = .string(change.home ?? account.home)
    plan.values["shell"] = .string(change.shell ?? account.shell)
    if let groups { plan.values["groups"] = .string(groups.joined(separator: ",")) }
    guard arguments.flag("generate_ssh_key") else { return }
    let path = sshKeyFile.hasPrefix("/") ? sshKeyFile : "\(change.home ?? account.home)/\(sshKeyFile)"
    plan.values["ssh_key_file"] = .string(path)
    plan.values["ssh_fingerprint"] = found.sshKey.fingerprint.map { .string($0) } ?? .null
    plan.values["ssh_public_key"] = found.sshKey.publicKey.map { .string($0) } ?? .null
  }

  private func prediction(_ found: UserQuery.Answer) -> UserPrediction {
    var supplementary = groups?.compactMap { found.groups.find($0)?.name }
    if supplementary != nil, arguments.flag("append") {
      supplementary =
        found.memberships(of: name) + (supplementary ?? []).filter { !found.memberships(of: name).contains($0) }
    }
    return UserPrediction(
      exists: true, uid: arguments.int("uid"),
      primaryGroup: arguments.string("group").map { found.groups.find($0)?.name ?? $0 }, groups: supplementary,
      home: home, shell: arguments.string("shell").map { PathText.expanded($0, context.traits) },
      comment: arguments.string("comment"))
  }
}

/// Whether a text can be the hash of a password; ansible's rule for its warning.
enum PasswordHash {
  static func isPlausible(_ text: String) -> Bool {
    if ["*", "!", "*************"].contains(text) { return true }
    if text.contains(where: { ":*!".contains($0) }) { return false }
    let fields = text.split(separator: "$", omittingEmptySubsequences: false)
    guard fields.count >= 3, let digest = fields.last else { return false }
    guard digest.utf8.allSatisfy(isHashByte) else { return false }
    let lengths: [Substring: Int] = ["1": 22, "5": 43, "6": 86, "y": 43]
    return lengths[fields[1]].map { digest.utf8.count == $0 } ?? true
  }

  private static func isHashByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
