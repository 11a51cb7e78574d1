import Modules

/// Modules that ansible-core has and this program has not (yet). A playbook may name them: only a task that is really run with
/// one fails, so that `when: ansible_os_family == 'RedHat'` keeps its meaning.
enum UnavailableModules {
  private static let builtin: Set<String> = [
    "add_host", "apt", "apt_key", "apt_repository", "assemble", "assert", "async_status", "blockinfile", "command",
    "copy",
    "cron", "deb822_repository", "debconf", "debug", "dnf", "dnf5", "dpkg_selections", "expect", "fail", "fetch",
    "file",
    "find", "gather_facts", "get_url", "getent", "git", "group", "group_by", "hostname", "import_playbook",
    "import_role",
    "import_tasks", "include_role", "include_tasks", "include_vars", "iptables", "known_hosts", "lineinfile", "meta",
    "mount_facts", "package", "package_facts", "pause", "ping", "pip", "raw", "reboot", "replace", "rpm_key", "script",
    "service", "service_facts", "set_fact", "set_stats", "setup", "shell", "slurp", "stat", "subversion", "systemd",
    "systemd_service", "sysvinit", "tempfile", "template", "unarchive", "uri", "user", "validate_argument_spec",
    "wait_for", "wait_for_connection", "yum", "yum_repository",
  ]

  static func contains(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return builtin.contains(name)
    case 3... where parts[0] == "ansible" && (parts[1] == "builtin" || parts[1] == "legacy"):
      return parts.count == 3 && builtin.contains(String(parts[2]))
    // A collection's module: whether it exists can't be known here.
    case 3...: return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } }
    default: return false
    }
  }

  /// Takes any argument: what it would accept is not known here.
  static func spec(_ name: String) -> ModuleSpec {
    ModuleSpec(name: name, summary: "Not available in swiftible.", freeForm: .anyNames)
  }

  static func failure(_ name: String) -> String {
    "The module '\(name)' is not available in swiftible. COMPATIBILITY.md lists those that are."
  }
}
