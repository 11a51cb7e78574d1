import Values

/// One line that a user types at the task debugger's prompt.
enum DebuggerCommand {
  case print(String)
  case assign(DebuggerPath, expression: String)
  case delete(DebuggerPath)
  /// Anything else: an expression whose value is shown.
  case evaluate(String)
  case updateTask
  case redo
  case proceed
  case quit
  case help(String?)
  /// An empty line does the last one again.
  case again

  /// The commands with their names and what they do, as `help` tells it.
  static let commands: [(names: [String], summary: String)] = [
    (["p", "pprint"], "Shows an expression's value."),
    (["u", "update_task"], "Takes back what was changed of the task; the variables stay changed."),
    (["r", "redo"], "Runs the task again, with what was changed of it and of the variables."),
    (["c", "continue"], "Goes on with the next result."),
    (["q", "quit", "EOF"], "Ends the run."),
    (["h", "help"], "Lists the commands, or tells what one does."),
  ]

  init(_ line: String) {
    let line = line.trimmingBlanks
    let word = line.prefix { $0.isLetter || $0 == "_" }
    let rest = String(line.dropFirst(word.count)).trimmingBlanks
    switch word {
    case "" where line.isEmpty: self = .again
    case "p", "pprint": self = .print(rest)
    case "u", "update_task": self = .updateTask
    case "r", "redo": self = .redo
    case "c", "continue": self = .proceed
    case "q", "quit", "EOF": self = .quit
    case "h", "help": self = .help(rest.isEmpty ? nil : rest)
    case "" where line.hasPrefix("?"): self = .help(line == "?" ? nil : String(line.dropFirst()).trimmingBlanks)
    case "del":
      guard let (path, after) = DebuggerPath.read(rest), after.isEmpty else { fallthrough }
      self = .delete(path)
    default:
      guard let (path, after) = DebuggerPath.read(line), after.hasPrefix("="), !after.hasPrefix("==") else {
        self = .evaluate(line)
        return
      }
      self = .assign(path, expression: String(after.dropFirst()).trimmingBlanks)
    }
  }
}

/// What an assignment changes: `task.args["path"]`, `task_vars["port"]`.
struct DebuggerPath {
  let root: String
  let members: [Key]

  /// - Returns: the path at the start of a text and what follows it, without blanks; `nil` when there is none.
  static func read(_ text: String) -> (DebuggerPath, rest: Substring)? {
    var rest = text[...]
    guard let root = name(&rest) else { return nil }
    var members: [Key] = []
    while let next = rest.first {
      if next == "." {
        rest.removeFirst()
        guard let member = name(&rest) else { return nil }
        members.append(.string(member))
      } else if next == "[" {
        rest.removeFirst()
        guard let member = key(&rest), rest.popFirst() == "]" else { return nil }
        members.append(member)
      } else {
        break
      }
    }
    return (DebuggerPath(root: root, members: members), rest.drop { $0 == " " || $0 == "\t" })
  }

  private static func name(_ rest: inout Substring) -> String? {
    let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
    guard let first = name.first, !first.isNumber else { return nil }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  private static func key(_ rest: inout Substring) -> Key? {
    guard let first = rest.first else { return nil }
    if first == "'" || first == "\"" {
      rest.removeFirst()
      let text = rest.prefix { $0 != first }
      rest = rest.dropFirst(text.count)
      guard rest.popFirst() == first else { return nil }
      return .string(String(text))
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(digits.count)
    return Int(digits).map { .int($0) }
  }
}
