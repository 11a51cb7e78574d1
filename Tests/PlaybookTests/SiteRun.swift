import Modules
import Playbook
import Testing
import Values

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The events of a run of `Fixtures/Playbook/Screen/site.yml`, as the engine would emit them.
struct SiteRun {
  private let site: SourceFile

  init() throws { site = SourceFile(path: "/play/site.yml", text: try Self.fixture("site.yml")) }

  static func fixture(_ name: String) throws -> String {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let file = try #require(fopen("/\(folder)/Fixtures/Playbook/Screen/\(name)", "r"))
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    return String(decoding: buffer[..<fread(&buffer, 1, buffer.count, file)], as: UTF8.self)
  }

  private func task(_ name: String, _ line: Int, _ action: String = "ping", column: Int = 7, isHandler: Bool = false)
    -> TaskAnnouncement
  {
    TaskAnnouncement(
      name: name, isHandler: isHandler, place: Place(site, line: line, column: column), actionName: action)
  }

  private func report(
    _ task: TaskAnnouncement, _ status: TaskReport.Status, _ result: Map,
    _ change: (inout TaskReport) -> Void = { _ in }
  ) -> TaskReport {
    var report = TaskReport(task: task, host: "web", status: status, result: result)
    change(&report)
    return report
  }

  private func fail(_ message: String, at place: Place) -> Diagnostic {
    Diagnostic(.invalid, "Task failed: \(message)", at: place)
  }

  var events: [RunEvent] { firstPlay + otherPlays }

  private var pong: Map { ["changed": false, "ping": "pong", "failed": false] }

  private var firstPlay: [RunEvent] {
    let reach = task("Reach", 5)
    let debug = task("debug", 7, "debug")
    let skipped = task("Skipped", 9, "ansible.builtin.debug")
    let line = task("Line", 25, "lineinfile")
    let delegated = task("Delegated", 42)
    var events: [RunEvent] = [
      .playStarted(name: "First play", hosts: ["web"], isCheckMode: false),
      .taskStarted(reach), .taskFinished(report(reach, .ok, pong)),
      .taskStarted(debug),
      .taskFinished(
        report(debug, .ok, ["inventory_hostname": "web", "changed": false, "failed": false]) {
          $0.isAlwaysVerbose = true
        }),
      .taskStarted(skipped),
      .taskFinished(
        report(
          skipped, .skipped,
          ["changed": false, "skipped": true, "skip_reason": "Conditional result was False", "false_condition": false])),
    ]
    events += loop + failingLoop
    events += [
      .taskStarted(line),
      .taskFinished(
        report(line, .changed, ["backup": "", "changed": true, "msg": "line added", "diff": []]) {
          $0.diffs = [
            Diff(
              .text(before: "old\n", after: "old\nnew\n"), beforeHeader: "before: /tmp/screen.txt (content)",
              afterHeader: "after: /tmp/screen.txt (content)"),
            Diff(
              .text(before: "", after: ""), beforeHeader: "before: /tmp/screen.txt (file attributes)",
              afterHeader: "after: /tmp/screen.txt (file attributes)"),
          ]
        }),
    ]
    events += hiddenLoop + retried
    events += [
      .taskStarted(delegated),
      .taskFinished(
        report(delegated, .ok, pong) {
          $0.delegatedHost = "other"
          $0.delegatedAddress = "10.0.0.9"
        }),
    ]
    return events + included + rescued + lastTasks
  }

  private var loop: [RunEvent] {
    let loop = task("Loop", 12, "debug")
    func item(_ status: TaskReport.Status, _ label: Value, _ result: Map) -> RunEvent {
      .itemFinished(
        report(loop, status, result.merging(["ansible_loop_var": "item", "item": label])) {
          $0.label = label
          $0.isLoop = true
          $0.isAlwaysVerbose = status != .skipped
        })
    }
    let nested: Value = ["b": [1, nil, "it's"]]
    return [
      .taskStarted(loop),
      item(.changed, "a", ["msg": "a", "changed": true]),
      item(.ok, nested, ["msg": nested, "changed": false]),
      item(.skipped, "c", ["changed": false, "skipped": true, "false_condition": "item != 'c'", "skip_reason": "x"]),
      .taskFinished(report(loop, .changed, ["changed": true, "results": []]) { $0.isLoop = true }),
    ]
  }

  private var failingLoop: [RunEvent] {
    let loop = task("Loop failing", 19, "fail")
    let skipped: Map = [
      "ansible_loop_var": "item", "changed": false, "false_condition": "item == 'way'", "item": "no",
      "skip_reason": "Conditional result was False", "skipped": true,
    ]
    let error = fail("Action failed: way", at: loop.place)
    return [
      .taskStarted(loop),
      .itemFinished(report(loop, .skipped, skipped) { $0.label = "no" }),
      .itemFinished(
        report(
          loop, .failed, ["ansible_loop_var": "item", "changed": false, "item": "way", "msg": "way", "failed": true]
        ) {
          $0.label = "way"
          $0.error = error
        }),
      .taskFinished(
        report(loop, .failed, ["results": [], "changed": false, "msg": "One or more items failed"]) {
          $0.isLoop = true
          $0.isIgnored = true
          $0.error = error
        }),
    ]
  }

