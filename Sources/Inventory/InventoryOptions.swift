import Jinja
import Values
import Vault

/// What reading an inventory depends on besides the sources: settings, secrets, the process's surroundings. The defaults are
/// ansible-core's.
package struct InventoryOptions: Sendable {
  /// What happens to characters in group names that make no variable name.
  package enum GroupNamePolicy: String, Sendable {
    /// They stay, with a warning.
    case never
    /// They stay, without one.
    case ignore
    /// They become `_`, with a warning.
    case always
    /// They become `_`, without one.
    case silently
  }

  /// What a pattern that matches nothing is.
  package enum Mismatch: String, Sendable { case warning, error, ignore }

  /// Kinds of sources, in the order in which each source is offered to them (`[inventory] enable_plugins`).
  package var enabledPlugins = ["host_list", "script", "auto", "yaml", "ini", "toml"]
  /// Ends of names that are passed over in a directory of sources (`inventory_ignore_extensions`).
  package var ignoredExtensions = [
    ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".cfg", ".retry",
  ]
  /// Regular expressions of names that are passed over in a directory of sources (`inventory_ignore_patterns`).
  package var ignoredPatterns: [String] = []
  /// `force_valid_group_names`.
  package var groupNamePolicy = GroupNamePolicy.never
  /// `hash_behaviour = merge`.
  package var mergesMaps = false
  /// `precedence`: the levels of groups' variables in rising precedence; those that are left out don't count.
  package var groupPrecedence = VariableLayer.Level.ofGroups.map(\.value)
  /// What was odd about the settings; told with the warnings of the sources.
  package var notes: [Diagnostic] = []
  /// `unparsed_is_failed`: an error when no source at all can be read.
  package var unparsedIsFailed = false
  /// `any_unparsed_is_failed`: an error when some source can't be read.
  package var anyUnparsedIsFailed = false
  /// `inventory_unparsed_warning`.
  package var warnsOfUnparsed = true
  /// `host_pattern_mismatch`.
  package var patternMismatch = Mismatch.warning
  /// What relative paths are relative to; absolute.
  package var workingDirectory: String
  /// The process's variables, for scripts and plugins.
  package var environment: [String: String] = [:]
  /// `-e`, which a `constructed` source sees.
  package var extraVariables = Map()
  /// `use_extra_vars`: `constructed` sources see them even where they don't say so.
  package var usesExtraVariables = false
  /// `ansible_python_interpreter` of the localhost that no source lists.
  package var localPython = "/usr/bin/python3"
  /// Opens encrypted variables: whole files, and values under `!vault`.
  package var vault = VaultSecrets()
  /// Evaluates the expressions of `constructed` and `generator` sources: pass the one that knows ansible's filters.
  package var engine = JinjaEngine()
  /// Keeps values under `!vault` in their encrypted form as well, for listings; then they need no secret.
  package var keepsEncrypted = false
  /// Remembers who set which variable where, for `InventoryExplanation`.
  package var recordsHistory = false
  /// The facts of a host that a run before kept; listings and `constructed` sources see them.
  package var cachedFacts: @Sendable (_ host: String) -> Map? = { _ in nil }
  /// Where dynamic sources keep what they learned.
  package var cache = InventoryCache.Settings()
  /// Warns of what a script says on standard error, also where it succeeds (`always_show_stderr`).
  package var showsScriptErrors = true
  /// Warns of what a script answers that a later ansible-core will not read any more.
  package var warnsOfDeprecations = true
  /// How long a script may run, in seconds.
  package var scriptTimeout = 600
  /// How many bytes a script may print.
  package var scriptOutputLimit = 256 << 20

  /// Whether a kind of source is enabled, under its short or its full name.
  func enables(_ plugin: String) -> Bool {
    enabledPlugins.contains { $0 == plugin || $0.hasSuffix("." + plugin) }
  }

  package init(workingDirectory: String) { self.workingDirectory = workingDirectory }
}
