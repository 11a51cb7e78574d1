import Transport
import Values

/// One call of a module that is a file. Its text and its arguments travel on standard input into a directory that only the
/// user who runs it can enter, and that is removed when the module ends, however it ends.
struct ModuleFileCall: ModuleWork {
  private let file: ModuleFile
  private let content: [UInt8]
  /// The file of arguments; `nil` when they are in the text.
  private let arguments: [UInt8]?
  /// The interpreter's words; none for a program.
  private let interpreter: [String]
  /// Whether the host is to look for a Python, since none is set.
  private let looksForPython: Bool
  private let isCheckMode: Bool

  init(_ file: ModuleFile, _ given: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    if let obstacle = file.obstacle { throw ModuleFailure(obstacle.message(file.name, file.path)) }
    self.file = file
    isCheckMode = context.isCheckMode
    (interpreter, looksForPython) = try Self.interpreter(file.interpreter, context)
    let values = given.values.merging(context.reservedArguments())
    let writer = JSONWriter(revealsSecrets: true)
    switch file.style {
    case .binary, .wantsJSON:
      content = file.content
      arguments = writer.bytes(.map(values))
    case .keyValues:
      content = file.content
      arguments = Array(Self.words(values).utf8)
    case .takesJSONInText:
      let text = String(lossless: file.content).replacing(ModuleFile.placeholder, with: writer.string(.map(values)))
      content = text.losslessBytes
      arguments = nil
    }
  }

  /// The first line's words, with the program that a variable sets for this host.
  private static func interpreter(
    _ written: [String], _ context: ModuleContext
  ) throws(ModuleFailure) -> (words: [String], looksForPython: Bool) {
    guard let program = written.first else { return ([], false) }
    let name = Copy.baseName(program)
    let chosen = try context.variable("ansible_\(name)_interpreter")?.pythonString.trimmed ?? ""
    if name == "python" {
      let isUnset = chosen.isEmpty || ["auto", "auto_legacy", "auto_silent", "auto_legacy_silent"].contains(chosen)
      return ([isUnset ? program : chosen] + written.dropFirst(), isUnset)
    }
    return ([chosen.isEmpty ? program : chosen] + written.dropFirst(), false)
  }

  /// `key=value` words, quoted for a shell.
  private static func words(_ values: Map) -> String {
    values.map { key, value in
      let text = value.revealed.pythonString
      let isPlain = !text.isEmpty && text.utf8.allSatisfy { plainBytes.contains($0) }
      let quoted = isPlain ? text : "'" + text.replacing("'", with: "'\"'\"'") + "'"
      return "\(key.value.pythonString)=\(quoted) "
    }.joined()
  }

  private static let plainBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_".utf8)

  func queries() -> [any Query] { [] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    var plan = Plan(
      changed: true,
      steps: [.run(script, input: (arguments ?? []) + content, failure: "the module failed", mayFail: true)],
      predictions: [.vague(reason: "the module '\(file.name)' would be run")])
    plan.stepsObeyCheckMode = file.knowsCheckMode
    if isCheckMode, !file.knowsCheckMode {
      let reason = "the module '\(file.name)' does not look at check mode, so it was not run"
      plan.unknown = reason
      plan.values = ["msg": .string(reason)]
    }
    let program = interpreter.first
    plan.conclude = { (_, outcomes) throws(ModuleFailure) in
      guard let outcome = outcomes.last else { return Conclusion(changed: true, values: [:]) }
      return try ModuleFileAnswer(outcome, interpreter: program).conclusion()
    }
    return .done(plan)
  }

  /// The directory is closed to others before anything is in it; the module runs with the user's own umask.
  private var script: ShellScript {
    let name = "module_\(Copy.baseName(file.path))"
    var lines: [ShellScript] = [
      "u=$(umask)",
      "umask 077",
      "d=$(mktemp -d) || exit 1",
      "trap 'rm -rf -- \"$d\"' 0",
      "trap 'exit 1' 1 2 15",
    ]
    if let arguments, arguments.isEmpty {
      lines.append(": >\"$d\"/args")
    } else if let arguments {
      lines.append(
        "m=$(dd bs=\(arguments.count) count=1 iflag=fullblock 2>&1 >\"$d\"/args) || { echo \"$m\" >&2; exit 1; }")
    }
    lines.append("cat >\"$d\"/\(name) || exit 1")
    lines.append("umask \"$u\"")
    if looksForPython, let program = interpreter.first {
      lines.append(
        "p=; for c in \(HostPython.candidates + [program]); do p=$(command -v \"$c\") && break; done; [ -n \"$p\" ] || p=\(program)"
      )
    }
    var words: ShellScript = interpreter.isEmpty ? "chmod 700 \"$d\"/\(name)\n" : ""
    if looksForPython {
      words += "\"$p\" \(Array(interpreter.dropFirst())) "
    } else if !interpreter.isEmpty {
      words += "\(interpreter) "
    }
    words += "\"$d\"/\(name)"
    if arguments != nil { words += " \"$d\"/args" }
    lines.append(words + " </dev/null")
    return ShellScript(lines: lines)
  }
}

extension Value {
  /// The value with its secrets in the clear: for what only a host reads.
  fileprivate var revealed: Value {
    switch self {
    case .secret(let secret): .string(secret.reveal())
    case .list(let list): .list(list.map(\.revealed))
    case .map(let map):
      .map(map.reduce(into: Map()) { $0[$1.key] = $1.value.revealed })
    default: self
    }
  }
}
