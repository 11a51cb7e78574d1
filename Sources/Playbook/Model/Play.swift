import Values

/// One play: which hosts, and what to do with them.
package struct Play: Sendable {
  package var place: Place
  package var name: Text?
  /// The host pattern, one or several, possibly templates.
  package var hosts: Value
  package var keywords: KeywordSet
  package var vars: Map
  package var varsFiles: [VarsFile]
  package var varsPrompts: [VarsPrompt]
  /// `nil`: as the setting `gathering` says.
  package var gatherFacts: Value?
  package var forceHandlers: Value?
  package var preTasks: [TaskItem]
  /// The bodies of `roles:`, in order, dependencies first.
  package var roles: [TaskItem]
  package var tasks: [TaskItem]
  package var postTasks: [TaskItem]
  package var handlers: [TaskItem]
  /// The roles whose handlers are among them (`RoleHandlers.identity`).
  package var rolesWithHandlers: Set<String> = []
  /// Every role that `roles:` and `import_role` bring, for the variables they share with the play.
  package var roleInstances: [RoleInstance]
  /// The directory of the playbook's file.
  package var directory: String

  /// One entry of `vars_files:`: the first file that exists of several.
  package struct VarsFile: Sendable {
    package var candidates: [Text]
    package var place: Place
  }

  /// One entry of `vars_prompt:`.
  package struct VarsPrompt: Sendable {
    package var name: String
    package var prompt: String
    package var isPrivate: Bool
    package var mustConfirm: Bool
    package var encrypt: String?
    package var salt: String?
    package var defaultValue: Value?
    package var isUnsafe: Bool
  }
}
