import Synchronization
import Values

/// Prints the results of a single module call: a block a host, as ansible's `minimal` callback does, or a line a host.
package final class AdhocScreen: RunListener {
  private let options: ScreenOptions
  private let isOneLine: Bool
  private let sink: any TextSink
  private let shownErrors = Mutex<Set<String>>([])

  /// Modules whose result is the output of a command.
  private static let commands: Set<String> = ["command", "shell", "raw", "script"]

  package init(options: ScreenOptions, isOneLine: Bool, sink: any TextSink) {
    self.options = options
    self.isOneLine = isOneLine
    self.sink = sink
  }

  package func receive(_ event: RunEvent) {
    switch event {
    case .taskFinished(let report): show(report)
    case .debugger(let text): sink.write(TerminalText.escaped(text), to: .standardOutput)
    case .warning(let warning): tell(warning, .warning)
    case .failed(let problem): tell(problem, .error)
    default: break
    }
  }

  private func tell(_ problem: Diagnostic, _ severity: DiagnosticRendering.Severity) {
    let text = problem.rendered(DiagnosticRendering(severity, isColored: options.isColored))
    guard shownErrors.withLock({ $0.insert(text).inserted }) else { return }
    sink.write(text, to: .standardError)
  }

  private func show(_ report: TaskReport) {
    if let error = report.error { tell(error, .error) }
    let result = report.shown(verbosity: options.verbosity)
    let word: String
    switch report.status {
    case .ok: word = "SUCCESS"
    case .changed: word = "CHANGED"
    case .skipped: word = "SKIPPED"
    case .failed: word = isOneLine ? "FAILED!" : "FAILED"
    case .unreachable: word = "UNREACHABLE!"
    }
    let isCommand = Self.commands.contains(report.task.actionName.split(separator: ".").last.map(String.init) ?? "")
    if report.status == .skipped {
      write("\(report.host) | \(word)\n")
      return
    }
    // A job's result is shown whole, unless it failed.
    let isPlain = report.status == .failed ? result["module_stderr"] == nil : result["ansible_job_id"] == nil
    if isCommand, isPlain, !report.isHidden, report.status != .unreachable {
      let code = result["rc"] ?? -1
      let stdout = result["stdout"]?.string ?? ""
      let stderr = result["stderr"]?.string ?? ""
      if isOneLine {
        let output = stdout.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        write(
          "\(report.host) | \(word == "FAILED!" ? "FAILED" : word) | rc=\(PlainText.of(code)) | (stdout) \(output)\(stderr.isEmpty ? "" : " (stderr) \(stderr)")\n"
        )
      } else {
        let message = result["msg"]?.string ?? ""
        write("\(report.host) | \(word) | rc=\(PlainText.of(code)) >>\n\(stdout)\(stderr)\(message)\n")
      }
      return
    }
    let failedWord = report.status == .failed ? "FAILED!" : word
    if isOneLine {
      write("\(report.host) | \(failedWord) => \(JSONWriter(sortsKeys: true).string(.map(result)))\n")
    } else {
      write("\(report.host) | \(failedWord) => \(JSONWriter(indent: 4, sortsKeys: true).string(.map(result)))\n")
    }
  }

  private func write(_ text: String) { sink.write(TerminalText.escaped(text), to: .standardOutput) }
}

extension TaskReport {
  /// The result of a single module call for a file (`--tree`).
  package func json(verbosity: Int) -> String {
    JSONWriter(indent: isAlwaysVerbose ? 4 : nil, sortsKeys: true)
      .string(.map(shown(verbosity: verbosity, cleaningDebug: false)))
  }

  /// The result of a single module call as users see it.
  fileprivate func shown(verbosity: Int, cleaningDebug: Bool = true) -> Map {
    guard !isHidden else {
      return [
        "censored": "the output has been hidden due to the fact that 'no_log: true' was specified for this result",
        "changed": result["changed"] ?? false,
      ]
    }
    var shown = result
    for key in ["exception", "warnings", "deprecations", "failed"] { shown.removeValue(forKey: key) }
    if verbosity < 3 { for key in ["invocation", "diff"] { shown.removeValue(forKey: key) } }
    if cleaningDebug, task.isDebug { ResultText.cleanDebug(&shown) }
    return shown
  }
}
