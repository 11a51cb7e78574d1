import Values

/// What surrounds a list of tasks while it is parsed.
package struct ParseContext: Sendable {
  /// The keywords that enclose it.
  package var keywords: KeywordSet
  package var role: RoleInstance?
  package var isHandlers: Bool
  /// The directory of the file that is being read.
  package var directory: String
  /// The directory of the playbook.
  package var playbookDirectory: String
  /// Variables that are known before any host is: extra vars, play vars, the role's own. For file names of static imports.
  package var staticVariables: [Map]
  /// How deep imports are nested.
  package var depth: Int

  package init(
    keywords: KeywordSet = KeywordSet(), role: RoleInstance? = nil, handlers: Bool = false, directory: String,
    playbookDirectory: String, staticVariables: [Map] = [], depth: Int = 0
  ) {
    self.keywords = keywords
    self.role = role
    self.isHandlers = handlers
    self.directory = directory
    self.playbookDirectory = playbookDirectory
    self.staticVariables = staticVariables
    self.depth = depth
  }

  static let maximumDepth = 100

  /// What is known of a playbook by its place.
  static func variables(ofPlaybookIn directory: String) -> Map { ["playbook_dir": .string(directory)] }
}
