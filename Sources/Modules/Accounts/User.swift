import Transport
import Values

/// Adds, changes and removes user accounts with the shadow tools (or libuser's, with `local`).
struct User: Module {
  let name: String
  let isWanted: Bool
  let isLocal: Bool
  /// `nil`: leave the supplementary groups alone. Empty: the user has none.
  let groups: [String]?
  let expiry: Expiry?
  let sshKeyFile: String
  let home: String?
  let arguments: Arguments
  let context: ModuleContext

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    self.context = context
    name = arguments.string("name") ?? ""
    isWanted = arguments.string("state") != "absent"
    isLocal = arguments.flag("local")
    home = arguments.string("home").map { PathText.expanded($0, context.traits) }
    groups = arguments.strings("groups").map { list in
      list.flatMap { $0.split(separator: ",") }.map { $0.trimmed }.filter { !$0.isEmpty }
    }
    expiry = arguments["expires"].flatMap(Expiry.init)
    if arguments["expires"] != nil, expiry == nil {
      throw ModuleFailure("Invalid value for 'expires': it must be seconds since 1970-01-01 that a calendar can hold.")
    }
    let type = arguments.string("ssh_key_type") ?? "rsa"
    sshKeyFile = arguments.string("ssh_key_file").map { PathText.expanded($0, context.traits) } ?? ".ssh/id_\(type)"
    if name.isEmpty || name.utf8.contains(UInt8(ascii: ":")) || name.utf8.contains(UInt8(ascii: "\n")) {
      throw ModuleFailure("'\(name)' can't be the name of a user.")
    }
    if let password = arguments.string("password"), password.utf8.contains(UInt8(ascii: "\n")) {
      throw ModuleFailure("The password hash holds a line break.")
    }
    if isLocal {
      for option in ["umask", "uid_min", "uid_max"] where arguments[option] != nil {
        throw ModuleFailure("'\(option)' can not be used with 'local'")
      }
    }
  }

  var query: UserQuery {
    UserQuery(
      name: name, isLocal: isLocal, home: home, sshKey: arguments.flag("generate_ssh_key") ? sshKeyFile : nil)
  }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask([query]) }
    if isWanted { return .done(try planPresence(found)) }
    var plan = Plan(changed: false, values: ["name": .string(name), "state": "absent"])
    if found.account != nil {
      plan.isChanged = true
      plan.values["force"] = .bool(arguments.flag("force"))
      plan.values["remove"] = .bool(arguments.flag("remove"))
      plan.departingUser = name
      plan.steps = [.run(UserCommands(self).removal, failure: "Could not remove user \(name)")]
      plan.predictions = [.user(name: name, UserPrediction(exists: false))]
      plan.conclude = { (values, outcomes) throws(ModuleFailure) in
        Conclusion(changed: true, values: values.merging(User.outputs(outcomes)))
      }
    }
    return .done(plan)
  }

  /// When an account ends.
  enum Expiry: Sendable, Hashable {
    case never
    /// Days since 1970-01-01.
    case day(Int)

    init?(_ value: Value) {
      let seconds: Double
      switch value {
      case .int(let int): seconds = Double(int)
      case .double(let double): seconds = double
      default: return nil
      }
      guard seconds.isFinite, abs(seconds) < 253_402_300_800 else { return nil }
      self = seconds < 0 ? .never : .day(Int(seconds / 86_400))
    }

    /// `2030-01-31`; empty for never.
    var date: String {
      guard case .day(let number) = self else { return "" }
      let (year, month, day) = CivilDate.from(dayNumber: number)
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      return "\(year)-\(two(month))-\(two(day))"
    }

    /// Whether the shadow file's field (-1: empty) says the same.
    func matches(_ expiryDay: Int) -> Bool {
      switch self {
      case .never: expiryDay < 0
      case .day(let day): expiryDay == day
      }
    }
  }
}
