import Modules
import Synchronization
import Values

/// Turns YAML into plays, blocks, tasks and roles. Used before the run for all that is static, and during it for each
/// `include_*`.
package final class PlaybookParser: Sendable {
  let files: ProjectFiles
  let catalog: ActionCatalog
  let settings: Settings
  /// Renders a value with variables that are known before any host is.
  let renderStatic: @Sendable (Value, [Map]) throws(Diagnostic) -> Value
  private let lastID = Mutex(0)
  private let collected = Mutex<[Diagnostic]>([])
  /// The roles that `import_role` brought into the play being read.
  let importedRoles = Mutex<[LoadedRole]>([])

  package init(
    files: ProjectFiles, catalog: ActionCatalog, settings: Settings,
    renderStatic: @escaping @Sendable (Value, [Map]) throws(Diagnostic) -> Value
  ) {
    self.files = files
    self.catalog = catalog
    self.settings = settings
    self.renderStatic = renderStatic
  }

  /// The errors that did not keep the rest from being read; all of them are reported at once.
  package var problems: [Diagnostic] { collected.withLock { $0 } }

  func report(_ problem: Diagnostic) { collected.withLock { $0.append(problem) } }

  func nextID() -> Int {
    lastID.withLock {
      $0 += 1
      return $0
    }
  }

  /// The roles that `import_role` brought since the last call.
  func takeImportedRoles() -> [LoadedRole] {
    importedRoles.withLock { roles in
      defer { roles = [] }
      return roles
    }
  }

  var keywords: KeywordParser { KeywordParser(files: files, catalog: catalog) }

  /// - Parameter collections: where short names are looked for.
  func actions(in collections: [String]) -> ActionParser {
    ActionParser(files: files, catalog: catalog, collections: collections)
  }
}
