import Jinja
import Modules
import Values

/// The task debugger: after a result it lets the user look at the task, its variables and the result, change them, and run the
/// task again. Expressions are Jinja's, where ansible has Python's.
struct TaskDebugger {
  /// How a session at the prompt ends.
  enum Decision {
    case redo
    case proceed
    case quit
  }

  private let written: PlayTask
  private let name: String
  private let host: String
  private let services: RunServices
  /// The task as the user has changed it.
  private(set) var task: PlayTask
  /// The variables that the user has set.
  private(set) var variables: Map = [:]

  init(_ task: PlayTask, name: String, host: String, _ services: RunServices) {
    written = task
    self.task = task
    self.name = name
    self.host = host
    self.services = services
  }

  /// Whether any result of the task may lead to the prompt.
  static func mayDebug(_ task: PlayTask, strategy: String, _ settings: Settings) -> Bool {
    isAlwaysOn(strategy, settings) || task.keywords[.debugger].map { !$0.isNull } ?? false
  }

  private static func isAlwaysOn(_ strategy: String, _ settings: Settings) -> Bool {
    strategy == "debug" || settings.flag("enable_task_debugger")
  }

  /// Whether a result leads to the prompt.
  func wants(_ result: TaskResult, _ taskSettings: TaskSettings, strategy: String, _ templar: Templar) -> Bool {
    let isIgnored = taskSettings.ignoresErrors && services.settings.flag("task_debugger_ignore_errors")
    let keyword = task.keywords[.debugger].flatMap { try? templar.resolve($0) }?.string
    let isFailed = result.isFailed && !isIgnored
    switch keyword {
    case "always": return true
    case "never": return false
    case "on_failed" where isFailed: return true
    case "on_unreachable" where result.isUnreachable: return true
    case "on_skipped" where result.isSkipped: return true
    default: return Self.isAlwaysOn(strategy, services.settings) && (isFailed || result.isUnreachable)
    }
  }

  // MARK: - The prompt

  /// Asks for commands until one ends the session.
  /// - Parameters:
  ///   - result: what the task came to.
  ///   - lookup: the variables as the task saw them.
  mutating func run(_ result: TaskResult, _ lookup: VariableLookup) -> Decision {
    var last: DebuggerCommand?
    while true {
      say("[\(host)] TASK: \(name) (debug)> ")
      var command = Terminal.nextLine().map(DebuggerCommand.init) ?? .quit
      if case .again = command {
        guard let last else { continue }
        command = last
      }
      last = command
      switch command {
      case .redo: return .redo
      case .proceed: return .proceed
      case .quit:
        say("User interrupted execution\n")
        return .quit
      case .updateTask: task = written
      case .help(let topic): say(Self.help(topic))
      case .again: break
      case .print(let expression), .evaluate(let expression):
        attempt { () throws(Diagnostic) in say(try shown(expression, result, lookup) + "\n") }
      case .assign(let path, let expression):
        do throws(Diagnostic) {
          try assign(try value(expression, result, lookup), to: path, lookup)
        } catch {
          complain(error)
        }
      case .delete(let path):
        do throws(Diagnostic) {
          try assign(nil, to: path, lookup)
        } catch {
          complain(error)
        }
      }
    }
  }

  private func attempt(_ body: () throws(Diagnostic) -> Void) {
    do throws(Diagnostic) {
      try body()
    } catch {
      complain(error)
    }
  }

  private func complain(_ error: Diagnostic) {
    let reasons = [error.message] + error.causes.map(\.message)
    say("***\(reasons.filter { !$0.isEmpty }.joined(separator: ": "))\n")
  }

  private func say(_ text: String) { services.listener.receive(.debugger(text)) }

