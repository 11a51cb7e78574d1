import Transport
import Values

/// Reads the host's name databases into facts.
struct Getent: Module {
  static let spec = ModuleSpec(
    name: "getent", summary: "Read a name service database into facts",
    arguments: [
      ArgumentSpec("database", required: true, "`passwd`, `group`, `hosts`…"),
      ArgumentSpec("key", .string, "The entry to read; all when it is not given."),
      ArgumentSpec("service", .string, "The only service to ask."),
      ArgumentSpec("split", .string, "What separates the fields."),
      ArgumentSpec("fail_key", .bool, default: true, "Fail when the key is not there."),
    ],
    returns: [ReturnSpec("ansible_facts", "`getent_DATABASE`: the entries by their keys")])

  private let query: GetentQuery
  private let isKeyRequired: Bool

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    query = GetentQuery(
      database: arguments.string("database") ?? "", key: arguments.string("key"), service: arguments.string("service"),
      separator: arguments.string("split"))
    isKeyRequired = arguments.bool("fail_key") ?? true
  }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask([query]) }
    let name = "getent_\(query.database)"
    switch found {
    case .entries(let entries):
      var plan = Plan(changed: false)
      plan.facts = Map(dictionaryLiteral: (Key.string(name), .map(entries)))
      return .done(plan)
    case .keyMissing:
      let message = "One or more supplied key could not be found in the database."
      guard !isKeyRequired, let key = query.key else { throw ModuleFailure(message) }
      var plan = Plan(changed: false, values: ["msg": .string(message)])
      plan.facts = Map(dictionaryLiteral: (Key.string(name), .map([.string(key): .null])))
      return .done(plan)
    case .failure(let message):
      throw ModuleFailure(message)
    }
  }
}
