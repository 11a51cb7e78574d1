import Transport
import Values

/// Runs the user's own shell text.
struct Shell: Module {
  static let spec = ModuleSpec(
    name: "shell", summary: "Run a command line through a shell",
    arguments: [
      ArgumentSpec("_raw_params", .string, "The shell text, given free-form."),
      ArgumentSpec("argv", .list(of: .string), "Words that are joined to a command line."),
      ArgumentSpec("executable", .path, "The shell to use instead of `/bin/sh`."),
    ] + CommandRun.arguments,
    rules: [
      .requiredOneOf(["_raw_params", "cmd", "argv"]), .mutuallyExclusive(["_raw_params", "cmd", "argv"]),
    ],
    freeForm: .argument("_raw_params"), checkMode: .unknowable, returns: CommandRun.returns)

  private let run: CommandRun

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    let text =
      arguments.string("_raw_params") ?? arguments.string("cmd") ?? arguments.strings("argv")?.joined(separator: " ")
    guard let text, !text.isEmpty else {
      throw ModuleFailure("no command given", values: ["rc": 256, "cmd": .null])
    }
    // A shell of its own: the user's text must not see or change the variables of the shell that carries it.
    let execution: ShellScript = "exec \(arguments.string("executable") ?? "/bin/sh") -c \(text)"
    run = CommandRun(.string(text), execution: execution, arguments, context)
  }

  func queries() -> [any Query] { run.queries() }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning { try run.plan(observed) }
}
