import Jinja
import Values

/// The one way by which a text from outside becomes a template: its name stands in a template of the project.
///
/// Whatever a host, a program or the environment says is data, and stays data. But a project may print its own inventory
/// with `ansible-inventory --list`, or generate a play's variables with a program of its own, and mean the templates in
/// them. ansible-core 2.19 has a filter for that, and ours is the same. It opens no door to hosts: a template must call it, only
/// text with an origin is compiled, and a host's text has none. A host that writes the filter's name into its output
/// has written a name.
///
/// A text that was trusted is a template from the next reading on: where the variable that holds it is used. What is
/// computed from it is data again, as with every template.
enum TrustFilters {
  static let all: [TemplateFunction] = [
    TemplateFunction(
      "ansible._protomatter.apply_trust", "(value)",
      "The text as one that the project's author wrote: it may be a template. For texts that no host can influence."
    ) { call in
      switch call.input {
      case .string(let text): .string(Text(text.string, writtenAt: place(text.string)))
      // Without an excerpt: its text must not be seen.
      case .secret(let secret): call.object(.secret(Secret(secret.value.reveal(), place: place(""))))
      default: call.input
      }
    }
  ]

  /// Nobody knows where it was written; errors quote it instead.
  private static func place(_ text: String) -> Place {
    Place(SourceFile(path: "<text with apply_trust>", text: text), line: 1, column: 1)
  }

  /// The value for the rest of the expression, its templates not yet rendered.
  static func object(_ value: Value, _ call: Call) -> Object {
    switch value {
    case .string(let text): return .string(text)
    case .list(let list): return .list(list.map { object($0, call) })
    case .map(let map):
      var members = DictObject.Members()
      for (key, value) in map { members[.plain(key)] = object(value, call) }
      return .dict(DictObject(members))
    default: return call.object(value)
    }
  }
}
