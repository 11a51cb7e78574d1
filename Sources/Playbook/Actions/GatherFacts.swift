import Modules
import Values

/// `gather_facts`: facts of the host, by the module `setup`.
enum GatherFactsAction: Action {
  static let spec = ModuleSpec(
    name: "gather_facts", summary: "Gather facts of the host.",
    arguments: [
      ArgumentSpec("parallel", .bool, "Accepted; facts come in one round trip either way.")
    ], freeForm: .anyNames)

  static func run(_ call: ActionContext) async throws -> TaskResult {
    var arguments = call.given
    arguments.removeValue(forKey: "parallel")
    guard let setup = ModuleRegistry.all.first(where: { $0.spec.name == "setup" }) else {
      throw ModuleFailure("the module 'setup' is missing")
    }
    return TaskResult(try await call.runModule(setup, arguments))
  }
}
