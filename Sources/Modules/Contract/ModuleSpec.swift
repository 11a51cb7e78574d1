import Values

/// What a module is called and which arguments it takes: the one source for validation, documentation, completion and the
/// compatibility table. Actions of the engine (`debug`, `set_fact`) have one too and stand in the same registry.
package struct ModuleSpec: Sendable {
  /// The short name: `copy`. Its full name is `ansible.builtin.` and this, unless `collection` says otherwise.
  package var name: String
  package var collection: String
  /// Further names for the same module (`systemd_service` for `systemd`).
  package var aliases: [String]
  /// One line for `--help` and the tables.
  package var summary: String
  package var arguments: [ArgumentSpec]
  package var rules: [ArgumentRule]
  package var freeForm: FreeForm
  package var checkMode: CheckModeSupport
  package var supportsDiff: Bool
  package var returns: [ReturnSpec]

  /// What a free-form string (`command: ls -l chdir=/`) means for the module.
  package enum FreeForm: Sendable, Hashable {
    /// `k=v` pairs only.
    case none
    /// The words that are no known `k=v` argument become this argument (`command`, `shell`, `raw`, `script`, `meta`).
    case argument(String)
    /// Every `k=v` pair is taken as it stands, no name is checked (`set_fact`, `add_host`).
    case anyNames
    /// `k=v` pairs only; which names and values are right only the module itself knows (a module from a file).
    case unchecked
  }

  /// Whether arguments are taken that `arguments` does not name.
  package var takesAnyName: Bool { freeForm == .anyNames || freeForm == .unchecked }

  /// Whether text that is no `k=v` pair is an argument.
  package var takesText: Bool { if case .argument = freeForm { true } else { false } }

  package enum CheckModeSupport: String, Sendable, Hashable {
    case full
    /// What happens can't be known before it runs.
    case unknowable
    case none
  }

  package init(
    name: String, collection: String = "ansible.builtin", aliases: [String] = [], summary: String,
    arguments: [ArgumentSpec] = [], rules: [ArgumentRule] = [], freeForm: FreeForm = .none,
    checkMode: CheckModeSupport = .full, supportsDiff: Bool = false, returns: [ReturnSpec] = []
  ) {
    self.name = name
    self.collection = collection
    self.aliases = aliases
    self.summary = summary
    self.arguments = arguments
    self.rules = rules
    self.freeForm = freeForm
    self.checkMode = checkMode
    self.supportsDiff = supportsDiff
    self.returns = returns
  }

  /// `ansible.builtin.copy`.
  package var fullName: String { "\(collection).\(name)" }
}

/// One argument of a module.
package struct ArgumentSpec: Sendable {
  package indirect enum Kind: Sendable, Hashable {
    case string
    case int
    case float
    case bool
    /// A path: `~` and `$VAR` are expanded on the host.
    case path
    /// A list; a single value and a comma-separated string make lists too, as ansible has it.
    case list(of: Kind)
    case map
    /// Taken as it is.
    case raw
    /// JSON text, or a structure that is turned into it.
    case json
    /// A size with a unit, to bytes.
    case bytes
  }

  package var name: String
  package var kind: Kind
  package var aliases: [String]
  package var isRequired: Bool
  /// Used when the argument is not given.
  package var defaultValue: Value?
  /// The values allowed; empty: any.
  package var choices: [String]
  /// The value is a secret: it is shown nowhere (`no_log` in ansible's specs).
  package var isSecret: Bool
  package var summary: String
  /// The arguments inside a map, or inside each map of a list.
  package var suboptions: [ArgumentSpec]

  package init(
    _ name: String, _ kind: Kind = .string, aliases: [String] = [], required: Bool = false,
    default defaultValue: Value? = nil,
    choices: [String] = [], secret: Bool = false, suboptions: [ArgumentSpec] = [], _ summary: String
  ) {
    self.name = name
    self.kind = kind
    self.aliases = aliases
    self.isRequired = required
    self.defaultValue = defaultValue
    self.choices = choices
    self.isSecret = secret
    self.summary = summary
    self.suboptions = suboptions
  }
}

/// A rule about several arguments together.
package enum ArgumentRule: Sendable, Hashable {
  case mutuallyExclusive([String])
  case requiredTogether([String])
  case requiredOneOf([String])
  /// When `argument` has `value`, the others are required (any one of them when `any`).
  case requiredIf(argument: String, equals: String, [String], any: Bool)
  /// When `argument` is given, the others are required.
  case requiredBy(argument: String, [String])
}

/// One key of a module's result, for the documentation.
package struct ReturnSpec: Sendable {
  package var name: String
  package var summary: String

  package init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }
}
