import Transport
import Values

/// Sets a host's name, now and for the next start.
struct Hostname: Module {
  static let spec = ModuleSpec(
    name: "hostname", summary: "Set a host's name",
    arguments: [
      ArgumentSpec("name", required: true, "The name."),
      ArgumentSpec(
        "use",
        choices: [
          "alpine", "debian", "freebsd", "generic", "macos", "macosx", "darwin", "openbsd", "openrc", "redhat", "sles",
          "solaris", "systemd",
        ], "How to set it; by default what the host has."),
    ],
    supportsDiff: true,
    returns: [ReturnSpec("name", "The name."), ReturnSpec("ansible_facts", "The facts that follow from it.")])

  private enum Means: String {
    case systemd
    case file
    case openrc
  }

  private let name: String
  private let means: Means?

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    name = arguments.string("name") ?? ""
    switch arguments.string("use") {
    case nil: means = nil
    case "systemd", "debian", "redhat": means = .systemd
    case "alpine", "sles", "generic": means = .file
    case "openrc": means = .openrc
    case let other?: throw ModuleFailure("hostname module cannot be used on platform Linux (\(other))")
    }
    if name.utf8.count > 64 {
      throw ModuleFailure("name cannot be longer than 64 characters on systemd servers, try a shorter name")
    }
    guard !name.isEmpty, !name.contains("\n") else { throw ModuleFailure("a name must be one line that is not empty") }
  }

  private let query = ScriptQuery(
    """
    if [ -d /run/systemd/system ] && command -v hostnamectl >/dev/null 2>&1; then echo systemd; else echo file; fi
    uname -n
    head -n 1 /etc/hostname 2>/dev/null || echo
    """)

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let output = observed(query) else { return .ask(queries()) }
    let lines = output.text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).trimmed }
    guard lines.count >= 3 else { throw ModuleFailure("the host did not tell its name") }
    let means = self.means ?? Means(rawValue: lines[0]) ?? .file
    let (current, permanent) = (lines[1], lines[2])
    var plan = Plan(changed: current != name || permanent != name, values: ["name": .string(name)])
    let short = String(name.prefix { $0 != "." })
    plan.facts = [
      "ansible_hostname": .string(short), "ansible_nodename": .string(name), "ansible_fqdn": .string(name),
      "ansible_domain": .string(short == name ? "" : String(name.dropFirst(short.count + 1))),
    ]
    guard plan.isChanged else { return .done(plan) }
    let before = current == name ? permanent : current
    plan.diffs = [Diff(.text(before: "hostname = \(before)\n", after: "hostname = \(name)\n"))]
    plan.steps = Self.steps(name, means, isCurrent: current == name, isPermanent: permanent == name)
    return .done(plan)
  }

  private static func steps(_ name: String, _ means: Means, isCurrent: Bool, isPermanent: Bool) -> [Step] {
    var steps: [Step] = []
    if means == .systemd {
      if !isCurrent {
        steps.append(.run("hostnamectl --transient set-hostname -- \(name)", failure: "Command failed"))
      }
      if !isPermanent {
        steps.append(.run("hostnamectl --pretty set-hostname -- \(name)", failure: "Command failed"))
        steps.append(.run("hostnamectl --static set-hostname -- \(name)", failure: "Command failed"))
      }
      return steps
    }
    if !isCurrent { steps.append(.run("hostname -- \(name) || hostname \(name)", failure: "Command failed")) }
    guard !isPermanent else { return steps }
    switch means {
    case .openrc:
      steps.append(
        .write(FileWrite(path: "/etc/conf.d/hostname", content: .bytes(Array("hostname=\"\(name)\"\n".utf8)))))
    default:
      steps.append(.write(FileWrite(path: "/etc/hostname", content: .bytes(Array("\(name)\n".utf8)))))
    }
    return steps
  }
}
