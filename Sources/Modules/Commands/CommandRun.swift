import Transport
import Values

/// What `command` and `shell` have in common: when to run, how to start, and what to report.
struct CommandRun: Sendable {
  /// The command as the result's `cmd` shows it.
  var shownCommand: Value
  /// Replaces the shell by the program.
  var execution: ShellScript
  var directory: String?
  var creates: String?
  var removes: String?
  var input: [UInt8]
  var stripsEmptyEnds: Bool
  var now: @Sendable () -> WallTime
  var isCheckMode: Bool

  /// - Parameter arguments: those that both modules take.
  init(_ shownCommand: Value, execution: ShellScript, _ arguments: Arguments, _ context: ModuleContext) {
    self.shownCommand = shownCommand
    self.execution = execution
    directory = arguments.string("chdir")
    creates = arguments.string("creates")
    removes = arguments.string("removes")
    input = arguments.string("stdin")?.losslessBytes ?? []
    if arguments.string("stdin") != nil, arguments.bool("stdin_add_newline") ?? true {
      input.append(UInt8(ascii: "\n"))
    }
    stripsEmptyEnds = arguments.bool("strip_empty_ends") ?? true
    now = context.now
    isCheckMode = context.isCheckMode
  }

  static let arguments: [ArgumentSpec] = [
    ArgumentSpec("cmd", .string, "The command, when it is not given free-form."),
    ArgumentSpec("chdir", .path, "Directory to change into first."),
    ArgumentSpec("creates", .path, "Do nothing when this file exists; a glob pattern matches any file."),
    ArgumentSpec("removes", .path, "Do nothing unless this file exists; a glob pattern matches any file."),
    ArgumentSpec("stdin", .string, "What the command reads from its standard input."),
    ArgumentSpec("stdin_add_newline", .bool, default: true, "Append a newline to `stdin`."),
    ArgumentSpec("strip_empty_ends", .bool, default: true, "Drop empty lines from the end of both outputs."),
  ]

  static let returns: [ReturnSpec] = [
    ReturnSpec("cmd", "the command that was run"),
    ReturnSpec("rc", "its exit status"),
    ReturnSpec("stdout", "its standard output"),
    ReturnSpec("stdout_lines", "its standard output in lines"),
    ReturnSpec("stderr", "its standard error"),
    ReturnSpec("stderr_lines", "its standard error in lines"),
    ReturnSpec("start", "when it started, by the controller's clock"),
    ReturnSpec("end", "when it ended, by the controller's clock"),
    ReturnSpec("delta", "how long it took, the way to the host included"),
    ReturnSpec("msg", "why it did not run or what failed"),
  ]

  static let unknowable = "the command's output can't be known before it runs"

  /// Nobody knows what a command leaves behind for the tasks after it.
  static func anything(_ command: Value) -> Prediction {
    let line = command.list.map { ShellScript(words: $0.compactMap(\.string)).text } ?? command.string ?? ""
    let first = line.split(separator: "\n").first.map(String.init) ?? ""
    return .vague(reason: "'\(first.count > 60 ? first.prefix(60) + "…" : first)' would be run")
  }

  private var guardQuery: CommandGuardQuery? {
    let isNeeded = creates != nil || removes != nil || (isCheckMode && directory != nil)
    return isNeeded ? CommandGuardQuery(directory: directory, creates: creates, removes: removes) : nil
  }

  func queries() -> [any Query] { guardQuery.map { [$0] } ?? [] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    var values: Map = [
      "cmd": shownCommand, "rc": .null, "stdout": "", "stderr": "", "stdout_lines": [], "stderr_lines": [],
      "start": .null, "end": .null, "delta": .null, "msg": "",
    ]
    if let query = guardQuery {
      guard let found = observed(query) else { return .ask([query]) }
      if let error = found.directoryError { throw CommandRun.failure(.directory(error), directory, values) }
      if let reason = reasonNotToRun(found) {
        values["rc"] = 0
        values["msg"] = .string("\(isCheckMode ? "Would" : "Did") not run command since \(reason.why)")
        values["stdout"] = .string(reason.output)
        values["stdout_lines"] = .list([.string(reason.output)])
        return .done(Plan(changed: false, values: values, skipReason: values["msg"]?.string))
      }
    }
    let step = Step.run(script, input: input, failure: "non-zero return code", mayFail: true)
    let start = now()
    var plan = Plan(changed: true, values: values, steps: [step], predictions: [CommandRun.anything(shownCommand)])
    if creates == nil && removes == nil { plan.unknown = CommandRun.unknowable }
    if isCheckMode {
      plan.values["rc"] = 0
      plan.values["msg"] = "Command would have run if not in check mode"
    }
    plan.conclude = { [self] (values, outcomes) throws(ModuleFailure) in
      try conclude(values, outcomes, start: start)
    }
    return .done(plan)
  }

