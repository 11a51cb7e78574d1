import Inventory
import Jinja
import Modules
import Transport
import Values
import Vault

/// Everything that a command needs before its first play: built once from settings, options and secrets.
package struct RunSetup: Sendable {
  package let services: RunServices
  package let inventory: Inventory
  /// What was odd about settings and sources.
  package let warnings: [Diagnostic]

  /// - Parameters:
  ///   - options: the command line.
  ///   - settings: `ansible.cfg` and the environment.
  ///   - vault: the passwords that open encrypted values.
  ///   - environment: the process's variables, for inventory scripts.
  ///   - listener: hears the run's events.
  package init(
    options: RunOptions, settings: Settings, vault: VaultSecrets, environment: [String: String],
    listener: any RunListener
  ) async throws(Diagnostic) {
    let files = ProjectFiles(duplicateKeys: settings.string("duplicate_dict_key") ?? "warn", vault: vault)
    let engine = RunSetup.engine(settings)
    let library = ModuleLibrary(
      folders: settings.paths("library"), collections: CollectionTree(roots: settings.collectionsPath))
    for folder in options.moduleFolders { library.add(folder) }
    let catalog = ActionCatalog(modules: ModuleRegistry.all, actions: ActionTable.all, library: library)
    let parser = PlaybookParser(files: files, catalog: catalog, settings: settings) {
      value, variables throws(Diagnostic) in
      let merged = variables.reduce(into: Map()) { $0.merge($1) }
      return try engine.resolve(value, in: Scope(engine: engine, variables: merged))
    }
    let inventoryOptions = try settings.inventoryOptions(
      vault: vault, environment: environment, extraVariables: options.extraVariables, engine: engine,
      flushesCache: options.flushesCache)
    let loaded = try await Inventory.load(sources: options.inventorySources, options: inventoryOptions)
    inventory = loaded.inventory
    warnings = settings.warnings + loaded.warnings
    services = RunServices(
      engine: engine, catalog: catalog, parser: parser, files: files, settings: settings, options: options,
      pool: ConnectionPool(concurrentConnects: max(options.forks, 1)), listener: listener,
      factCache: try FactCache(settings))
    if options.flushesCache {
      for host in inventory.hostNames { services.factCache?.forget(host) }
    }
  }

  /// The template engine with Ansible's own filters, tests and lookups.
  package static func engine(_ settings: Settings) -> JinjaEngine {
    var features = JinjaFeatures()
    features.allowsBrokenConditionals = settings.flag("allow_broken_conditionals")
    return JinjaEngine(
      filters: AnsibleFilters.all, tests: AnsibleTests.all, globals: LookupGlobals.all + AnsibleGlobals.all,
      loader: ProjectTemplates(), features: features)
  }
}
