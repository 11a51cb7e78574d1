import Transport
import Values

/// Makes a file or directory with a name that nobody can guess.
struct Tempfile: Module {
  static let spec = ModuleSpec(
    name: "tempfile", summary: "Make a temporary file or directory",
    arguments: [
      ArgumentSpec("state", default: "file", choices: ["directory", "file"], "What to make."),
      ArgumentSpec("path", .path, "The directory to make it in; by default the host's for temporary files."),
      ArgumentSpec("prefix", default: "ansible.", "How the name begins."),
      ArgumentSpec("suffix", default: "", "How the name ends."),
    ],
    checkMode: .none, returns: [ReturnSpec("path", "What was made.")])

  private let arguments: Arguments
  private let traits: HostTraits

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    traits = context.traits
    for part in ["prefix", "suffix"] where arguments.string(part)?.contains("/") == true {
      throw ModuleFailure("\(part) must be a valid file name component")
    }
  }

  func queries() -> [any Query] { [] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    let name = (arguments.string("prefix") ?? "") + Nonce().text.prefix(12) + (arguments.string("suffix") ?? "")
    let directory: ShellScript = arguments.string("path").map { HostPath($0).word } ?? "${TMPDIR:-/tmp}"
    let make: ShellScript = arguments.string("state") == "directory" ? "mkdir -- \"$p\"" : "( set -C; : >\"$p\" )"
    // Neither `mkdir` nor `set -C` takes what is there already, so nobody can plant a file or link under the name.
    let script: ShellScript = """
      umask 077
      d=\(directory)
      p=${d%/}/\(name)
      \(make) || exit
      stat -c \(FileStatus.format(traits)) -- "$p" && printf %s "$p"
      """
    var plan = Plan(changed: true, steps: [.run(script, failure: "could not make a temporary file")])
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      let parts = (outcomes.first?.stdout ?? []).split(separator: UInt8(ascii: "\n"), maxSplits: 1)
      guard parts.count == 2, let status = FileStatus(line: parts[0]) else {
        throw ModuleFailure("the host did not say what it made")
      }
      var values = status.values
      values["path"] = .string(String(lossless: parts[1]))
      return Conclusion(changed: true, values: values)
    }
    return .done(plan)
  }
}
