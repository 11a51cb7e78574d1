import Transport
import Values

/// What an `apt-get` command would do.
struct AptSimulationQuery: Query {
  /// The words after `apt-get`, without `--simulate`.
  var words: [String]

  struct Answer: Sendable, Hashable {
    var status: Int
    var stdout: String
    var stderr: String

    var actions: [AptOutput.Action] { AptOutput.actions(stdout) }
  }

  func script(_ traits: HostTraits) -> ShellScript {
    """
    \(AptCommands.environment)
    { e=$(apt-get -s -o Debug::NoLocking=1 \(words) </dev/null 2>&1 1>&3); r=$?; } 3>&1
    printf '\\001%s %s' "$r" "$e"
    """
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    guard let mark = output.stdout.lastIndex(of: 1) else {
      throw ModuleFailure("The host did not say what apt-get would do.")
    }
    let ending = String(lossless: output.stdout[(mark + 1)...])
    let status = ending.prefix { $0 != " " }
    return Answer(
      status: Int(status) ?? 1, stdout: String(lossless: output.stdout[..<mark]),
      stderr: String(ending.dropFirst(status.count + 1)))
  }

  /// What earlier tasks would install or remove is not done again.
  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    var answer = answer
    let kept = answer.stdout.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      guard let action = AptOutput.actions(String(line)).first, let known = predictions.packages[action.name] else {
        return true
      }
      return known.isInstalled != (action.kind == .install)
    }
    answer.stdout = kept.joined(separator: "\n")
    return answer
  }
}