  private func reasonNotToRun(_ found: CommandGuardQuery.Answer) -> (why: String, output: String)? {
    if let creates, found.createsExists {
      return ("'\(creates)' exists", "skipped, since \(creates) exists")
    }
    if let removes, !found.removesExists {
      return ("'\(removes)' does not exist", "skipped, since \(removes) does not exist")
    }
    return nil
  }

  private var script: ShellScript {
    guard let directory else { return execution }
    return """
      cd -- \(directory) 2>/dev/null || {
      if [ ! -e \(directory) ]; then \(CommandRun.noDirectory)
      elif [ ! -d \(directory) ]; then \(CommandRun.notDirectory)
      else \(CommandRun.directoryDenied); fi
      }
      \(execution)
      """
  }

  private func conclude(
    _ values: Map, _ outcomes: [ShellResult], start: WallTime
  ) throws(ModuleFailure) -> Conclusion {
    guard let outcome = outcomes.last else { return Conclusion(changed: true, values: values) }
    let end = now()
    var values = values
    if let obstacle = Obstacle(outcome) {
      throw CommandRun.failure(obstacle, obstacle.isAboutDirectory ? directory : nil, values)
    }
    values["start"] = .string(start.localDescription)
    values["end"] = .string(end.localDescription)
    values["delta"] = .string(end.durationDescription(since: start))
    values.merge(CommandOutput.values(outcome, strippingEnds: stripsEmptyEnds))
    if outcome.status != 0 {
      values["changed"] = true
      throw ModuleFailure("non-zero return code", values: values)
    }
    return Conclusion(changed: true, values: values)
  }
}

// MARK: - What keeps a command from starting

extension CommandRun {
  static let notFound: ShellScript = #"printf '\001swiftible:program:2' >&2; exit 127"#
  static let notExecutable: ShellScript = #"printf '\001swiftible:program:13' >&2; exit 126"#
  static let noDirectory: ShellScript = #"printf '\001swiftible:directory:2' >&2; exit 1"#
  static let notDirectory: ShellScript = #"printf '\001swiftible:directory:20' >&2; exit 1"#
  static let directoryDenied: ShellScript = #"printf '\001swiftible:directory:13' >&2; exit 1"#

  enum Obstacle {
    case program(ErrorNumber)
    case directory(ErrorNumber)

    /// Reads the marked message of a script that could not start its program.
    init?(_ outcome: ShellResult) {
      guard outcome.stdout.isEmpty, outcome.stderr.first == 1 else {
        self.init(shellMessage: outcome)
        return
      }
      switch String(lossless: outcome.stderr.dropFirst()) {
      case "swiftible:program:2": self = .program(.noEntry)
      case "swiftible:program:13": self = .program(.denied)
      case "swiftible:directory:2": self = .directory(.noEntry)
      case "swiftible:directory:13": self = .directory(.denied)
      case "swiftible:directory:20": self = .directory(.notDirectory)
      default: return nil
      }
    }

    /// A name that only the shell knows (`cd`) passes `command -v` but not `exec`.
    private init?(shellMessage outcome: ShellResult) {
      guard outcome.status == 127, outcome.stdout.isEmpty else { return nil }
      let text = String(lossless: outcome.stderr)
      guard text.hasSuffix(": not found\n"), text.split(separator: " ").contains("exec:") else { return nil }
      self = .program(.noEntry)
    }

    var isAboutDirectory: Bool {
      if case .directory = self { true } else { false }
    }
  }

  static func failure(_ obstacle: Obstacle, _ directory: String?, _ values: Map) -> ModuleFailure {
    switch obstacle {
    case .directory(let error):
      return ModuleFailure(
        "Unable to change directory before execution: \(error.description(of: directory ?? ""))", values: values)
    case .program(let error):
      let command = values["cmd"] ?? .null
      let program = command.list?.first?.string ?? command.string ?? ""
      return ModuleFailure(
        "Error executing command: \(error.description(of: program))",
        values: [
          "cmd": .string(command.list.map { ShellScript(words: $0.compactMap(\.string)).text } ?? program),
          "rc": .int(error.rawValue), "stdout": "", "stderr": "", "stdout_lines": [], "stderr_lines": [],
        ])
    }
  }
}

/// The errors of the operating system that a script can tell apart, in Python's words.
enum ErrorNumber: Int, Sendable, Hashable {
  case noEntry = 2
  case denied = 13
  case notDirectory = 20

  func description(of path: String) -> String {
    let text =
      switch self {
      case .noEntry: "No such file or directory"
      case .denied: "Permission denied"
      case .notDirectory: "Not a directory"
      }
    return "[Errno \(rawValue)] \(text): b'\(path)'"
  }
}
