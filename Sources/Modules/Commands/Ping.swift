import Transport
import Values

/// Proves that the host can be reached and runs scripts.
struct Ping: Module {
  static let spec = ModuleSpec(
    name: "ping", summary: "Prove that a host can be reached and answers",
    arguments: [ArgumentSpec("data", default: "pong", "What to answer; `crash` makes the module fail.")],
    returns: [ReturnSpec("ping", "the value of `data`")])

  private let data: String

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    data = arguments.string("data") ?? "pong"
  }

  func queries() -> [any Query] { [ReachabilityQuery()] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard observed(ReachabilityQuery()) != nil else { return .ask([ReachabilityQuery()]) }
    if data == "crash" { throw ModuleFailure("boom") }
    return .done(Plan(changed: false, values: ["ping": .string(data)]))
  }
}

/// Whether scripts run at all.
struct ReachabilityQuery: Query {
  func script(_ traits: HostTraits) -> ShellScript { ":" }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Bool {
    guard output.status == 0 else {
      throw ModuleFailure("The host's shell exits with \(output.status) on an empty script.")
    }
    return true
  }
}
