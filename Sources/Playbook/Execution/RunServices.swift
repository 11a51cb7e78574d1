import Jinja
import Modules
import Transport
import Values

/// What every task of a run may use; none of it changes during the run.
package struct RunServices: Sendable {
  package let engine: JinjaEngine
  package let catalog: ActionCatalog
  package let parser: PlaybookParser
  package let files: ProjectFiles
  package let settings: Settings
  package let options: RunOptions
  package let pool: ConnectionPool
  package let listener: any RunListener
  package let clock: any Clock<Duration>
  package let factCache: FactCache?
  let sshOptions = SSHOptionLines()
  /// What tasks with `async` started.
  package let jobs = AsyncJobs()

  package init(
    engine: JinjaEngine, catalog: ActionCatalog, parser: PlaybookParser, files: ProjectFiles, settings: Settings,
    options: RunOptions, pool: ConnectionPool, listener: any RunListener,
    clock: any Clock<Duration> = ContinuousClock(),
    factCache: FactCache? = nil
  ) {
    self.engine = engine
    self.catalog = catalog
    self.parser = parser
    self.files = files
    self.settings = settings
    self.options = options
    self.pool = pool
    self.listener = listener
    self.clock = clock
    self.factCache = factCache
  }
}
