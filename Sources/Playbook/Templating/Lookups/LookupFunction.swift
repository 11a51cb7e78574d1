import Jinja
import Values

/// A lookup: reads something on the controller. Used as `lookup('name', …)`, `query(…)` and `with_name:`.
package struct LookupFunction: Sendable {
  package let name: String
  package let aliases: [String]
  /// What it does, in one line.
  package let summary: String
  let body: @Sendable (LookupCall) throws -> [Value]

  init(
    _ name: String, aliases: [String] = [], _ summary: String, body: @escaping @Sendable (LookupCall) throws -> [Value]
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.body = body
  }
}

/// What a lookup is called with: rendered terms and options.
struct LookupCall {
  let terms: [Value]
  let options: Map
  let templar: Templar

  var files: FileSearch { FileSearch(templar.lookup) }

  /// The terms as text.
  var texts: [String] { terms.map(LookupCall.text) }

  static func text(_ value: Value) -> String {
    if case .secret(let secret) = value { secret.reveal() } else { PlainText.of(value) }
  }

  func string(_ name: String) -> String? { options[name].flatMap { $0.isNull ? nil : LookupCall.text($0) } }
  func flag(_ name: String, default fallback: Bool = false) -> Bool { options[name].flatMap(Coercion.bool) ?? fallback }
  func int(_ name: String) -> Int? { options[name].flatMap(Coercion.int) }

  func failure(_ message: String) -> Diagnostic { Diagnostic(.template, message) }
}

/// The globals by which templates reach lookups.
enum LookupGlobals {
  static let all: [TemplateFunction] = [
    TemplateFunction(
      "lookup", "(name, *terms, wantlist=False, errors='strict', **options)",
      "The result of a lookup, several joined by commas."
    ) { call in try run(call, wantsList: call.bool(1)) },
    TemplateFunction(
      "query", "(name, *terms, wantlist=True, errors='strict', **options)", aliases: ["q"],
      "The results of a lookup, as a list."
    ) { call in try run(call, wantsList: true) },
  ]

  private static func run(_ call: Call, wantsList: Bool) throws -> Object {
    let name = try call.string(0)
    guard let function = LookupTable.find(name) else {
      throw Diagnostic(
        .invalid, "The lookup plugin '\(name)' was not found.", help: Suggestion.help(for: name, in: LookupTable.names))
    }
    guard let context = call.scope.attachment as? TemplatingContext else {
      throw call.failure("lookups work only inside a play")
    }
    var options: Map = [:]
    for keyword in call.keywords { options[keyword.name] = try keyword.value.exported(in: call.scope) }
    let terms = try call.extra.map { try $0.exported(in: call.scope) }
    let results: [Value]
    do {
      results = try function.body(
        LookupCall(terms: terms, options: options, templar: Templar(context.engine, context.lookup)))
    } catch {
      switch try call.string(2) {
      case "ignore", "warn": return wantsList ? .list([]) : .none
      default:
        throw Diagnostic(
          .template, "The lookup plugin '\(name)' failed",
          causes: [error as? Diagnostic ?? Diagnostic(.template, "\(error)")])
      }
    }
    let objects = results.map { Object($0, in: call.scope) }
    if wantsList { return .list(objects) }
    if objects.count == 1, let only = objects.first { return only }
    if results.isEmpty { return .list([]) }
    guard results.allSatisfy({ $0.string != nil }) else { return .list(objects) }
    return .string(results.compactMap(\.string).joined(separator: ","))
  }
}
