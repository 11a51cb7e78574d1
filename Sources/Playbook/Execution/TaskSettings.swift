import Jinja
import Values

/// A task's keywords after their templates were rendered for one host and item.
struct TaskSettings: Sendable {
  var isCheckMode = false
  var isDiffMode = false
  var ignoresErrors = false
  var ignoresUnreachable = false
  var hidesResult = false
  var delegateTo: String?
  var delegatesFacts = false
  var attempts = 1
  var delay: Duration = .seconds(5)
  var timeout: Duration?
  var environment: [(name: String, value: String)] = []
  var become: Bool?
  var becomeUser: String?
  var becomeMethod: String?
  var becomeExe: String?
  var becomeFlags: String?
  var connection: String?
  var remoteUser: String?
  var port: Int?
  /// The handlers to notify, when it changes something.
  var notify: [String] = []
  var runsOnce = false
  var asyncSeconds = 0
  var pollSeconds = 10

  /// As ansible-core has it: what an alarm can be set to.
  private static let longestTimeout = 100_000_000

  init() {}

  /// Of keywords some of which can't be rendered, those that say how to take the failure.
  init(forgiving task: PlayTask, _ templar: Templar, _ services: RunServices) {
    func flag(_ keyword: Keyword) -> Bool? {
      task.keywords[keyword].flatMap { try? templar.resolve($0) }.flatMap(Coercion.bool)
    }
    ignoresErrors = flag(.ignoreErrors) ?? false
    ignoresUnreachable = flag(.ignoreUnreachable) ?? false
    hidesResult = hides(task, templar, services)
  }

  /// Whether the result must not be shown. It is not when that can't be told, either.
  private func hides(_ task: PlayTask, _ templar: Templar, _ services: RunServices) -> Bool {
    guard let keyword = task.keywords[.noLog] else { return services.settings.flag("no_log") }
    do throws(Diagnostic) {
      let resolved = try templar.resolve(keyword)
      if case .omit = resolved { return services.settings.flag("no_log") }
      return Coercion.bool(resolved) ?? true
    } catch {
      let problem = Self.failure(error, processing: .noLog)
      services.listener.receive(
        .warning(
          Diagnostic(.invalid, "Invalid no_log value for task, output will be masked.", causes: [problem])))
      return true
    }
  }

  /// The host that a task is delegated to. It is known before the task's condition is asked.
  static func delegate(of task: PlayTask, _ templar: Templar) throws(Diagnostic) -> String? {
    for set in [task.keywords, task.enclosing] {
      guard let written = set[.delegateTo] else { return nil }
      let resolved = try templar.resolve(written)
      if case .omit = resolved { continue }
      let host = PlainText.of(resolved)
      guard host.isEmpty, written.text?.isTemplate == true else {
        // An empty text that stands there as such is no delegation.
        return resolved.isNull || host.isEmpty ? nil : host
      }
      throw Diagnostic(
        .invalid, "Empty hostname produced from delegate_to: \"\(PlainText.of(written))\"", at: task.place)
    }
    return nil
  }

  private static func failure(_ error: Diagnostic, processing keyword: Keyword) -> Diagnostic {
    var failure = error
    failure.message = "Error processing keyword '\(keyword.rawValue)': \(error.message)"
    return failure
  }

  init(_ task: PlayTask, _ templar: Templar, _ services: RunServices) throws(Diagnostic) {
    let keywords = task.keywords
    func value(_ keyword: Keyword) throws(Diagnostic) -> Value? {
      func resolve(_ value: Value) throws(Diagnostic) -> Value {
        do throws(Diagnostic) {
          return try templar.resolve(value)
        } catch {
          throw Self.failure(error, processing: keyword)
        }
      }
      guard let written = keywords[keyword] else { return nil }
      var resolved = try resolve(written)
      if case .omit = resolved {
        // As if it had not been written here.
        guard let outer = task.enclosing[keyword] else { return nil }
        resolved = try resolve(outer)
        if case .omit = resolved { return nil }
      }
      return resolved.isNull ? nil : resolved
    }
    func bool(_ keyword: Keyword) throws(Diagnostic) -> Bool? {
      guard let value = try value(keyword) else { return nil }
      guard let bool = Coercion.bool(value) else {
        throw Diagnostic(
          .invalid,
          "Error processing keyword '\(keyword.rawValue)': The value '\(PlainText.of(value))' could not be converted to 'bool'.",
          at: keywords[keyword]?.text?.place ?? task.place)
      }
      return bool
    }
    func int(_ keyword: Keyword) throws(Diagnostic) -> Int? {
      guard let value = try value(keyword) else { return nil }
      guard let int = Coercion.int(value) else {
        throw Diagnostic(
          .invalid,
          "Error processing keyword '\(keyword.rawValue)': The value '\(PlainText.of(value))' could not be converted to 'int'.",
          at: keywords[keyword]?.text?.place ?? task.place)
      }
      return int
    }
    isCheckMode = try bool(.checkMode) ?? services.options.isCheckMode
    isDiffMode = try bool(.diff) ?? services.options.isDiffMode
    ignoresErrors = try bool(.ignoreErrors) ?? false
    ignoresUnreachable = try bool(.ignoreUnreachable) ?? false
    hidesResult = try bool(.noLog) ?? services.settings.flag("no_log")
    delegateTo = try Self.delegate(of: task, templar)
    delegatesFacts = try bool(.delegateFacts) ?? false
    let retries = try int(.retries)
    attempts = keywords[.until] != nil || retries != nil ? max(retries ?? 3, 0) + 1 : 1
    if let seconds = try value(.delay).flatMap(Coercion.double) {
      delay = .milliseconds(Int(min(max(seconds, 0), 1_000_000) * 1000))
    }
    if let seconds = try int(.timeout) ?? services.settings.int("task_timeout"), seconds != 0 {
      guard (1...Self.longestTimeout).contains(seconds) else {
        throw Diagnostic(
          .invalid, "Timeout \(seconds) is invalid, it must be between 0 and \(Self.longestTimeout).", at: task.place)
      }
      timeout = .seconds(seconds)
    }
    become = try bool(.become)
    becomeUser = try value(.becomeUser).map(PlainText.of)
    becomeMethod = try value(.becomeMethod).map(PlainText.of)
    becomeExe = try value(.becomeExe).map(PlainText.of)
    becomeFlags = try value(.becomeFlags).map(PlainText.of)
    connection = try value(.connection).map(PlainText.of)
    remoteUser = try value(.remoteUser).map(PlainText.of)
    port = try int(.port)
    runsOnce = try bool(.runOnce) ?? false
    asyncSeconds = try int(.async) ?? 0
    pollSeconds = try int(.poll) ?? services.settings.int("poll_interval") ?? 15
    for item in keywords.list(.environment) {
      guard case .map(let map) = try templar.resolve(item) else { continue }
      for (key, value) in map {
        if case .omit = value { continue }
        let text: String = if case .secret(let secret) = value { secret.reveal() } else { PlainText.of(value) }
        environment.removeAll { $0.name == key.string }
        environment.append((key.string ?? PlainText.of(key.value), text))
      }
    }
    for item in keywords.list(.notify) {
      switch try templar.resolve(item) {
      case .list(let list): notify += list.map(PlainText.of)
      case .omit, .null: break
      case let single: notify.append(PlainText.of(single))
      }
    }
  }
}
