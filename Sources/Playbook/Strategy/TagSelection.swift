import Values

/// `--tags` and `--skip-tags`: which tasks run.
package struct TagSelection: Sendable {
  private let only: Set<String>
  private let skip: Set<String>

  package init(_ options: RunOptions) {
    only = Set(options.tags.isEmpty ? ["all"] : options.tags)
    skip = Set(options.skipTags)
  }

  /// Whether a task with these tags runs (ansible-core 2.19, "Tags", special tags included).
  package func isSelected(_ tags: [String]) -> Bool {
    let tags = Set(tags.isEmpty ? ["untagged"] : tags)
    var runs = false
    if tags.contains("always") {
      runs = true
    } else if only.contains("all"), !tags.contains("never") {
      runs = true
    } else if !tags.isDisjoint(with: only) {
      runs = true
    } else if only.contains("tagged"), tags != ["untagged"], !tags.contains("never") {
      runs = true
    }
    guard runs, !skip.isEmpty else { return runs }
    if skip.contains("all") {
      return tags.contains("always") && !skip.contains("always")
    }
    if !tags.isDisjoint(with: skip) { return false }
    return !(skip.contains("tagged") && tags != ["untagged"])
  }

  /// The items without the tasks that don't run.
  /// - Parameter resolve: renders tags that are templates.
  package func filter(_ items: [TaskItem], resolve: (Value) -> Value) -> [TaskItem] {
    items.compactMap { item in
      switch item {
      case .task(let task):
        return isSelected(Self.tags(task.keywords, resolve)) ? item : nil
      case .block(var block):
        block.items = filter(block.items, resolve: resolve)
        block.rescue = filter(block.rescue, resolve: resolve)
        block.always = filter(block.always, resolve: resolve)
        return block.items.isEmpty && block.rescue.isEmpty && block.always.isEmpty ? nil : .block(block)
      }
    }
  }

  package static func tags(_ keywords: KeywordSet, _ resolve: (Value) -> Value) -> [String] {
    keywords.list(.tags).flatMap { value -> [String] in
      switch resolve(value) {
      case .list(let list): list.map(PlainText.of)
      case let single: names(in: PlainText.of(single))
      }
    }
  }

  private static func names(in text: String) -> [String] {
    guard text.utf8.contains(UInt8(ascii: ",")) else { return text.isEmpty ? [] : [text.trimmingBlanks] }
    return text.split(separator: ",").map { String($0).trimmingBlanks }
  }
}
