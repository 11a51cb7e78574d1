import Transport
import Values

/// Runs a script of the controller on a host. Its text travels with the request; it stands on the host only while it runs.
struct Script: Module {
  static let spec = ModuleSpec(
    name: "script", summary: "Run a script of the controller on hosts",
    arguments: [
      ArgumentSpec("_raw_params", .string, "The script and its arguments, given free-form."),
      ArgumentSpec("cmd", .string, "The same."),
      ArgumentSpec("creates", .string, "Do nothing when this file exists."),
      ArgumentSpec("removes", .string, "Do nothing unless this file exists."),
      ArgumentSpec("chdir", .string, "Directory to change into first."),
      ArgumentSpec("executable", .string, "The program that reads the script; by default its first line names it."),
      ArgumentSpec("decrypt", .bool, default: true, "Decrypt a vaulted script."),
    ],
    rules: [.requiredOneOf(["_raw_params", "cmd"]), .mutuallyExclusive(["_raw_params", "cmd"])],
    freeForm: .argument("_raw_params"), checkMode: .unknowable, returns: CommandRun.returns)

  private let content: [UInt8]
  private let name: String
  private let words: [String]
  private let arguments: Arguments
  private let line: String

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    line = arguments.string("_raw_params") ?? arguments.string("cmd") ?? ""
    var words = try ProgramWords.split(line)
    guard !words.isEmpty else { throw ModuleFailure("no script was named") }
    let path = try context.findFile(words.removeFirst())
    content = try context.readFile(path, arguments.bool("decrypt") ?? true)
    name = Copy.baseName(path)
    self.words = words
    if let directory = arguments.string("chdir"), !directory.hasPrefix("/") {
      throw ModuleFailure("chdir \(directory) must be an absolute path for a Unix-aware remote node")
    }
  }

  private var guardQuery: CommandGuardQuery? {
    let (creates, removes) = (arguments.string("creates"), arguments.string("removes"))
    return creates == nil && removes == nil
      ? nil : CommandGuardQuery(directory: nil, creates: creates, removes: removes)
  }

  func queries() -> [any Query] { guardQuery.map { [$0] } ?? [] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    if let query = guardQuery {
      guard let found = observed(query) else { return .ask([query]) }
      if let creates = arguments.string("creates"), found.createsExists {
        return .done(
          Plan(
            changed: false, values: ["msg": .string("\(creates) exists, matching creates option")],
            skipReason: "\(creates) exists, matching creates option", skipped: true))
      }
      if let removes = arguments.string("removes"), !found.removesExists {
        return .done(
          Plan(
            changed: false, values: ["msg": .string("\(removes) does not exist, matching removes option")],
            skipReason: "\(removes) does not exist, matching removes option", skipped: true))
      }
    }
    var plan = Plan(
      changed: true, unknown: guardQuery == nil ? CommandRun.unknowable : nil,
      steps: [.run(script, input: content, failure: "non-zero return code", mayFail: true)],
      predictions: [CommandRun.anything(.string(line))])
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      guard let outcome = outcomes.last else { return Conclusion(changed: true, values: values) }
      var values = values.merging(CommandOutput.values(outcome, strippingEnds: false))
      if outcome.status != 0 {
        values["changed"] = true
        throw ModuleFailure("non-zero return code", values: values)
      }
      return Conclusion(changed: true, values: values)
    }
    return .done(plan)
  }

  /// The directory is closed to others before the script is in it.
  private var script: ShellScript {
    let change: ShellScript = arguments.string("chdir").map { "cd -- \($0) || exit 2" } ?? ":"
    let program: ShellScript = arguments.string("executable").map { ProgramWords.plain($0) } ?? ""
    return """
      umask 077
      d=$(mktemp -d) || exit 1
      trap 'rm -rf -- "$d"' 0
      trap 'exit 1' 1 2 15
      cat >"$d"/\(name) || exit 1
      chmod 700 "$d"/\(name)
      umask \(Self.usualUmask)
      \(change)
      \(program) "$d"/\(name) \(words) </dev/null
      """
  }

  private static let usualUmask = "022"
}

extension ProgramWords {
  /// A program with arguments of its own, as `executable` takes it.
  static func plain(_ text: String) -> ShellScript {
    ShellScript(words: text.split(separator: " ").map(String.init))
  }
}
