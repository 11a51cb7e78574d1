import Modules
import Transport
import Values

/// `reboot`: starts a host anew and waits until it is back, which its boot identifier proves.
enum RebootAction: Action {
  static let spec = ModuleSpec(
    name: "reboot", summary: "Start a host anew and wait until it is back",
    arguments: [
      ArgumentSpec("pre_reboot_delay", .int, aliases: ["pre_reboot_delay_sec"], default: 0, "Seconds to wait before."),
      ArgumentSpec("post_reboot_delay", .int, aliases: ["post_reboot_delay_sec"], default: 0, "Seconds to wait after."),
      ArgumentSpec(
        "reboot_timeout", .int, aliases: ["reboot_timeout_sec"], default: 600, "Seconds until the host must be back."),
      ArgumentSpec(
        "connect_timeout", .int, aliases: ["connect_timeout_sec"], "Seconds one attempt to connect may take."),
      ArgumentSpec("test_command", .string, default: "whoami", "The command that must succeed afterwards."),
      ArgumentSpec("msg", .string, default: "Reboot initiated by Ansible", "What users of the host are told."),
      ArgumentSpec(
        "search_paths", .list(of: .string),
        default: ["/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/sbin"], "Where the program is looked for."),
      ArgumentSpec(
        "boot_time_command", .string, default: "cat /proc/sys/kernel/random/boot_id",
        "The command whose output is another after each start."),
      ArgumentSpec("reboot_command", .string, "The command that reboots; by default `shutdown`."),
    ],
    returns: [
      ReturnSpec("rebooted", "Whether it was started anew."), ReturnSpec("elapsed", "How many seconds it took."),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    if call.isCheckMode { return TaskResult(changed: true, values: ["elapsed": 0, "rebooted": true]) }
    if call.lookup.value("ansible_connection")?.string == "local" {
      return .failure(
        "Running reboot with local connection would reboot the control node.", values: ["rebooted": false])
    }
    let identity = ShellScript(unchecked: call.arguments.string("boot_time_command") ?? "")
    let connection = try await call.connect()
    let before = try await connection.run(ShellRequest(identity))
    if before.status != 0 {
      let reason = String(lossless: before.stderr)
      return .failure("failed to get host boot time info: \(reason)", values: ["rebooted": false, "elapsed": 0])
    }
    let start = ContinuousClock.now
    let answer = try await order(call)
    if let answer, answer.status != 0 {
      let reason = String(lossless: answer.stderr)
      return .failure(
        "Reboot command failed: \(reason)", values: ["rebooted": false, "elapsed": 0, "rc": .int(answer.status)])
    }
    let failure = try await waitUntilBack(call, identity, old: before.stdout, start)
    let elapsed = Int((ContinuousClock.now - start).components.seconds)
    let values: Map = ["elapsed": .int(elapsed), "rebooted": true]
    guard let failure else { return TaskResult(changed: true, values: values) }
    return .failure("Timed out waiting for the host to come back: \(failure)", values: values)
  }

  private static func waitUntilBack(
    _ call: ActionContext, _ identity: ShellScript, old: [UInt8], _ start: ContinuousClock.Instant
  ) async throws -> String? {
    try await call.services.clock.sleep(for: .seconds(max(0, call.arguments.int("post_reboot_delay") ?? 0)))
    let patience = HostPatience(
      call, attempt: .seconds(max(1, call.arguments.int("connect_timeout") ?? 10)), pause: .seconds(1),
      end: start.advanced(by: .seconds(max(0, call.arguments.int("reboot_timeout") ?? 600))))
    if let failure = try await patience.wait(identity, unlike: old) { return failure }
    return try await patience.wait(ShellScript(unchecked: call.arguments.string("test_command") ?? "whoami"))
  }

  /// The answer to the command; `nil` when the host went down before it came.
  private static func order(_ call: ActionContext) async throws(TransportError) -> ShellResult? {
    do {
      return try await call.connect().run(ShellRequest(script(call), timeout: .seconds(60)))
    } catch {
      if error.kind == .connectionLost || error.kind == .timedOut { return nil }
      throw error
    }
  }

  /// The command is started apart from the connection, so that the answer comes before the host goes down.
  private static func script(_ call: ActionContext) -> ShellScript {
    let delay = max(0, call.arguments.int("pre_reboot_delay") ?? 0)
    let path = (call.arguments.strings("search_paths") ?? []).joined(separator: ":")
    if let command = call.arguments.string("reboot_command") {
      return
        "PATH=\(path):$PATH; export PATH; sleep \(delay); ( sleep 1; \(ShellScript(unchecked: command)) ) >/dev/null 2>&1 </dev/null &"
    }
    // `shutdown` counts in minutes.
    let message = call.arguments.string("msg") ?? ""
    return """
      PATH=\(path):$PATH; export PATH
      command -v shutdown >/dev/null || command -v reboot >/dev/null || { echo 'neither shutdown nor reboot is on the host' >&2; exit 127; }
      ( sleep \(max(1, delay)); shutdown -r now \(message) || reboot ) >/dev/null 2>&1 </dev/null &
      """
  }
}
