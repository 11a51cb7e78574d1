import Values

/// What the items of a loop come to together.
enum LoopResult {
  static func combine(_ given: [TaskResult]) -> TaskResult {
    var results = given
    if given.contains(where: \.isFailed) {
      for index in results.indices { results[index].withdrawAdditions() }
    }
    var combined = TaskResult()
    combined.isChanged = results.contains { $0.isChanged }
    combined.isFailed = results.contains { $0.isFailed }
    combined.isInterrupted = results.contains { $0.isInterrupted }
    combined.isUnreachable = results.contains { $0.isUnreachable }
    combined.isSkipped = !results.isEmpty && results.allSatisfy { $0.isSkipped }
    combined.unknown = results.lazy.compactMap(\.unknown).first
    combined.hidesValues = results.contains { $0.hidesValues }
    combined.effects = results.flatMap(\.effects)
    combined.facts = results.reduce(into: Map()) { $0.merge($1.facts) }
    combined.values["results"] = .list(results.map { .map($0.registeredWithInvocation) })
    combined.values["changed"] = .bool(combined.isChanged)
    combined.values["skipped"] = results.isEmpty ? nil : .bool(combined.isSkipped)
    combined.isOfLoop = true
    combined.values["msg"] =
      combined.isUnreachable
      ? "One or more items are unreachable"
      : combined.isFailed
        ? "One or more items failed" : combined.isSkipped ? "All items skipped" : "All items completed"
    return combined
  }
}
