import Values

/// How `combine` lays one map over another.
struct MapMerging {
  let isRecursive: Bool
  let lists: String

  private static let known: Set<String> = ["replace", "keep", "append", "prepend", "append_rp", "prepend_rp"]

  init(recursive: Bool, lists: String) throws(Diagnostic) {
    guard Self.known.contains(lists) else {
      throw Diagnostic(
        .template,
        "'list_merge' argument can only be equal to \(Self.known.sorted().map { "'\($0)'" }.joined(separator: ", "))")
    }
    isRecursive = recursive
    self.lists = lists
  }

  func merge(_ weak: Map, _ strong: Map, depth: Int = 0) -> Map {
    var result = weak
    for (key, value) in strong {
      switch (result[key], value) {
      case (.map(let old)?, .map(let new)) where isRecursive && depth < 100:
        result[key] = .map(merge(old, new, depth: depth + 1))
      case (.list(let old)?, .list(let new)): result[key] = .list(merge(old, new))
      default: result[key] = value
      }
    }
    return result
  }

  private func merge(_ old: [Value], _ new: [Value]) -> [Value] {
    switch lists {
    case "keep": old
    case "append": old + new
    case "prepend": new + old
    case "append_rp": old.filter { !new.contains($0) } + new
    case "prepend_rp": new + old.filter { !new.contains($0) }
    default: new
    }
  }
}
