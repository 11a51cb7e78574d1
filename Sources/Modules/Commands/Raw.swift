import Transport
import Values

/// Runs the user's text as it stands, for hosts that can do nothing else yet.
struct Raw: Module {
  static let spec = ModuleSpec(
    name: "raw", summary: "Run a command line with nothing around it",
    arguments: [
      ArgumentSpec("_raw_params", required: true, "The shell text, given free-form."),
      ArgumentSpec("executable", .string, "The shell to use."),
    ],
    freeForm: .argument("_raw_params"), checkMode: .unknowable,
    returns: CommandRun.returns.filter { ["rc", "stdout", "stdout_lines", "stderr", "stderr_lines"].contains($0.name) })

  private let text: String
  private let script: ShellScript

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    text = arguments.string("_raw_params") ?? ""
    if let executable = arguments.string("executable"), !executable.isEmpty {
      script = "exec \(executable) -c \(text)"
    } else {
      script = "exec /bin/sh -c \(text)"
    }
  }

  func queries() -> [any Query] { [] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    let step = Step.run(script, failure: "non-zero return code", mayFail: true)
    return .done(
      Plan(
        changed: true, unknown: CommandRun.unknowable, steps: [step],
        predictions: [CommandRun.anything(.string(text))]
      ) {
        (values, outcomes) throws(ModuleFailure) in
        guard let outcome = outcomes.last else { return Conclusion(changed: true, values: values) }
        var values = CommandOutput.values(outcome, strippingEnds: false)
        guard outcome.status == 0 else {
          values["changed"] = true
          throw ModuleFailure("non-zero return code", values: values)
        }
        return Conclusion(changed: true, values: values)
      })
  }
}
