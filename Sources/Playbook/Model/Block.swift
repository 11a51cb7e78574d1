import Values

/// A task or a block: what lists of tasks are made of.
package indirect enum TaskItem: Sendable {
  case task(PlayTask)
  case block(Block)
}

/// `block:` with its `rescue:` and `always:`.
package struct Block: Sendable {
  package var place: Place
  package var name: Text?
  package var items: [TaskItem]
  package var rescue: [TaskItem]
  package var always: [TaskItem]
  package var keywords: KeywordSet
  package var role: RoleInstance?
  /// A role's tasks end with this mark, so that `meta: end_role` knows how far to go.
  package var isRoleBody: Bool
}

extension [TaskItem] {
  /// The handlers of one source (a role's file, a play's section) as one item: the unit in which names are looked up.
  func asHandlerSource(in context: ParseContext, at place: Place) -> [TaskItem] {
    isEmpty
      ? []
      : [
        .block(
          Block(
            place: place, name: nil, items: self, rescue: [], always: [], keywords: context.keywords,
            role: context.role,
            isRoleBody: false))
      ]
  }

  /// Every task inside, in order of execution.
  package var allTasks: [PlayTask] {
    flatMap { item -> [PlayTask] in
      switch item {
      case .task(let task): [task]
      case .block(let block): block.items.allTasks + block.rescue.allTasks + block.always.allTasks
      }
    }
  }
}
