import Patterns
import Transport
import Values

/// Waits on the host until a port or file is there or gone, or holds a text.
struct WaitFor: Module {
  static let spec = ModuleSpec(
    name: "wait_for", summary: "Wait for a port, a file or a text",
    arguments: [
      ArgumentSpec("host", default: "127.0.0.1", "The host whose port it is."),
      ArgumentSpec("timeout", .int, default: 300, "How many seconds to wait at most."),
      ArgumentSpec("connect_timeout", .int, default: 5, "How many seconds one attempt to connect may take."),
      ArgumentSpec("delay", .int, default: 0, "How many seconds to wait before the first look."),
      ArgumentSpec("port", .int, "The port."),
      ArgumentSpec(
        "active_connection_states", .list(of: .string),
        default: ["ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "SYN_RECV", "SYN_SENT", "TIME_WAIT"],
        "Connections in these states are not drained yet."),
      ArgumentSpec(
        "state", default: "started", choices: ["absent", "drained", "present", "started", "stopped"],
        "What to wait for."),
      ArgumentSpec("path", .path, "The file."),
      ArgumentSpec("search_regex", .string, "A pattern that the file or what the port sends must match."),
      ArgumentSpec("exclude_hosts", .list(of: .string), "Hosts whose connections don't matter when draining."),
      ArgumentSpec("sleep", .int, default: 1, "How many seconds between two looks."),
      ArgumentSpec("msg", .string, "What to say when the time is over."),
    ],
    checkMode: .none,
    returns: [
      ReturnSpec("elapsed", "How many seconds it took."), ReturnSpec("match_groups", "The groups of the match."),
      ReturnSpec("match_groupdict", "The named groups of the match."), ReturnSpec("port", "The port."),
      ReturnSpec("path", "The file."), ReturnSpec("state", "What was waited for."),
      ReturnSpec("search_regex", "The pattern."),
    ])

  /// The states of connections by their numbers in the kernel's tables.
  private static let states = [
    "ESTABLISHED": "01", "SYN_SENT": "02", "SYN_RECV": "03", "FIN_WAIT1": "04", "FIN_WAIT2": "05", "TIME_WAIT": "06",
    "CLOSE": "07", "CLOSE_WAIT": "08", "LAST_ACK": "09", "LISTEN": "0A", "CLOSING": "0B",
  ]

  private let arguments: Arguments
  private let state: String
  private let port: Int?
  private let path: String?
  private let host: String
  private let pattern: PythonPattern?
  private let now: @Sendable () -> WallTime

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    now = context.now
    state = arguments.string("state") ?? "started"
    port = arguments.int("port")
    path = arguments.string("path")
    host = arguments.string("host") ?? "127.0.0.1"
    let none: Map = ["elapsed": 0]
    do {
      pattern = try arguments.string("search_regex").map { (text) throws(ModuleFailure) in
        try FileEditor.pattern(text, [.bytes, .multiline])
      }
    } catch {
      let text = arguments.string("search_regex") ?? ""
      throw ModuleFailure(
        "Invalid regular expression: \(error.message.replacing("Invalid regular expression '\(text)': ", with: ""))")
    }
    if port != nil, path != nil {
      throw ModuleFailure("port and path parameter can not both be passed to wait_for", values: none)
    }
    if path != nil, state == "stopped" || state == "drained" {
      throw ModuleFailure(
        "state=\(state) should only be used for checking a port in the wait_for module", values: none)
    }
    if arguments.list("exclude_hosts") != nil, state != "drained" {
      throw ModuleFailure("exclude_hosts should only be with state=drained", values: none)
    }
    for name in arguments.strings("active_connection_states") ?? [] where Self.states[name] == nil {
      throw ModuleFailure("unknown active_connection_state (\(name)) defined", values: none)
    }
    if let port, !(0...65_535).contains(port) { throw ModuleFailure("\(port) is no port", values: none) }
  }

  func queries() -> [any Query] { [] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    let timeout = max(0, arguments.int("timeout") ?? 300)
    let start = now()
    let step = Step.run(
      try loop(timeout: timeout), failure: "waiting failed", mayFail: true)
    var plan = Plan(
      changed: false,
      values: [
        "state": .string(state), "port": port.map { .int($0) } ?? .null, "path": path.map { .string($0) } ?? .null,
        "search_regex": arguments["search_regex"] ?? .null, "match_groups": [], "match_groupdict": [:],
      ], steps: [step])
    plan.conclude = { [self] (values, outcomes) throws(ModuleFailure) in
      var values = values
      let elapsed = (now().microseconds - start.microseconds) / 1_000_000
      values["elapsed"] = .int(elapsed)
      guard let outcome = outcomes.last, outcome.status == 0 else {
        if let outcome = outcomes.last, outcome.status == 3 {
          throw ModuleFailure(String(lossless: outcome.stderr).trimmed, values: ["elapsed": .int(elapsed)])
        }
        throw ModuleFailure(timeoutMessage, values: ["elapsed": .int(elapsed)])
      }
      if let pattern, let match = try pattern.search(outcome.stdout) {
        values.merge(Self.groups(match, of: pattern, in: outcome.stdout))
      }
      return Conclusion(changed: false, values: values)
    }
    return .done(plan)
  }

  private static func groups(_ match: PythonPattern.Match, of pattern: PythonPattern, in text: [UInt8]) -> Map {
    let groups = match.ranges.dropFirst().map { range in
      range.map { Value.string(String(lossless: Array(text[$0]))) } ?? .null
    }
    var named = Map()
    for name in pattern.groupNames.keys.sorted() {
      if let index = pattern.groupNames[name], match.ranges.indices.contains(index) {
        named[name] = match.ranges[index].map { .string(String(lossless: Array(text[$0]))) } ?? .null
      }
    }
    return ["match_groups": .list(Array(groups)), "match_groupdict": .map(named)]
  }

