import Modules
import Synchronization
import Values

/// What a terminal shows of a run: ansible's default callback, byte for byte, except that control characters of hosts are
/// made visible and `no_log` hides a failure's message too.
package final class DefaultScreen: RunListener {
  private let options: ScreenOptions
  private let sink: any TextSink
  private let results: ResultText
  private let state = Mutex(State())

  private struct State {
    var isCheckMode = false
    var announcedTask: TaskAnnouncement?
    /// The task whose banner stands last; results of another one print theirs first.
    var bannerTask: TaskAnnouncement?
    /// Warnings and errors are shown once.
    var shown: Set<String> = []
  }

  /// - Parameter sink: gets whole lines, one event's text at a time.
  package init(options: ScreenOptions, sink: any TextSink) {
    self.options = options
    self.sink = sink
    self.results = ResultText(options: options)
  }

  package func receive(_ event: RunEvent) {
    state.withLock { state in
      switch event {
      case .playbookStarted(let path, let playCount, let isCheckMode):
        playbookStarted(path, playCount: playCount, isCheckMode: isCheckMode, &state)
      case .playStarted(let name, _, let isCheckMode):
        let title = name.isEmpty ? "PLAY" : "PLAY [\(name)]"
        banner(title + (isCheckMode ? checkMark : ""))
      case .noHostsMatched: line("skipping: no hosts matched", .cyan)
      case .noHostsRemaining: banner("NO MORE HOSTS LEFT")
      case .taskStarted(let task):
        state.announcedTask = task
        state.bannerTask = nil
        // With results hidden, a banner waits for a result that is shown.
        if options.displaysSkippedHosts, options.displaysOKHosts, !task.isShownWithResult { taskBanner(task, &state) }
      case .hostStarted(let task, let host):
        guard options.showsHostStarts else { return }
        line(" [started \(task.isHandler ? "HANDLER" : "TASK"): \(task.name) on \(host)]", .green)
      case .taskFinished(let report): finished(report, isItem: false, &state)
      case .itemFinished(let report): finished(report, isItem: true, &state)
      case .retrying(let report, let attemptsLeft): retrying(report, attemptsLeft: attemptsLeft)
      case .jobPolled(let host, let job):
        line("ASYNC POLL on \(host): jid=\(job) started=True finished=False", .darkGray)
      case .jobEnded(let host, let job, let isFailed):
        line("ASYNC \(isFailed ? "FAILED" : "OK") on \(host): jid=\(job)", .darkGray)
      case .included(let what, let label, let hosts):
        if let task = state.announcedTask { taskBanner(task, &state) }
        line(
          "included: \(what) for \(hosts.joined(separator: ", "))" + (label.map { " => (item=\($0))" } ?? ""), .cyan)
      case .handlerNotified(let handler, let host):
        if options.verbosity > 1 { line("NOTIFIED HANDLER \(handler) for \(host)", .blue) }
      case .detail(let text, let level): if options.verbosity >= level || options.isDebugging { line(text, .blue) }
      case .debugger(let text): sink.write(TerminalText.escaped(text), to: .standardOutput)
      case .warning(let warning): show(warning, .warning, &state)
      case .deprecation(let warning): show(warning, .deprecation, &state)
      case .failed(let error): show(error, .error, to: .standardError, &state)
      case .finished(let statistics): recap(statistics, state)
      }
    }
  }

  // MARK: - The frame of a run

  private func playbookStarted(_ path: String, playCount: Int, isCheckMode: Bool, _ state: inout State) {
    state.isCheckMode = isCheckMode
    if options.verbosity > 1 {
      banner("PLAYBOOK: \(path.split(separator: "/").last ?? path[...])")
      line("\(playCount) plays in \(path)", .blue)
    }
    if isCheckMode, options.marksCheckMode { banner("DRY RUN") }
  }

  private var checkMark: String { options.marksCheckMode ? " [CHECK MODE]" : "" }

  private func taskBanner(_ task: TaskAnnouncement, _ state: inout State) {
    if let last = state.bannerTask, last.isSame(as: task) { return }
    state.bannerTask = task
    let arguments = options.displaysArguments ? task.arguments.map { " \($0)" } ?? "" : ""
    let prefix = task.isHandler ? "RUNNING HANDLER" : "TASK"
    banner("\(prefix) [\(task.name)\(arguments)]\(task.isCheckMode ? checkMark : "")")
    if options.verbosity > 1 { taskPath(task) }
  }

  private func taskPath(_ task: TaskAnnouncement) {
    line("task path: \(task.place.file.path):\(task.place.line)", .darkGray)
  }

  private func recap(_ statistics: RunStatistics, _ state: State) {
    banner("PLAY RECAP")
    for (host, counts) in statistics.hosts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      line(Recap.line(host: host, counts, isColored: options.isColored))
    }
    line("")
    if options.showsCustomStatistics, !statistics.custom.isEmpty || !statistics.customByHost.isEmpty {
      banner("CUSTOM STATS: ")
      for (host, values) in statistics.customByHost.sorted(by: { $0.key < $1.key }) {
        line("\t\(host): \(oneLine(values))")
      }
      if !statistics.custom.isEmpty {
        line("")
        line("\tRUN: \(oneLine(statistics.custom))")
      }
      line("")
    }
    if state.isCheckMode, options.marksCheckMode { banner("DRY RUN") }
  }

  private func oneLine(_ map: Map) -> String {
    results.text(map, indent: 1).split(separator: "\n", omittingEmptySubsequences: false).joined()
  }

  // MARK: - Results

  private func finished(_ report: TaskReport, isItem: Bool, _ state: inout State) {
    switch report.status {
    case .ok where !options.displaysOKHosts, .skipped where !options.displaysSkippedHosts: return
    default: break
    }
    taskBanner(report.task, &state)
    let endsLoop = !isItem && report.isLoop && report.result["results"] != nil
    if !endsLoop { diffs(of: report) }
    problems(of: report, endsLoop: endsLoop, &state)
    let host = hostLabel(report)
    let item = isItem ? "(item=\(itemLabel(report)))" : ""
    switch report.status {
    case .ok, .changed:
      if !endsLoop {
        let arrow = isItem ? " => \(item)" : ""
        let word = report.status == .changed ? "changed" : "ok"
        line("\(word): [\(host)]\(arrow)\(dump(report))", report.status == .changed ? .yellow : .green)
      }
    case .skipped:
      let arrow = isItem ? " => \(item) " : ""
      line("skipping: [\(report.host)]\(arrow)\(dump(report))", .cyan)
    case .failed:
      if isItem {
        line("failed: [\(host)] \(item) => \(results.text(of: report))", .red, to: failureStream)
      } else if !endsLoop || report.task.isDebug {
        if options.verbosity < 2, options.showsTaskPathOnFailure { taskPath(report.task) }
        line("fatal: [\(host)]: FAILED! => \(results.text(of: report))", .red, to: failureStream)
      }
    case .unreachable:
      if isItem {
        line("failed: [\(host)] \(item) => \(results.text(of: report))", .red, to: failureStream)
      } else {
        line("fatal: [\(host)]: UNREACHABLE! => \(results.text(of: report))", .brightRed, to: failureStream)
      }
    }
    if report.isIgnored, !isItem { line("...ignoring", .cyan) }
  }

  /// ` => {…}` where the result is to be seen.
  private func dump(_ report: TaskReport) -> String {
    let isVerbose = options.verbosity > 0 || report.isAlwaysVerbose && !report.isHidden
    return isVerbose && !report.task.gathersFacts ? " => \(results.text(of: report))" : ""
  }

  private func problems(of report: TaskReport, endsLoop: Bool, _ state: inout State) {
    if !report.isHidden {
      for warning in report.warnings { show(warning, .warning, &state) }
    }
    guard let error = report.error, !endsLoop else { return }
    let shown =
      report.isHidden
      ? Diagnostic(error.kind, "Task failed: the reason is hidden by 'no_log: true'.", at: report.task.place) : error
    show(shown, .error, to: failureStream, &state)
  }

  private func retrying(_ report: TaskReport, attemptsLeft: Int) {
    let result =
      options.verbosity > 2 || report.isAlwaysVerbose ? "Result was: \(results.text(of: report, isFinal: false))" : ""
    line(
      "FAILED - RETRYING: [\(hostLabel(report))]: \(report.task.name) (\(attemptsLeft) retries left).\(result)",
      .darkGray)
  }

  private func diffs(of report: TaskReport) {
    guard report.status == .changed, !report.isHidden else { return }
    let text = report.diffs.map(diff).joined()
    if !text.isEmpty { write(text) }
  }

  private func diff(_ diff: Diff) -> String {
    let before: String
    let after: String
    switch diff.content {
    case .prepared(let text): return TerminalText.escaped(text)
    case .note(let text): return TerminalText.escaped(text) + "\n"
    case .text(let old, let new): (before, after) = (old, new)
    case .state(let old, let new): (before, after) = (results.text(ofState: old), results.text(ofState: new))
    }
    let lines = UnifiedDiff(
      before: before, after: after, beforeHeader: diff.beforeHeader, afterHeader: diff.afterHeader,
      context: options.diffContext
    ).lines
    guard !lines.isEmpty else { return "" }
    return lines.map { line in
      let safe = TerminalText.escaped(line)
      guard options.isColored else { return safe }
      return switch safe.utf8.first {
      case UInt8(ascii: "+"): TerminalColor.green.paint(safe)
      case UInt8(ascii: "-"): TerminalColor.red.paint(safe)
      case UInt8(ascii: "@"): TerminalColor.cyan.paint(safe)
      default: safe
      }
    }.joined() + "\n"
  }

  // MARK: - Words

  private func hostLabel(_ report: TaskReport) -> String {
    guard let delegate = report.delegatedHost, delegate != report.host else { return report.host }
    let address = report.delegatedAddress.map { $0 == delegate ? "" : "(\($0))" } ?? ""
    return "\(report.host) -> \(delegate)\(address)"
  }

  private func itemLabel(_ report: TaskReport) -> String {
    report.isHidden ? "(censored due to no_log)" : report.label?.pythonText ?? "None"
  }

  // MARK: - Lines

  private var failureStream: TextStream {
    options.sendsFailuresToStandardError ? .standardError : .standardOutput
  }

  private func banner(_ text: String) {
    let text = TerminalText.escaped(TerminalText.trimmed(text))
    let stars = max(3, options.columns - TerminalText.width(text))
    line("\n\(text) \(String(repeating: "*", count: stars))")
  }

  private func line(_ text: String, _ color: TerminalColor, to stream: TextStream = .standardOutput) {
    let safe = TerminalText.escaped(text)
    write(options.isColored ? color.paint(safe) : safe, to: stream)
  }

  private func line(_ text: String) { write(text.isEmpty ? "\n" : text) }

  /// A text that ends its line already gets no second end.
  private func write(_ text: String, to stream: TextStream = .standardOutput) {
    sink.write(text.utf8.last == 0x0A ? text : text + "\n", to: stream)
  }

  private func show(
    _ diagnostic: Diagnostic, _ severity: DiagnosticRendering.Severity, to stream: TextStream = .standardError,
    _ state: inout State
  ) {
    let text = diagnostic.rendered(DiagnosticRendering(severity, isColored: options.isColored))
    if state.shown.insert(text).inserted { sink.write(text, to: stream) }
  }
}

extension TaskAnnouncement {
  fileprivate func isSame(as other: TaskAnnouncement) -> Bool {
    place == other.place && name == other.name && isHandler == other.isHandler
  }
}
