/// A source of facts: one part of the script and one part of the reader.
enum FactSource: String, CaseIterable, Sendable, Hashable {
  case platform
  case distribution
  case lsb
  case cmdline
  case environment = "env"
  case user
  case date = "date_time"
  case dns
  case fips
  case local
  case packageManager = "pkg_mgr"
  case python
  case selinux
  case serviceManager = "service_mgr"
  case hostKeys = "ssh_pub_keys"
  case apparmor
  case capabilities = "caps"
  case chroot
  case hardware
  case mounts
  case devices
  case network
  case virtualization = "virtual"
  case load = "loadavg"
  case storageNames = "iscsi"

  /// Those that are gathered even where little is asked for.
  static let minimal: Set<FactSource> = [
    .platform, .distribution, .lsb, .cmdline, .environment, .user, .date, .dns, .fips, .local, .packageManager, .python,
    .selinux, .serviceManager, .hostKeys, .apparmor, .capabilities,
  ]
}

/// What `gather_subset` means.
enum FactSubset {
  /// The sources for a list such as `["!all", "network"]`.
  /// - Throws: for a name that ansible does not know.
  static func sources(_ subset: [String]) throws(ModuleFailure) -> Set<FactSource> {
    var added: Set<FactSource> = []
    var removed: Set<FactSource> = []
    var isMinimalOut = false
    var isAnythingAdded = false
    var byName: Set<FactSource> = []
    for item in subset where !item.isEmpty {
      let isOut = item.hasPrefix("!")
      let name = isOut ? String(item.dropFirst()) : item
      switch (name, isOut) {
      case ("all", false): added.formUnion(FactSource.allCases)
      case ("all", true): removed.formUnion(Set(FactSource.allCases).subtracting(FactSource.minimal))
      case ("min", false): added.formUnion(FactSource.minimal)
      case ("min", true): isMinimalOut = true
      default:
        guard let sources = named[name] else {
          throw ModuleFailure(
            "Bad subset '\(name)' given to Ansible. gather_subset options allowed: all, "
              + named.keys.sorted().joined(separator: ", "))
        }
        if isOut {
          removed.formUnion(sources)
        } else {
          byName.formUnion(sources)
        }
      }
      if !isOut { isAnythingAdded = true }
    }
    if !isAnythingAdded { added = Set(FactSource.allCases) }
    added.formUnion(isMinimalOut ? [] : FactSource.minimal)
    if isMinimalOut { removed.formUnion(FactSource.minimal) }
    return added.subtracting(removed).union(byName)
  }

  /// Every name that ansible takes, and where its facts come from. `facter` and `ohai` run other programs' plugins, which
  /// are not gathered.
  private static let named: [String: Set<FactSource>] = {
    var named: [String: Set<FactSource>] = [:]
    for source in FactSource.allCases { named[source.rawValue] = [source] }
    let hardware: Set<FactSource> = [.hardware, .mounts, .devices]
    named["hardware"] = hardware
    named["min"] = FactSource.minimal
    let groups: [(Set<FactSource>, [String])] = [
      (
        [.platform],
        [
          "architecture", "fqdn", "hostname", "kernel", "kernel_version", "machine", "machine_id", "nodename",
          "platform",
          "system", "domain", "userspace_architecture", "userspace_bits",
        ]
      ),
      (
        [.distribution],
        ["distribution", "distribution_major_version", "distribution_release", "distribution_version", "os_family"]
      ),
      ([.python], ["python", "python_version"]),
      (
        [.hostKeys],
        [
          "ssh_host_key_dsa_public", "ssh_host_key_ecdsa_public", "ssh_host_key_ed25519_public",
          "ssh_host_key_rsa_public", "ssh_host_pub_keys", "ssh_pub_keys",
        ]
      ),
      (
        [.user],
        [
          "effective_group_ids", "effective_group_id", "effective_user_id", "real_group_id", "real_user_id", "user",
          "user_dir", "user_gecos", "user_gid", "user_id", "user_shell", "user_uid",
        ]
      ),
      ([.capabilities], ["caps", "system_capabilities", "system_capabilities_enforced"]),
      ([.chroot], ["chroot", "is_chroot"]),
      (
        [.network],
        ["all_ipv4_addresses", "all_ipv6_addresses", "default_ipv4", "default_ipv6", "interfaces", "network"]
      ),
      (
        [.virtualization],
        [
          "virtual", "virtualization_role", "virtualization_type", "virtualization_tech_guest",
          "virtualization_tech_host",
        ]
      ),
      ([.storageNames], ["iscsi", "nvme", "fibre_channel_wwn"]),
      ([.hardware], ["processor", "processor_cores", "processor_count", "uptime_seconds"]),
      ([.serviceManager], ["systemd"]),
      ([], ["facter", "ohai", "freebsd_jail"]),
    ]
    for (sources, names) in groups {
      for name in names { named[name] = sources }
    }
    return named
  }()
}
