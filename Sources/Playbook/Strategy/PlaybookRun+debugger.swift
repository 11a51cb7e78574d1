import Jinja
import Modules
import Values

extension PlaybookRun {
  /// The play's strategy, without its collection.
  var strategy: String {
    let name = play.play.keywords[.strategy]?.string ?? services.settings.string("strategy") ?? "linear"
    return name.split(separator: ".").last.map(String.init) ?? name
  }

  /// Takes note of a result, and lets the user debug the task if its result calls for it, as often as he wants.
  /// - Parameters:
  ///   - all: the hosts that share the result.
  ///   - rerun: makes the executor of a changed task, with the variables that the user set.
  func takeDebugging(
    _ outcome: TaskExecutor.Outcome, of task: PlayTask, _ announcement: TaskAnnouncement, from host: String,
    all: [String], _ frame: Frame, _ ordering: EventOrdering, rerun: (PlayTask, Map) -> TaskExecutor
  ) async -> Noted {
    var outcome = outcome
    var executor = rerun(task, [:])
    var debugger = TaskDebugger(task, name: announcement.name, host: host, services)
    while true {
      let before = standing(of: host, and: all)
      let noted = take(outcome, of: debugger.task, announcement, from: host, all: all, frame, ordering)
      let templar = Templar(services.engine, executor.lookup)
      guard !wasQuit, !Task.isCancelled, !outcome.result.isInterrupted,
        debugger.wants(outcome.result, outcome.settings, strategy: strategy, templar)
      else { return noted }
      switch debugger.run(outcome.result, executor.lookup) {
      case .proceed: return noted
      case .quit:
        wasQuit = true
        return noted
      case .redo:
        restore(before)
        executor = rerun(debugger.task, debugger.variables)
        outcome = await executor.run()
      }
    }
  }

  /// What a result changes of the hosts' standing in the run.
  private struct Standing {
    let host: String
    let all: [String]
    let counts: RunStatistics.Counts?
    let failed: Set<String>
    let unreachable: Set<String>
    let ended: Set<String>
    let notified: [String: Set<Int>]
  }

  private func standing(of host: String, and all: [String]) -> Standing {
    Standing(
      host: host, all: all, counts: statistics.hosts[host], failed: failedHosts.intersection(all),
      unreachable: unreachableHosts.intersection(all), ended: endedHosts.intersection(all),
      notified: notified.filter { all.contains($0.key) })
  }

  /// A task that is run again counts once.
  private func restore(_ standing: Standing) {
    statistics.hosts[standing.host] = standing.counts
    failedHosts.subtract(standing.all)
    failedHosts.formUnion(standing.failed)
    unreachableHosts.subtract(standing.all)
    unreachableHosts.formUnion(standing.unreachable)
    endedHosts.subtract(standing.all)
    endedHosts.formUnion(standing.ended)
    for host in standing.all { notified[host] = standing.notified[host] }
  }
}
