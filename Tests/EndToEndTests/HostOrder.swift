/// Brings the results of hosts under one task into the order of their names: the screen shows them in the inventory's order,
/// but waits only a moment for a slow host, so on a loaded machine they may come in another.
enum HostOrder {
  static func sorted(_ text: String) -> String {
    var sections: [[String]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("TASK [") || line.hasPrefix("PLAY ") || line.hasPrefix("RUNNING HANDLER [") {
        sections.append([])
      }
      sections[sections.count - 1].append(line)
    }
    return sections.map(sorted).joined(separator: "\n")
  }

  private struct Result {
    var lines: [String]
    var host: String?
  }

  private static func sorted(_ section: [String]) -> String {
    let end = (section.lastIndex { !$0.isEmpty } ?? -1) + 1
    var heading: [String] = []
    var results: [Result] = []
    for line in section[..<end] {
      let host = host(of: line)
      // An error stands before the result that it explains.
      if line.hasPrefix("[ERROR]") || host != nil && (results.isEmpty || results[results.count - 1].host != nil) {
        results.append(Result(lines: [line], host: host))
      } else if results.isEmpty {
        heading.append(line)
      } else {
        results[results.count - 1].lines.append(line)
        results[results.count - 1].host = results[results.count - 1].host ?? host
      }
    }
    let order = results.indices.sorted { (results[$0].host ?? "", $0) < (results[$1].host ?? "", $1) }
    return (heading + order.flatMap { results[$0].lines } + section[end...]).joined(separator: "\n")
  }

  private static func host(of line: String) -> String? {
    for word in ["ok", "changed", "skipping", "fatal", "failed"] where line.hasPrefix("\(word): [") {
      return line.dropFirst(word.count + 3).split(separator: "]").first.map(String.init)
    }
    return nil
  }
}
