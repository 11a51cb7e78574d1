import Transport
import Values

/// Tells which packages are installed.
struct PackageFacts: Module {
  static let spec = ModuleSpec(
    name: "package_facts", summary: "Tell which packages are installed",
    arguments: [
      ArgumentSpec(
        "manager", .list(of: .string), default: ["auto"],
        choices: [
          "apk", "apt", "auto", "dnf", "dnf5", "openbsd_pkg", "pacman", "pkg", "pkg5", "pkg_info", "pkgng", "portage",
          "rpm", "yum", "zypper",
        ], "The package managers to ask; `auto` asks the one that is there."),
      ArgumentSpec(
        "strategy", default: "first", choices: ["first", "all"], "Ask the first manager that is there, or all of them."),
    ],
    returns: [ReturnSpec("ansible_facts", "`packages`: names to lists of what is installed.")])

  /// A package manager's listing: a line a package, fields apart by tabs.
  private struct Manager {
    var name: String
    /// Names in `manager` that mean it.
    var names: Set<String>
    var fields: [String]
    var script: ShellScript
  }

  private static let managers = [
    Manager(
      name: "apt", names: ["apt"], fields: ["name", "version", "arch", "category"],
      script: """
        command -v dpkg-query >/dev/null 2>&1 || exit 1
        dpkg-query -W -f '${Package}\\t${Version}\\t${Architecture}\\t${Section}\\t${db:Status-Status}\\n' | awk -F '\\t' -v OFS='\\t' '$5 == "installed" { print $1, $2, $3, $4 }'
        """),
    Manager(
      name: "rpm", names: ["rpm", "dnf", "dnf5", "yum", "zypper"],
      fields: ["name", "version", "release", "epoch", "arch"],
      script: """
        command -v rpm >/dev/null 2>&1 || exit 1
        rpm -qa --qf '%{NAME}\\t%{VERSION}\\t%{RELEASE}\\t%{EPOCH}\\t%{ARCH}\\n'
        """),
    Manager(
      name: "apk", names: ["apk"], fields: ["name", "version", "arch"],
      script: """
        [ -r /lib/apk/db/installed ] || exit 1
        awk -F : -v OFS='\\t' '$1 == "P" { p = $2 } $1 == "V" { v = $2 } $1 == "A" { a = $2 } $0 == "" { print p, v, a }' /lib/apk/db/installed
        """),
    Manager(
      name: "pacman", names: ["pacman"], fields: ["name", "version"],
      script: "command -v pacman >/dev/null 2>&1 || exit 1\npacman -Q | tr ' ' '\\t'"),
  ]

  private let asked: [Manager]
  private let asksAll: Bool

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    let names = arguments.strings("manager") ?? ["auto"]
    asksAll = arguments.string("strategy") == "all"
    asked = Self.managers.filter { manager in names.contains("auto") || names.contains { manager.names.contains($0) } }
  }

  func queries() -> [any Query] { asked.map { ScriptQuery($0.script) } }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    var packages: [String: [Value]] = [:]
    var foundAny = false
    for manager in asked {
      guard let output = observed(ScriptQuery(manager.script)) else { return .ask(queries()) }
      guard output.status == 0, asksAll || !foundAny else { continue }
      foundAny = true
      for line in output.text.split(separator: "\n") {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == manager.fields.count, let name = fields.first else { continue }
        var package: Map = ["source": .string(manager.name)]
        for (key, field) in zip(manager.fields, fields) { package[key] = Self.value(key, field) }
        packages[name, default: []].append(.map(package.sortedByName))
      }
    }
    guard foundAny else {
      let names = asked.isEmpty ? Self.managers.map(\.name) : asked.map(\.name)
      let list = Value.list(names.map { .string($0) }).pythonString
      throw ModuleFailure("Could not detect a supported package manager from the following list: \(list)")
    }
    var facts = Map(minimumCapacity: packages.count)
    for name in packages.keys.sorted() { facts[name] = .list(packages[name] ?? []) }
    return .done(Plan(changed: false, facts: ["packages": .map(facts)]))
  }

  private static func value(_ key: String, _ field: String) -> Value {
    guard key == "epoch" else { return .string(field) }
    return Int(field).map { .int($0) } ?? .null
  }
}
