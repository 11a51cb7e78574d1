/// What a run printed, taken apart: which task changed which host, and the recap.
struct Screen {
  /// `task | status line`, for every line that says `changed`. In no order, since hosts answer in any.
  var changes: Set<String> = []
  /// Counters by host: `["host1": ["ok": 38, "changed": 0…]]`.
  var recap: [String: [String: Int]] = [:]

  init(_ output: String) {
    var heading = ""
    for line in output.split(separator: "\n") {
      if let title = Self.title(line) {
        heading = title
      } else if line.hasPrefix("changed: [") {
        changes.insert("\(heading) | \(line)")
      } else if heading == "PLAY RECAP" {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard let host = words.first else { continue }
        var counters: [String: Int] = [:]
        for word in words.dropFirst(2) {
          let parts = word.split(separator: "=")
          if parts.count == 2, let number = Int(parts[1]) { counters[String(parts[0])] = number }
        }
        recap[String(host)] = counters
      }
    }
  }

  /// The title of `TASK [x] ****` and its like.
  private static func title(_ line: Substring) -> String? {
    for word in ["PLAY [", "TASK [", "RUNNING HANDLER [", "PLAY RECAP"] where line.hasPrefix(word) {
      return String(line.reversed().drop { $0 == "*" || $0 == " " }.reversed())
    }
    return nil
  }

  func count(_ counter: String) -> [String: Int] { recap.compactMapValues { $0[counter] } }
}
