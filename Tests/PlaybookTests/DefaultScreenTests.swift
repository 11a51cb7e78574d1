import Modules
import Synchronization
import Testing
import Values

@testable import Playbook

/// The expectations are what ansible-playbook printed for `Fixtures/Playbook/Screen/site.yml`.
@Suite struct DefaultScreenTests {
  @Test func linesAreAnsibles() throws {
    #expect(try shown(ScreenOptions()) == expected("plain"))
  }

  @Test func coloursAreAnsibles() throws {
    var options = ScreenOptions()
    options.isColored = true
    #expect(try shown(options) == expected("color"))
  }

  @Test func resultsAreDumpedOnDemand() throws {
    var options = ScreenOptions()
    options.verbosity = 1
    options.showsCustomStatistics = true
    #expect(try shown(options) == expected("verbose"))
  }

  @Test func resultsCanBeYAML() throws {
    var options = ScreenOptions()
    options.resultFormat = .yaml
    #expect(try shown(options) == expected("yaml"))
  }

  @Test func resultsWithoutNewsCanBeHidden() throws {
    var options = ScreenOptions()
    options.displaysOKHosts = false
    options.displaysSkippedHosts = false
    #expect(try shown(options) == expected("quiet"))
  }

  private func expected(_ name: String) throws -> String {
    try SiteRun.fixture("\(name).txt")
  }

  private func shown(_ options: ScreenOptions) throws -> String {
    let sink = Recorder()
    let screen = DefaultScreen(options: options, sink: sink)
    for event in try SiteRun().events { screen.receive(event) }
    #expect(sink.error.isEmpty)
    return sink.output
  }

  // MARK: - What ansible does otherwise, or only here and there

  private let task = TaskAnnouncement(
    name: "web : Do it", place: Place(SourceFile(path: "/p/x.yml", text: "a\nb\n"), line: 2, column: 1),
    actionName: "command",
    arguments: "echo hi")

  private func shown(_ events: [RunEvent], _ change: (inout ScreenOptions) -> Void = { _ in }) -> Recorder {
    var options = ScreenOptions()
    change(&options)
    let sink = Recorder()
    let screen = DefaultScreen(options: options, sink: sink)
    for event in events { screen.receive(event) }
    return sink
  }

  @Test func argumentsPathAndStartsAreShownOnDemand() {
    var report = TaskReport(task: task, host: "a", status: .failed, result: ["msg": "no"])
    report.error = Diagnostic(.invalid, "Task failed: no")
    let sink = shown([.taskStarted(task), .hostStarted(task, host: "a"), .taskFinished(report)]) {
      $0.displaysArguments = true
      $0.showsHostStarts = true
      $0.showsTaskPathOnFailure = true
      $0.sendsFailuresToStandardError = true
    }
    #expect(
      sink.output == """

        TASK [web : Do it echo hi] *****************************************************
         [started TASK: web : Do it on a]
        task path: /p/x.yml:2

        """)
    #expect(sink.error == "[ERROR]: Task failed: no\nfatal: [a]: FAILED! => {\"msg\": \"no\"}\n")
  }

  @Test func detailsComeWithMoreVerbosity() {
    let events: [RunEvent] = [
      .playbookStarted(path: "dir/site.yml", playCount: 2, isCheckMode: true),
      .playStarted(name: "all", hosts: ["a"], isCheckMode: true), .taskStarted(task),
      .handlerNotified(handler: "restart", host: "a"), .detail("three", level: 3),
    ]
    #expect(
      shown(events) {
        $0.verbosity = 2
        $0.marksCheckMode = true
      }.output == """

        PLAYBOOK: site.yml *************************************************************
        2 plays in dir/site.yml

        DRY RUN ************************************************************************

        PLAY [all] [CHECK MODE] ********************************************************

        TASK [web : Do it] *************************************************************
        task path: /p/x.yml:2
        NOTIFIED HANDLER restart for a

        """)
  }

  @Test func theOutputOfAHostMovesNoCursor() {
    var report = TaskReport(
      task: task, host: "a\u{1B}[2J", status: .changed, result: ["stdout": "\u{1B}]0;title\u{7}\u{9B}2J\r"])
    report.diffs = [Diff(.text(before: "\u{1B}[1A\n", after: "x\r\n"))]
    let sink = shown([
      .taskFinished(report), .warning(Diagnostic(.host, "\u{1B}[2J")), .included(what: "\u{7}", label: nil, hosts: []),
    ]) { $0.verbosity = 1 }
    let controls = (sink.output + sink.error).unicodeScalars.filter {
      $0.properties.generalCategory == .control && $0 != "\n"
    }
    #expect(controls.isEmpty)
    #expect(sink.output.contains(#"changed: [a\x1b[2J] => {"stdout": "\u001b]0;title\u0007\x9b2J\r"}"#))
  }

  @Test func nothingOfAHiddenResultIsShown() {
    var report = TaskReport(
      task: task, host: "a", status: .failed,
      result: ["msg": "CANARY", "changed": true, "stdout": "CANARY", "diff": ["after": "CANARY"]])
    report.isHidden = true
    report.label = "CANARY"
    report.diffs = [Diff(.text(before: "", after: "CANARY"))]
    report.error = Diagnostic(.invalid, "Task failed: CANARY", causes: [Diagnostic(.host, "CANARY")])
    report.warnings = [Diagnostic(.invalid, "CANARY")]
    let changed = {
      var changed = report
      changed.status = .changed
      return changed
    }()
    for verbosity in 0...4 {
      let sink = shown([
        .itemFinished(report), .taskFinished(report), .retrying(report, attemptsLeft: 1), .taskFinished(changed),
      ]) { $0.verbosity = verbosity }
      #expect(!(sink.output + sink.error).contains("CANARY"))
    }
  }

  @Test func secretsInResultsAreRedacted() {
    let report = TaskReport(
      task: task, host: "a", status: .failed,
      result: ["token": .secret(Secret("CANARY")), "list": [.secret(Secret("CANARY"))]])
    for format in [ScreenOptions.ResultFormat.json, .yaml] {
      let sink = shown([.taskFinished(report)]) { $0.resultFormat = format }
      #expect(!sink.output.contains("CANARY"))
      #expect(sink.output.contains("********"))
    }
  }

  @Test func aWarningIsShownOnce() {
    let warning = RunEvent.warning(Diagnostic(.invalid, "Careful."))
    #expect(shown([warning, warning]).error == "[WARNING]: Careful.\n")
  }

  @Test(
    arguments: [
      (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false),
      (true, ["ANSIBLE_NOCOLOR": "yes"], false),
      (false, ["ANSIBLE_FORCE_COLOR": "true"], true), (true, ["NO_COLOR": ""], true), (true, ["TERM": "dumb"], false),
    ] as [(Bool, [String: String], Bool)])
  func coloursAreForTerminals(_ isTerminal: Bool, _ environment: [String: String], _ isColored: Bool) {
    #expect(ScreenOptions.isColored(isTerminal: isTerminal, environment: environment) == isColored)
  }
}

/// Keeps what a listener writes.
final class Recorder: TextSink {
  private let texts = Mutex((output: "", error: ""))

  func write(_ text: String, to stream: TextStream) {
    texts.withLock {
      switch stream {
      case .standardOutput: $0.output += text
      case .standardError: $0.error += text
      }
    }
  }

  var output: String { texts.withLock { $0.output } }
  var error: String { texts.withLock { $0.error } }
}
