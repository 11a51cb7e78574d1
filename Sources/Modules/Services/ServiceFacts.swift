import Transport
import Values

/// Tells the state of every service.
struct ServiceFacts: Module {
  static let spec = ModuleSpec(
    name: "service_facts", summary: "Tell the state of every service",
    returns: [ReturnSpec("ansible_facts", "`services`: names to `name`, `state`, `status` and `source`.")])

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {}

  private let systemd = ScriptQuery(
    """
    command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ] || exit 1
    systemctl list-units --no-pager --type=service --all --plain --no-legend
    echo --
    systemctl list-unit-files --no-pager --type=service --all --no-legend
    """)

  private let scripts = ScriptQuery(
    """
    [ -d /etc/init.d ] || exit 1
    for s in /etc/init.d/*; do
    [ -x "$s" ] || continue
    if "$s" status >/dev/null 2>&1; then r=running; else r=stopped; fi
    printf '%s %s\\n' "$r" "${s##*/}"
    done
    """)

  func queries() -> [any Query] { [systemd] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let listing = observed(systemd) else { return .ask(queries()) }
    if listing.status == 0 { return .done(Plan(changed: false, facts: ["services": .map(Self.units(listing.text))])) }
    guard let listing = observed(scripts) else { return .ask([scripts]) }
    guard listing.status == 0 else {
      throw ModuleFailure(
        "Failed to find any services. This can be due to privileges or some other configuration issue.")
    }
    var services = Map()
    for line in listing.text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2 else { continue }
      services[words[1]] = ["name": .string(words[1]), "state": .string(words[0]), "source": "sysv"]
    }
    return .done(Plan(changed: false, facts: ["services": .map(services)]))
  }

  private static let faults: Set<String> = ["not-found", "masked", "failed"]

  /// Reads both listings: what is loaded with its state, and what is installed with its status.
  static func units(_ text: String) -> Map {
    let parts = text.split(separator: "--\n", maxSplits: 1, omittingEmptySubsequences: false)
    var found: [String: (state: String, status: String)] = [:]
    for line in parts.first?.split(separator: "\n") ?? [] {
      let words = line.split(separator: " ").filter { $0 != "●" && $0 != "*" }.map(String.init)
      guard words.count >= 4, words[0].hasSuffix(".service") else { continue }
      // `load active sub`; a bad word among them is the status.
      let fault = words.dropFirst().first { Self.faults.contains($0) }
      found[words[0]] = (words[3] == "running" ? "running" : "stopped", fault ?? words[2])
    }
    for line in parts.dropFirst().first?.split(separator: "\n") ?? [] {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 2 else { continue }
      if let known = found[words[0]], Self.faults.contains(known.status) { continue }
      // A template has no state of its own.
      found[words[0]] = (found[words[0]]?.state ?? (words[0].contains("@.") ? "unknown" : "inactive"), words[1])
    }
    var services = Map(minimumCapacity: found.count)
    for name in found.keys.sorted() {
      guard let service = found[name] else { continue }
      services[name] = [
        "name": .string(name), "state": .string(service.state), "status": .string(service.status), "source": "systemd",
      ]
    }
    return services
  }
}
