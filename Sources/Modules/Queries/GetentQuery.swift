import Transport
import Values

/// Entries of a name service database.
struct GetentQuery: Query {
  var database: String
  var key: String?
  var service: String?
  /// `nil`: a colon for the account files, blanks for others.
  var separator: String?

  enum Answer: Sendable, Hashable {
    /// The fields after the key, by the key; a list of such lists when a key stands there more than once.
    case entries(Map)
    case keyMissing
    case failure(String)
  }

  private static let colonSeparated: Set<String> = ["passwd", "shadow", "group", "gshadow"]

  func script(_ traits: HostTraits) -> ShellScript {
    var words = ["getent"]
    if let service { words += ["-s", service] }
    words += ["--", database] + (key.map { [$0] } ?? [])
    return "command -v getent >/dev/null || exit 127\n\(ShellScript(words: words))"
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    switch output.status {
    case 0: return .entries(entries(output.text))
    case 1: return .failure("Missing arguments, or database unknown.")
    case 2: return .keyMissing
    case 3: return .failure("Enumeration not supported on this database.")
    case 127: return .failure("Failed to find required executable \"getent\" on the host.")
    default: return .failure("Unexpected failure!")
    }
  }

  private func entries(_ text: String) -> Map {
    var entries: Map = [:]
    var counts: [String: Int] = [:]
    for line in CommandOutput.lines(text) {
      let fields = split(line)
      guard let name = fields.first else { continue }
      let rest = Value.list(fields.dropFirst().map { .string($0) })
      let count = counts[name, default: 0]
      counts[name] = count + 1
      switch count {
      case 0: entries[name] = rest
      case 1: entries[name] = .list([entries[name] ?? .null, rest])
      default: entries[name] = .list((entries[name]?.list ?? []) + [rest])
      }
    }
    return entries
  }

  private func split(_ line: String) -> [String] {
    guard let separator = separator ?? (Self.colonSeparated.contains(database) ? ":" : nil), !separator.isEmpty else {
      return line.split { $0 == " " || $0 == "\t" }.map(String.init)
    }
    return line.split(on: separator)
  }

  func answer(_ answer: Answer, after predictions: PredictedState) -> Answer {
    guard database == "passwd" || database == "group" else { return answer }
    var entries: Map
    switch answer {
    case .entries(let present): entries = present
    case .keyMissing: entries = [:]
    case .failure: return answer
    }
    if database == "passwd" {
      for (name, user) in predictions.users where key == nil || key == name {
        guard user.exists else {
          entries.removeValue(forKey: name)
          continue
        }
        var fields = entries[name]?.list?.map { $0.string ?? "" } ?? ["x", "", "", "", "/home/\(name)", ""]
        while fields.count < 6 { fields.append("") }
        if let uid = user.uid { fields[1] = String(uid) }
        if let gid = user.primaryGroup.flatMap({ predictions.groups[$0]?.gid }) { fields[2] = String(gid) }
        fields[3] = user.comment ?? fields[3]
        fields[4] = user.home ?? fields[4]
        fields[5] = user.shell ?? fields[5]
        entries[name] = .list(fields.map { .string($0) })
      }
    } else {
      for (name, group) in predictions.groups where key == nil || key == name {
        guard group.exists else {
          entries.removeValue(forKey: name)
          continue
        }
        let known = entries[name]?.list
        entries[name] = [
          "x", .string(group.gid.map(String.init) ?? known?.dropFirst().first?.string ?? ""), known?.last ?? "",
        ]
      }
    }
    return entries.isEmpty && key != nil ? .keyMissing : .entries(entries)
  }
}

extension String {
  /// The pieces between a separator of any length, empty ones included.
  func split(on separator: String) -> [String] {
    var pieces: [String] = []
    let needle = Array(separator.utf8)
    let bytes = Array(utf8)
    var start = 0
    var position = 0
    while position + needle.count <= bytes.count {
      if bytes[position..<position + needle.count].elementsEqual(needle) {
        pieces.append(String(decoding: bytes[start..<position], as: UTF8.self))
        position += needle.count
        start = position
      } else {
        position += 1
      }
    }
    pieces.append(String(decoding: bytes[start...], as: UTF8.self))
    return pieces
  }
}
