import Values

/// The variables that the engine itself makes (ansible-core 2.19, "Special Variables"). No fact, result or file can set them.
package enum MagicVariables {
  /// Values other than `hostvars`, `vars` and `omit`, which are no plain values.
  private static let table: [String: @Sendable (VariableLookup) -> Value?] = [
    "inventory_hostname": { .string($0.host) },
    "inventory_hostname_short": { .string($0.host.split(separator: ".").first.map(String.init) ?? $0.host) },
    "inventory_dir": { .optional($0.snapshot.inventory.inventoryDirectory(of: $0.host)) },
    "inventory_file": { .optional($0.snapshot.inventory.inventoryFile(of: $0.host)) },
    "group_names": { .strings($0.snapshot.inventory.groupNames(of: $0.host)) },
    "groups": { $0.snapshot.play.groups },
    "omit": { _ in .omit },
    "play_hosts": { .strings($0.snapshot.play.batch) },
    "ansible_play_hosts": { .strings($0.snapshot.play.activeHosts) },
    "ansible_play_batch": { .strings($0.snapshot.play.batch) },
    "ansible_play_hosts_all": { .strings($0.snapshot.play.allHosts) },
    "ansible_play_name": { .string($0.snapshot.play.name) },
    "ansible_play_role_names": { .strings($0.snapshot.play.roleNames) },
    "ansible_role_names": { .strings($0.snapshot.play.roleNames.union($0.snapshot.play.dependencyNames)) },
    "ansible_dependent_role_names": { lookup in
      .strings(lookup.snapshot.play.dependencyNames)
    },
    "role_names": { .strings($0.snapshot.play.roleNames) },
    "playbook_dir": { .string($0.snapshot.play.play.directory) },
    "role_name": { $0.task?.role.map { .string($0.shortName) } },
    "role_path": { $0.task?.role.map { .string($0.path) } },
    "ansible_role_name": { $0.task?.role.map { .string($0.name) } },
    "ansible_collection_name": { $0.task?.role.map { .optional($0.collection) } },
    "ansible_check_mode": { .bool($0.isCheckMode) },
    "ansible_diff_mode": { .bool($0.snapshot.options.isDiffMode) },
    "ansible_forks": { .int($0.snapshot.options.forks) },
    "ansible_verbosity": { .int($0.snapshot.options.verbosity) },
    "ansible_run_tags": { .strings($0.snapshot.options.tags) },
    "ansible_skip_tags": { .strings($0.snapshot.options.skipTags) },
    "ansible_limit": { $0.snapshot.options.limit.map { .string($0) } },
    "ansible_inventory_sources": { .strings($0.snapshot.options.inventorySources) },
    "ansible_config_file": { .optional($0.snapshot.settings.file) },
    "ansible_playbook_python": { _ in .string("/usr/bin/python3") },
    "ansible_version": { _ in
      [
        "full": .string(Version.ansibleRelease), "major": 2, "minor": 19, "revision": 14,
        "string": .string(Version.ansibleRelease),
        "swiftible": .string(Version.number),
      ]
    },
    "ansible_search_path": { lookup in
      var path = lookup.task?.role.map { [$0.path] } ?? []
      if let directory = lookup.task?.directory { path.append(directory) }
      path.append(lookup.snapshot.play.play.directory)
      return .strings(path)
    },
  ]

  /// All names, `hostvars`, `vars` and `environment` included.
  package static let names: Set<String> = Set(table.keys).union(["hostvars", "vars", "environment", "ansible_facts"])

  /// Those that only a play has.
  private static let ofPlays: Set<String> = [
    "play_hosts", "ansible_play_hosts", "ansible_play_batch", "ansible_play_hosts_all", "ansible_play_name",
    "ansible_play_role_names", "ansible_role_names", "ansible_dependent_role_names", "role_names",
    "ansible_search_path", "omit",
  ]

  static func value(_ name: String, in lookup: VariableLookup) -> Value? {
    lookup.isOutsidePlays && ofPlays.contains(name) ? nil : table[name]?(lookup)
  }
}

extension VariableLookup {
  /// Whether the task changes nothing: its own `check_mode`, else the command line's `--check`.
  package var isCheckMode: Bool { locals["ansible_check_mode"]?.bool ?? snapshot.options.isCheckMode }
}

extension [String] {
  /// These, and those of `others` that are not among them.
  fileprivate func union(_ others: [String]) -> [String] { self + others.filter { !contains($0) } }
}

extension Value {
  static func strings(_ strings: [String]) -> Value { .list(strings.map { .string($0) }) }
  static func optional(_ string: String?) -> Value { string.map { .string($0) } ?? .null }
}