  private static func help(_ topic: String?) -> String {
    guard let topic else {
      let names = DebuggerCommand.commands.flatMap(\.names).sorted().joined(separator: "  ")
      let title = "Documented commands (type help <topic>):"
      return "\n\(title)\n\(String(repeating: "=", count: title.count))\n\(names)\n\n"
    }
    guard let command = DebuggerCommand.commands.first(where: { $0.names.contains(topic) }) else {
      return "*** No help on \(topic)\n"
    }
    return command.summary + "\n"
  }

  // MARK: - Values

  private func shown(_ expression: String, _ result: TaskResult, _ lookup: VariableLookup) throws(Diagnostic) -> String
  {
    guard !expression.isEmpty else { throw Diagnostic(.template, "there is no expression") }
    if let error = services.engine.check(expression: typed(expression)).first { throw error }
    return try value("(\(expression)) | pprint", result, lookup).pythonText
  }

  private func value(_ expression: String, _ result: TaskResult, _ lookup: VariableLookup) throws(Diagnostic) -> Value {
    var lookup = lookup
    lookup.locals.merge(variables)
    let templar = Templar(services.engine, lookup)
    let scope = templar.scope.child([
      "task": .object(.native(DebuggedTask(task, name: name))),
      "task_vars": .dynamic(AllVariables(lookup: lookup)),
      "host": .object(.native(DebuggedThing("Host", shown: host, members: ["name": .string(host)]))),
      "result": .object(.native(DebuggedThing("TaskResult", members: result.registered))),
      "play": .value([
        "name": .string(lookup.snapshot.play.name), "hosts": .list(lookup.snapshot.play.allHosts.map { .string($0) }),
      ]),
    ])
    return try services.engine.evaluate(expression: typed(expression), in: scope)
  }

  /// Whoever sits at the keyboard runs the playbook: what he types is his own, as are the project's files.
  private func typed(_ text: String) -> Text {
    Text(text, writtenAt: Place(SourceFile(path: "<stdin>", text: text), line: 1, column: 1))
  }

  /// - Parameter value: `nil` removes what is there.
  private mutating func assign(_ value: Value?, to path: DebuggerPath, _ lookup: VariableLookup) throws(Diagnostic) {
    switch (path.root, path.members.first?.string) {
    case ("task_vars", let name?):
      var variable = variables[name] ?? lookup.value(name) ?? .null
      try variable.set(path.members.dropFirst(), to: value)
      variables[name] = variable
    case ("task", "args"):
      var arguments = Value.map(task.action.arguments)
      try arguments.set(path.members.dropFirst(), to: value)
      guard case .map(let map) = arguments else { throw Diagnostic(.template, "task.args must be a dict") }
      var action = task.action
      action.arguments = map
      task = task.replacing(action: action, keywords: task.keywords)
    case ("task", let name?):
      guard path.members.count == 1, let value, let keyword = Keyword(rawValue: name), keyword.inheritance != .append,
        keyword.scopes.contains(.task)
      else { fallthrough }
      var keywords = task.keywords
      keywords.set(keyword, to: value)
      task = task.replacing(action: task.action, keywords: keywords)
    default:
      throw Diagnostic(
        .template, "only task_vars, task.args and the task's keywords with a single value can be changed")
    }
  }
}

extension Value {
  /// Sets the member that a path leads to, or removes it.
  fileprivate mutating func set(_ path: ArraySlice<Values.Key>, to value: Value?) throws(Diagnostic) {
    guard let key = path.first else {
      self = value ?? .null
      return
    }
    switch (self, key) {
    case (.list(var list), .int(let index)) where list.indices.contains(index):
      if path.count == 1, value == nil {
        list.remove(at: index)
      } else {
        try list[index].set(path.dropFirst(), to: value)
      }
      self = .list(list)
    case (.map(var map), _):
      if path.count == 1 {
        map[key] = value
      } else {
        var member = map[key] ?? [:]
        try member.set(path.dropFirst(), to: value)
        map[key] = member
      }
      self = .map(map)
    default:
      throw Diagnostic(.template, "a value of type '\(typeName)' has no member \(key.value.pythonRepr)")
    }
  }
}
