import Transport
import Values

/// What pip's steps came to.
struct PipOutcome: Sendable {
  let isAbsent: Bool
  /// The first step made the virtual environment.
  let isCreating: Bool
  /// What was installed before, when the last step lists what is installed now; `nil`: pip's own words tell.
  let before: String?

  func conclusion(_ values: Map, _ outcomes: [ShellResult]) throws(ModuleFailure) -> Conclusion {
    let own = outcomes.dropLast(before == nil ? 0 : 1)
    guard let pip = own.last else { throw ModuleFailure("pip was not run", values: values) }
    let answer = String(lossless: pip.stdout)
    let stdout = own.map { String(lossless: $0.stdout) }.joined()
    let stderr = own.map { String(lossless: $0.stderr) }.joined()
    if pip.status != 0 {
      // It is no failure to find nothing to remove.
      guard isAbsent, pip.status == 1, (answer + String(lossless: pip.stderr)).contains("not installed") else {
        let said = (stdout.isEmpty ? "" : "stdout: \(stdout)") + (stderr.isEmpty ? "" : "\n:stderr: \(stderr)")
        throw ModuleFailure(said, values: ["cmd": values["cmd"] ?? .null])
      }
    }
    let isChanged: Bool
    if isAbsent {
      isChanged = answer.contains("Successfully uninstalled")
    } else if let before, outcomes.count > own.count, let after = outcomes.last {
      isChanged = before != String(lossless: after.stdout)
    } else {
      isChanged = answer.contains("Successfully installed")
    }
    return Conclusion(
      changed: isChanged || isCreating,
      values: values.merging(["stdout": .string(stdout), "stderr": .string(stderr)]))
  }
}