  private var timeoutMessage: String {
    if let message = arguments.string("msg") { return message }
    let place = port.map { "\(host):\($0)" } ?? path ?? ""
    switch state {
    case "drained": return "Timeout when waiting for \(place) to drain"
    case "absent", "stopped":
      return port == nil
        ? "Timeout when waiting for \(place) to be absent." : "Timeout when waiting for \(place) to stop."
    default:
      if let search = arguments.string("search_regex") {
        return "Timeout when waiting for search string \(search) in \(place)"
      }
      return port == nil ? "Timeout when waiting for file \(place)" : "Timeout when waiting for \(place)"
    }
  }

  // MARK: The loop on the host

  /// Exits 0 when what was waited for is so, 1 when the time is over, 3 when the host can't tell.
  private func loop(timeout: Int) throws(ModuleFailure) -> ShellScript {
    let delay = max(0, arguments.int("delay") ?? 0)
    let pause = max(0, arguments.int("sleep") ?? 1)
    guard port != nil || path != nil else {
      // Nothing to look at: a plain wait.
      return "sleep \(state == "drained" ? delay : delay + timeout); exit 0"
    }
    return """
      \(try preparation())
      u() { read -r t _ </proc/uptime; echo "${t%.*}"; }
      e=$(( $(u) + \(timeout) ))
      sleep \(delay)
      while :; do
      \(try check())
      [ "$(u)" -lt "$e" ] || exit 1
      sleep \(pause)
      done
      """
  }

  private func preparation() throws(ModuleFailure) -> ShellScript {
    guard port != nil, state != "drained" else { return "" }
    let wait = max(1, arguments.int("connect_timeout") ?? 5)
    // Which of these a host has differs; each answers 0 when something accepts, and prints what it sends to "$1" seconds.
    return """
      if command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then
      c() { timeout \(wait) bash -c 'exec 3<>"/dev/tcp/$1/$2"' _ "$1" "$2" 2>/dev/null; }
      r() { timeout \(wait) bash -c 'exec 3<>"/dev/tcp/$1/$2" && cat <&3' _ "$1" "$2" 2>/dev/null; }
      elif command -v nc >/dev/null 2>&1; then
      c() { nc -w \(wait) "$1" "$2" </dev/null >/dev/null 2>&1; }
      r() { nc -w \(wait) "$1" "$2" </dev/null 2>/dev/null; }
      else echo 'neither bash nor nc is on the host, so its ports can not be looked at' >&2; exit 3
      fi
      """
  }

  private func check() throws(ModuleFailure) -> ShellScript {
    if let port {
      let port = String(port)
      switch state {
      case "drained": return try drainCheck(port)
      case "stopped", "absent": return "c \(host) \(port) || exit 0"
      default:
        guard let search = arguments.string("search_regex") else { return "if c \(host) \(port); then exit 0; fi" }
        return """
          o=$(r \(host) \(port); echo x); o=${o%x}
          if printf %s "$o" | \(Self.grep(search)); then printf %s "$o"; exit 0; fi
          """
      }
    }
    let file = HostPath(path ?? "").word
    switch state {
    case "absent": return "if ! [ -e \(file) ] && ! [ -h \(file) ]; then exit 0; fi"
    default:
      guard let search = arguments.string("search_regex") else { return "if [ -e \(file) ]; then exit 0; fi" }
      return "if [ -e \(file) ] && \(Self.grep(search)) <\(file); then head -c 4194304 <\(file); exit 0; fi"
    }
  }

  /// The same pattern by the host's own tools, so that nothing is sent before it matches.
  private static func grep(_ pattern: String) -> ShellScript {
    "{ grep -Pzq -e \("(?m)" + pattern) 2>/dev/null; r=$?; [ $r -eq 0 ] || { [ $r -gt 1 ] && grep -Eq -e \(pattern); }; }"
  }

  private func drainCheck(_ port: String) throws(ModuleFailure) -> ShellScript {
    guard let number = Int(port) else { return "exit 3" }
    let hex = String(number, radix: 16, uppercase: true)
    let wanted = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    let states = (arguments.strings("active_connection_states") ?? []).compactMap { Self.states[$0] }.joined(
      separator: " ")
    let excluded = try (arguments.strings("exclude_hosts") ?? []).map { (host) throws(ModuleFailure) in
      try Self.kernelAddress(host)
    }.joined(separator: " ")
    let local = host == "0.0.0.0" || host == "::" ? "" : try Self.kernelAddress(host)
    return """
      n=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | P=\(wanted) S=\(" " + states + " ") X=\(" " + excluded + " ") L=\(local) awk '
      function v4(a) { return length(a) > 8 && substr(a, 1, 24) == "0000000000000000FFFF0000" ? substr(a, 25) : a }
      { split($2, l, ":"); split($3, r, ":") }
      l[2] == ENVIRON["P"] && index(ENVIRON["S"], " " $4 " ") && !index(ENVIRON["X"], " " v4(r[1]) " ") && (ENVIRON["L"] == "" || v4(l[1]) == ENVIRON["L"]) { n++ }
      END { print n + 0 }')
      [ "$n" -ne 0 ] || exit 0
      """
  }

  /// An address as `/proc/net/tcp` writes it.
  private static func kernelAddress(_ host: String) throws(ModuleFailure) -> String {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count == 4, parts.allSatisfy({ $0 != nil }) else {
      throw ModuleFailure("\(host) is no IPv4 address; draining knows no other", values: ["elapsed": 0])
    }
    return parts.reversed().map { byte in
      let text = String(byte ?? 0, radix: 16, uppercase: true)
      return text.count < 2 ? "0" + text : text
    }.joined()
  }
}
