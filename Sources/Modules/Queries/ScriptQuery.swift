import Transport

/// A question that only one module asks, and reads itself. What other modules ask too, or what predictions bear on, has a
/// type of its own.
struct ScriptQuery: Query {
  var body: ShellScript

  init(_ body: ShellScript) { self.body = body }

  func script(_ traits: HostTraits) -> ShellScript { body }

  func answer(_ output: QueryOutput) -> QueryOutput { output }
}
