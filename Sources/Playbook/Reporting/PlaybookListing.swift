import Inventory
import Values

/// What `--list-hosts`, `--list-tasks`, `--list-tags` and `--syntax-check` print.
package struct PlaybookListing: Sendable {
  private let showsHosts: Bool
  private let showsTasks: Bool
  private let showsTags: Bool

  package init(hosts: Bool, tasks: Bool, tags: Bool) {
    showsHosts = hosts
    showsTasks = tasks
    showsTags = tags
  }

  /// - Parameter plays: each playbook's path with its plays, less what `--tags` leaves out.
  package func text(_ playbooks: [(path: String, plays: [Play])], _ setup: RunSetup) throws(Diagnostic) -> String {
    var text = ""
    for (path, plays) in playbooks {
      text += "\nplaybook: \(path)\n"
      guard showsHosts || showsTasks || showsTags else { continue }
      for (index, play) in plays.enumerated() {
        try add(play, number: index + 1, setup, to: &text)
      }
    }
    return text
  }

  private func add(_ play: Play, number: Int, _ setup: RunSetup, to text: inout String) throws(Diagnostic) {
    let engine = setup.services
    func resolve(_ value: Value) -> Value {
      (try? engine.parser.renderStatic(value, [play.vars, engine.options.extraVariables])) ?? value
    }
    let patterns: [String] =
      if case .list(let list) = resolve(play.hosts) { list.map(PlainText.of) } else {
        [PlainText.of(resolve(play.hosts))]
      }
    let name = play.name.map { PlainText.of(resolve(.string($0))) } ?? patterns.joined(separator: ",")
    let tags = TagSelection.tags(play.keywords, resolve).sorted()
    text +=
      "\n  play #\(number) (\(patterns.joined(separator: ","))): \(name)\tTAGS: [\(tags.joined(separator: ","))]\n"
    if showsHosts {
      let hosts = try setup.inventory.hosts(matching: patterns.joined(separator: ","), limitedTo: engine.options.limit)
        .names
      text += "    pattern: [\(patterns.map { "'\($0)'" }.joined(separator: ", "))]\n    hosts (\(hosts.count)):\n"
      for host in hosts { text += "      \(host)\n" }
    }
    let tasks = (play.preTasks + play.roles + play.tasks + play.postTasks).allTasks
    if showsTasks {
      text += "    tasks:\n"
      for task in tasks {
        let name = task.name.map { $0.string } ?? task.action.name
        let full = task.role.map { "\($0.name) : \(name)" } ?? name
        text +=
          "      \(full)\tTAGS: [\(Set(TagSelection.tags(task.keywords, resolve)).sorted().joined(separator: ", "))]\n"
      }
    }
    if showsTags {
      let all = Set(tasks.flatMap { TagSelection.tags($0.keywords, resolve) }).sorted()
      text += "      TASK TAGS: [\(all.joined(separator: ", "))]\n"
    }
  }
}
