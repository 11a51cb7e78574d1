import Inventory
import Jinja
import Values
import Vault

extension Settings {
  /// The settings that reading an inventory depends on.
  ///
  /// - Parameters:
  ///   - vault: the passwords that open encrypted values.
  ///   - environment: the process's variables, for scripts and plugins.
  ///   - extraVariables: `-e`.
  ///   - engine: evaluates the expressions of plugins' configurations.
  ///   - flushesCache: `--flush-cache`: neither facts nor answers of dynamic sources are taken from what was kept.
  /// - Throws: for a cache of facts that is not known.
  package func inventoryOptions(
    vault: VaultSecrets, environment: [String: String], extraVariables: Map, engine: JinjaEngine, flushesCache: Bool
  ) throws(Diagnostic) -> InventoryOptions {
    var options = InventoryOptions(workingDirectory: LocalFile.current)
    options.environment = environment
    options.extraVariables = extraVariables
    options.engine = engine
    options.vault = vault
    options.mergesMaps = string("hash_behaviour") == "merge"
    let precedence = list("variable_precedence")
    if !precedence.isEmpty { options.groupPrecedence = [] }
    for name in precedence {
      if let level = VariableLayer.Level.ofGroups.first(where: { $0.key == name })?.value {
        options.groupPrecedence.append(level)
      } else {
        options.notes.append(Diagnostic(.invalid, "Ignoring unknown variable precedence entry: \(name)"))
      }
    }
    options.enabledPlugins = list("inventory_enabled")
    if !list("inventory_ignore_extensions").isEmpty { options.ignoredExtensions = list("inventory_ignore_extensions") }
    options.ignoredPatterns = list("inventory_ignore_patterns")
    options.groupNamePolicy =
      string("force_valid_group_names").flatMap(InventoryOptions.GroupNamePolicy.init(rawValue:)) ?? .never
    options.patternMismatch =
      string("host_pattern_mismatch").flatMap(InventoryOptions.Mismatch.init(rawValue:)) ?? .warning
    options.unparsedIsFailed = flag("inventory_unparsed_is_failed")
    options.anyUnparsedIsFailed = flag("inventory_any_unparsed_is_failed")
    options.warnsOfUnparsed = flag("inventory_unparsed_warning")
    options.usesExtraVariables = flag("inventory_use_extra_vars")
    options.showsScriptErrors = flag("inventory_script_stderr")
    options.warnsOfDeprecations = flag("deprecation_warnings")
    options.cache = inventoryCache
    options.cache.isFlushed = flushesCache
    if !flushesCache, let facts = try FactCache(self) { options.cachedFacts = { facts.facts(of: $0) } }
    return options
  }

  private var inventoryCache: InventoryCache.Settings {
    var cache = InventoryCache.Settings()
    cache.isOn = flag("inventory_cache")
    cache.plugin = string("inventory_cache_plugin") ?? string("cache_plugin") ?? "memory"
    cache.timeout = int("inventory_cache_timeout") ?? int("cache_plugin_timeout") ?? 3600
    cache.directory = string("inventory_cache_connection") ?? string("cache_plugin_connection")
    cache.prefix = string("inventory_cache_prefix") ?? "ansible_inventory_"
    return cache
  }

  /// `inventory`: paths, those of `ansible.cfg` relative to its directory.
  package var inventorySources: [String] { list("inventory") }
}
