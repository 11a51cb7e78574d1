import Modules
import Values

extension TaskResult {
  /// The member `diff` that a result has in diff mode: one map for most modules, a list for those that compare files.
  var registeredDiff: Value? {
    guard values["diff"] == nil, let first = diffs.first else { return nil }
    return diffsAreList ? .list(diffs.map { .map($0.registered) }) : .map(first.registered)
  }
}

extension Diff {
  /// The keys by which ansible's modules tell a difference.
  fileprivate var registered: Map {
    var map: Map = [:]
    if let header = header(beforeHeader, after: "before") { map["before_header"] = .string(header) }
    if let header = header(afterHeader, after: "after") { map["after_header"] = .string(header) }
    switch content {
    case .text(let before, let after):
      map["before"] = .string(before)
      map["after"] = .string(after)
    case .state(let before, let after):
      map["before"] = before
      map["after"] = after
    case .prepared(let text): map["prepared"] = .string(text)
    case .note: break
    }
    return map
  }

  private func header(_ text: String, after word: String) -> String? {
    text == word ? nil : text.hasPrefix(word + ": ") ? String(text.dropFirst(word.count + 2)) : text
  }
}
