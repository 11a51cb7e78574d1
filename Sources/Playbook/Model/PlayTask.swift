import Values

/// One task or handler as it stands in the playbook, with the keywords in force on it.
package final class PlayTask: Sendable {
  /// Unique within the run; tells apart two tasks that look alike.
  package let id: Int
  package let place: Place
  /// As written; may be a template.
  package let name: Text?
  package let action: ActionCall
  /// Its own keywords and the inherited ones.
  package let keywords: KeywordSet
  /// The inherited ones alone: what a dynamic include passes on to the tasks inside.
  package let enclosing: KeywordSet
  /// `loop:` or `with_*:`.
  package let loop: LoopSource?
  package let role: RoleInstance?
  /// Handlers: the topics it listens to, besides its name.
  package let listen: [Text]
  package let isHandler: Bool
  /// Where relative file names are looked up first: the directory of the file that holds the task.
  package let directory: String

  package init(
    id: Int, place: Place, name: Text?, action: ActionCall, keywords: KeywordSet,
    enclosing: KeywordSet = KeywordSet(), loop: LoopSource?, role: RoleInstance?,
    listen: [Text], isHandler: Bool, directory: String
  ) {
    self.id = id
    self.place = place
    self.name = name
    self.action = action
    self.keywords = keywords
    self.enclosing = enclosing
    self.loop = loop
    self.role = role
    self.listen = listen
    self.isHandler = isHandler
    self.directory = directory
  }
}

extension PlayTask {
  /// The same task with another call or other keywords.
  func replacing(action: ActionCall, keywords: KeywordSet) -> PlayTask {
    PlayTask(
      id: id, place: place, name: name, action: action, keywords: keywords, enclosing: enclosing, loop: loop,
      role: role,
      listen: listen, isHandler: isHandler, directory: directory)
  }

  /// Whether a notification of a handler means the name: alone, or with the role's before it (`web : restart`,
  /// `acme.site.web : restart`).
  func answers(to notification: String, as name: String) -> Bool {
    if notification == name { return true }
    guard let role else { return false }
    let shortName = role.name.split(separator: ".").last.map(String.init) ?? role.name
    return notification == "\(role.name) : \(name)" || notification == "\(shortName) : \(name)"
  }

  /// Whether a notification reaches the handler, by its name or a topic, neither of them a template.
  func isNotified(by notification: String) -> Bool {
    ([name] + listen).contains { $0.map { answers(to: notification, as: $0.string) } ?? false }
  }
}

/// What a task calls, before its templates are rendered.
package struct ActionCall: Sendable {
  /// As written: `copy`, `ansible.builtin.copy`.
  package var name: String
  /// What the catalogue has it under.
  package var resolvedName: String
  package var place: Place
  /// `action: "{{ module }} …"`: the name as a template, known when the task runs.
  package var nameTemplate: Text?
  /// The arguments; free-form text stands under `_raw_params`.
  package var arguments: Map
  /// `args:` or the whole argument value as one template (`set_fact: "{{ map }}"`), laid under `arguments`. It gives a map,
  /// or text in the form `k=v`.
  package var argumentTemplate: Value?
  /// Where each argument stands, for errors.
  package var argumentPlaces: [String: Place]

  package init(
    name: String, place: Place, arguments: Map, argumentTemplate: Value? = nil, argumentPlaces: [String: Place] = [:]
  ) {
    self.name = name
    resolvedName = name
    self.place = place
    self.arguments = arguments
    self.argumentTemplate = argumentTemplate
    self.argumentPlaces = argumentPlaces
  }

  /// The key of free-form text.
  package static let rawParameters = "_raw_params"
}

/// Where a task's items come from.
package struct LoopSource: Sendable {
  /// `nil` for `loop:`, else the lookup of `with_<lookup>:`.
  package var lookup: String?
  package var value: Value
  package var place: Place
}
