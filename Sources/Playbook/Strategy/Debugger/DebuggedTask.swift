import Jinja
import Values

/// `task` at the debugger's prompt: its name, arguments and keywords as they are written, templates not rendered.
final class DebuggedTask: NativeObject {
  private let task: PlayTask
  private let name: String

  init(_ task: PlayTask, name: String) {
    self.task = task
    self.name = name
  }

  var typeName: String { "Task" }
  func repr(depth: Int) -> String { "TASK: \(name)" }

  func attribute(_ attribute: String, in scope: Scope) throws -> Object? {
    switch attribute {
    case "name": return .string(name)
    case "action": return .string(task.action.name)
    case "args": return Object(Value.map(task.action.arguments).asData, in: scope)
    case "vars":
      let vars = task.keywords.vars.reduce(into: Map()) { $0.merge($1) }
      return Object(Value.map(vars).asData, in: scope)
    default:
      guard let keyword = Keyword(rawValue: attribute) else { return nil }
      let value =
        task.keywords[keyword] ?? (keyword.inheritance == .append ? .list(task.keywords.list(keyword)) : .null)
      return Object(value.asData, in: scope)
    }
  }
}

/// `host` and `result` at the debugger's prompt: something with a text of its own and members.
final class DebuggedThing: NativeObject {
  let typeName: String
  private let shown: String?
  private let members: Map

  /// - Parameter shown: its text; that of its members when there is none.
  init(_ typeName: String, shown: String? = nil, members: Map) {
    self.typeName = typeName
    self.shown = shown
    self.members = members
  }

  func repr(depth: Int) throws -> String { try shown ?? Object(.map(members), in: nil).repr(depth: depth) }

  func attribute(_ name: String, in scope: Scope) throws -> Object? {
    // ansible's documentation reads a result through this member.
    if shown == nil, name == "_result" || name == "_return_data" { return Object(.map(members), in: scope) }
    return members[name].map { Object($0, in: scope) }
  }

  func item(_ key: Object, in scope: Scope) throws -> Object? {
    try key.string.flatMap { try attribute($0, in: scope) }
  }
}

extension Value {
  /// The same with every text as data: what would be a template shows as it is written.
  var asData: Value {
    switch self {
    case .string(let text): .string(text.string)
    case .list(let list): .list(list.map(\.asData))
    case .map(let map):
      .map(map.reduce(into: Map(minimumCapacity: map.count)) { $0[$1.key] = $1.value.asData })
    default: self
    }
  }
}
