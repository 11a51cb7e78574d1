import Transport
import Values

/// The status of a changed file for the result, read back after the change in the same request.
enum FileReport {
  static func step(_ path: String, _ traits: HostTraits, follows: Bool = false) -> Step {
    let option: ShellScript = follows ? "-L " : ""
    return .run(
      "stat \(option)-c \(FileStatus.format(traits)) -- \(path)", failure: "could not read back \(path)", mayFail: true)
  }

  /// The status out of the step's outcome.
  static func status(_ outcome: ShellResult?) -> FileStatus? {
    guard let outcome, outcome.status == 0 else { return nil }
    return outcome.stdout.split(separator: UInt8(ascii: "\n")).first.flatMap { FileStatus(line: $0) }
  }
}
