import Transport
import Values

/// Runs a program with arguments. No shell reads them: what looks like a pipe or a redirection is an argument.
struct Command: Module {
  static let spec = ModuleSpec(
    name: "command", summary: "Run a program without a shell",
    arguments: [
      ArgumentSpec("_raw_params", .string, "The command line, given free-form."),
      ArgumentSpec("argv", .list(of: .string), "The program and its arguments, one an item."),
      ArgumentSpec("executable", .string, "Of no effect; it is for `shell`."),
      ArgumentSpec("expand_argument_vars", .bool, default: true, "Put in `$NAME` and `~` on the host."),
    ] + CommandRun.arguments,
    rules: [
      .requiredOneOf(["_raw_params", "cmd", "argv"]), .mutuallyExclusive(["_raw_params", "cmd", "argv"]),
    ],
    freeForm: .argument("_raw_params"), checkMode: .unknowable, returns: CommandRun.returns)

  private let run: CommandRun
  private let executable: String?

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    executable = arguments.string("executable")
    let words: [String]
    if let line = arguments.string("_raw_params") ?? arguments.string("cmd") {
      words = try ProgramWords.split(line)
    } else {
      words = arguments.strings("argv") ?? []
    }
    guard !words.isEmpty else {
      throw ModuleFailure("no command given", values: ["rc": 256, "cmd": .null])
    }
    let execution = ProgramWords.executing(
      words, expandsVariables: arguments.bool("expand_argument_vars") ?? true)
    run = CommandRun(.list(words.map { .string($0) }), execution: execution, arguments, context)
  }

  func queries() -> [any Query] { run.queries() }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let executable, case .done(var plan) = try run.plan(observed) else { return try run.plan(observed) }
    plan.warnings.append(
      "As of Ansible 2.4, the parameter 'executable' is no longer supported with the 'command' module. Not using '\(executable)'."
    )
    return .done(plan)
  }
}
