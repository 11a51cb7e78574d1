import Transport
import Values

/// All facts at once: one script, whose answer is read by `FactsReader`.
struct FactsQuery: Query {
  var sources: Set<FactSource>
  /// Where local facts lie.
  var localPath: String
  /// Seconds for a single source that may hang (a dead network file system).
  var timeout: Int

  func script(_ traits: HostTraits) -> ShellScript {
    var script = Self.functions(timeout: timeout)
    // First, before the script itself changes the environment.
    if sources.contains(.environment) { script += FactsScript.part(.environment, localPath: localPath) }
    script += Self.settings
    // Gathered first, then printed at once: written piece by piece it was 60 packets of some 100 bytes.
    script += "o=$(\n"
    for source in FactSource.allCases where sources.contains(source) && source != .environment {
      script += FactsScript.part(source, localPath: localPath)
    }
    return script + FactsScript.end + ")\nprintf '%s\\n' \"$o\""
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Map {
    guard let report = FactsReport(output.stdout) else {
      throw ModuleFailure("The host's answer about itself is not whole.")
    }
    return FactsReader(report, sources: sources).facts()
  }

  private static func functions(timeout: Int) -> ShellScript {
    """
    s() { printf '\\001%s\\n' "$1"; }
    t() { if command -v timeout >/dev/null 2>&1; then timeout \(timeout) "$@"; else "$@"; fi 2>/dev/null; }

    """
  }

  private static let settings: ShellScript = """
    export LC_ALL=C
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

    """
}