  private var hiddenLoop: [RunEvent] {
    let hidden = task("Hidden", 29)
    let item = report(hidden, .changed, ["changed": true, "ping": "secret"]) {
      $0.isHidden = true
      $0.label = 1
    }
    return [
      .taskStarted(hidden), .itemFinished(item), .itemFinished(item),
      .taskFinished(
        report(hidden, .changed, ["changed": true, "results": []]) {
          $0.isHidden = true
          $0.isLoop = true
        }),
    ]
  }

  private var retried: [RunEvent] {
    let task = task("Retried", 35)
    let attempt = report(task, .failed, pong)
    let result: Map = [
      "attempts": 2, "changed": false, "msg": "Task failed: Action failed: Unknown error.", "ping": "pong",
    ]
    return [
      .taskStarted(task), .retrying(attempt, attemptsLeft: 2), .retrying(attempt, attemptsLeft: 1),
      .taskFinished(
        report(task, .failed, result) {
          $0.isIgnored = true
          $0.error = fail("Action failed: Unknown error.", at: task.place)
        }),
    ]
  }

  private var included: [RunEvent] {
    let file = SourceFile(path: "/play/included.yml", text: "")
    func debug(_ item: String) -> [RunEvent] {
      let task = TaskAnnouncement(name: "debug", place: Place(file, line: 1, column: 3), actionName: "debug")
      return [
        .taskStarted(task),
        .taskFinished(
          report(task, .ok, ["msg": .string("included \(item)"), "changed": false]) { $0.isAlwaysVerbose = true }),
      ]
    }
    return [
      .taskStarted(task("Included", 45, "include_tasks")),
      .included(what: "/play/included.yml", label: "one", hosts: ["web"]),
      .included(what: "/play/included.yml", label: "two", hosts: ["web"]),
    ] + debug("one") + debug("two")
  }

  private var rescued: [RunEvent] {
    let failing = task("Rescued", 50, "fail", column: 11)
    let rescue = task("debug", 54, "debug")
    return [
      .taskStarted(failing),
      .taskFinished(
        report(failing, .failed, ["changed": false, "failed": true, "msg": "no way\n\tout"]) {
          $0.error = fail("Action failed: no way\n\tout", at: failing.place)
        }),
      .taskStarted(rescue),
      .taskFinished(report(rescue, .ok, ["msg": "rescued\ntwice\n", "changed": false]) { $0.isAlwaysVerbose = true }),
    ]
  }

  private var lastTasks: [RunEvent] {
    let skipped = task("All skipped", 58, "debug")
    let statistics = task("Statistics", 62, "set_stats")
    let handler = task("A handler", 66, "debug", isHandler: true)
    func item(_ number: Int) -> RunEvent {
      .itemFinished(
        report(
          skipped, .skipped,
          [
            "changed": false, "skipped": true, "false_condition": false, "item": .int(number),
            "ansible_loop_var": "item",
          ]
        ) { $0.label = .int(number) })
    }
    let set: Map = ["ansible_stats": ["aggregate": true, "data": ["answer": 42], "per_host": false], "changed": false]
    return [
      .taskStarted(skipped), item(1), item(2),
      .taskFinished(
        report(skipped, .skipped, ["changed": false, "msg": "All items skipped", "results": [], "skipped": true]) {
          $0.isLoop = true
        }),
      .taskStarted(statistics), .taskFinished(report(statistics, .ok, set)),
      .taskStarted(handler),
      .taskFinished(report(handler, .ok, ["msg": "handled", "changed": false]) { $0.isAlwaysVerbose = true }),
    ]
  }

  private var otherPlays: [RunEvent] {
    let ping = task("ping", 82)
    let second = task("ping", 84)
    let claim = task("Claim", 75, "assert")
    let message =
      "Task failed: Failed to connect to the host via ssh: ssh: connect to host 127.0.0.1 port 1: Connection refused"
    func unreachable(_ task: TaskAnnouncement, isIgnored: Bool) -> RunEvent {
      .taskFinished(
        {
          var report = TaskReport(
            task: task, host: "down", status: .unreachable,
            result: ["changed": false, "msg": .string(message), "unreachable": true])
          report.isIgnored = isIgnored
          report.error = Diagnostic(.host, message, at: task.place)
          return report
        }())
    }
    var statistics = RunStatistics()
    statistics.hosts["web"] = counts {
      ($0.ok, $0.changed, $0.failed, $0.skipped, $0.rescued, $0.ignored) = (16, 3, 0, 2, 1, 3)
    }
    statistics.hosts["down"] = counts { ($0.ok, $0.unreachable, $0.ignored) = (1, 1, 1) }
    statistics.custom = ["answer": 42]
    let assertion: Map = ["assertion": "1 == 2", "changed": false, "evaluated_to": false, "msg": "Assertion failed"]
    return [
      .playStarted(name: "nobody", hosts: [], isCheckMode: false), .noHostsMatched,
      .playStarted(name: "日本 play", hosts: ["web"], isCheckMode: false),
      .taskStarted(claim),
      .taskFinished(
        report(claim, .failed, assertion) {
          $0.isAlwaysVerbose = true
          $0.isIgnored = true
          $0.error = fail("Action failed: Assertion failed", at: claim.place)
        }),
      .playStarted(name: "down", hosts: ["down"], isCheckMode: false),
      .taskStarted(ping), unreachable(ping, isIgnored: true), .taskStarted(second),
      unreachable(second, isIgnored: false),
      .finished(statistics),
    ]
  }

  private func counts(_ change: (inout RunStatistics.Counts) -> Void) -> RunStatistics.Counts {
    var counts = RunStatistics.Counts()
    change(&counts)
    return counts
  }
}
