import Synchronization

/// Compiled templates by their text, shared by all threads. When it is full it starts anew: what is in use comes back at once.
final class TemplateCache: Sendable {
  struct Key: Hashable, Sendable {
    let source: String
    let kind: TemplateKind
    let options: JinjaOptions?
    let path: String?
  }

  private let templates = Mutex<[Key: Template]>([:])
  private let capacity: Int

  init(capacity: Int = 4096) { self.capacity = capacity }

  subscript(key: Key) -> Template? { templates.withLock { $0[key] } }

  func insert(_ template: Template, for key: Key) {
    templates.withLock { templates in
      if templates.count >= capacity { templates.removeAll(keepingCapacity: true) }
      templates[key] = template
    }
  }
}

/// What a text is to be read as.
enum TemplateKind: Hashable, Sendable {
  /// A variable's or argument's text, with `{{ }}`.
  case text
  /// A template file.
  case file
  /// A lone expression: a condition.
  case condition
  /// A lone expression whose string constants stay as they are.
  case expression
}
