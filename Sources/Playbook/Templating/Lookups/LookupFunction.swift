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
  /// Why the option `default` has no value, where it was given an undefined one: an error only when it is needed.
  var undefinedDefault: Diagnostic?

  var files: FileSearch { FileSearch(templar.lookup) }

  /// The terms as text, whatever they are.
  var texts: [String] { terms.map(LookupCall.text) }

  /// The terms, each of which must be a text.
  ///
  /// - Parameter complaint: what an error begins with.
  func strings(or complaint: String = "Invalid term") throws(Diagnostic) -> [String] {
    var strings: [String] = []
    for term in terms {
      switch term {
      case .string(let text): strings.append(text.string)
      case .secret(let secret): strings.append(secret.reveal())
      default: throw failure("\(complaint): a text is wanted, not \(term.pythonRepr) of type '\(term.typeName)'")
      }
    }
    return strings
  }

  /// The same call with the `name=value` words of a term as options, which come before the others, and what is left of the
  /// term.
  ///
  /// - Parameter names: of the options; any other name is an error.
  func inline(_ term: String, accepting names: [String]) throws(Diagnostic) -> (rest: String, call: LookupCall) {
    let words = try KeyValueArguments(Text(term))
    for name in words.pairs.keys.compactMap(\.string) where !names.contains(name) {
      throw Diagnostic(
        .template, "'\(name)' is not a valid option", help: Suggestion.help(for: name, in: names))
    }
    let merged = LookupCall(
      terms: terms, options: options.merging(words.pairs), templar: templar, undefinedDefault: undefinedDefault)
    return (words.rest ?? "", merged)
  }

  /// An option that must be a number.
  ///
  /// - Parameters:
  ///   - lookup: whose option it is, for the message.
  ///   - type: what the documentation of the option calls its type.
  func integer(_ name: String, default fallback: Int, of lookup: String, type: String = "int") throws(Diagnostic) -> Int
  {
    guard let value = options[name] else { return fallback }
    guard let int = Coercion.int(value) else { throw wrongType(name, value, of: lookup, wanted: type) }
    return int
  }

  /// Playbooks look for these words in results.
  func wrongType(_ name: String, _ value: Value, of lookup: String, wanted: String, help: String? = nil) -> Diagnostic {
    failure(
      "Config '\(name)' for '\(lookup)' lookup plugin from 'Direct' has an invalid value: Invalid value provided for '\(wanted)': \(value.pythonRepr)",
      help: help)
  }

  /// The text of a file of the project, decrypted where it is encrypted.
  func read(_ path: String) throws(Diagnostic) -> String {
    if let files = templar.lookup.snapshot.projectFiles {
      return String(lossless: try files.bytes(path, decrypt: true))
    }
    return String(lossless: try LocalFile.read(path))
  }

  /// Where a file of the project is.
  ///
  /// - Parameter folder: `files`, `templates` or `vars`, which is looked at first.
  /// - Throws: with every path that was looked at.
  func find(_ name: String, in folder: String) throws(Diagnostic) -> String {
    if let path = files.find(name, in: folder), LocalFile.isFile(path) { return path }
    throw Diagnostic(
      .file, "Unable to access the file '\(name)': No such file or directory.",
      help: "Looked for: \(files.candidates(name, in: folder).joined(separator: ", ")).")
  }

  static func text(_ value: Value) -> String {
    if case .secret(let secret) = value { secret.reveal() } else { PlainText.of(value) }
  }

  func string(_ name: String) -> String? { options[name].flatMap { $0.isNull ? nil : LookupCall.text($0) } }
  func flag(_ name: String, default fallback: Bool = false) -> Bool { options[name].flatMap(Coercion.bool) ?? fallback }
  func int(_ name: String) -> Int? { options[name].flatMap(Coercion.int) }

  func failure(_ message: String, help: String? = nil) -> Diagnostic { Diagnostic(.template, message, help: help) }
}

/// The globals by which templates reach lookups.
enum LookupGlobals {
  static let all: [TemplateFunction] = [
    TemplateFunction(
      "lookup", "(name, /, *terms, wantlist=False, errors='strict', **options)", acceptsUndefined: true,
      rendersConstants: true,
      "The result of a lookup, several joined by commas."
    ) { call in try run(call, wantsList: call.bool(1)) },
    TemplateFunction(
      "query", "(name, /, *terms, wantlist=True, errors='strict', **options)", aliases: ["q"], acceptsUndefined: true,
      rendersConstants: true,
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
    var undefinedDefault: Diagnostic?
    for keyword in call.keywords {
      if case .undefined(let undefined) = keyword.value, keyword.name == "default" {
        undefinedDefault = undefined.error()
      } else {
        options[keyword.name] = try keyword.value.exported(in: call.scope)
      }
    }
    let terms = try call.extra.map { try $0.exported(in: call.scope) }
    // Lookups reveal what they are given: then their results are secret too, and their errors keep quiet.
    if terms.contains(where: \.holdsSecret) || options.values.contains(where: \.holdsSecret) {
      _ = call.object(.secret(Secret(""))).string
    }
    let results: [Value]
    do {
      results = try function.body(
        LookupCall(
          terms: terms, options: options, templar: Templar(context.engine, context.lookup),
          undefinedDefault: undefinedDefault))
    } catch {
      let cause = error as? Diagnostic ?? Diagnostic(.template, "\(error)")
      switch try call.string(2) {
      case "warn":
        context.lookup.snapshot.listener?.receive(
          .warning(
            Diagnostic(.template, "An error occurred while running the lookup plugin '\(name)': \(cause.message)")))
        return wantsList ? .list([]) : .none
      case "ignore": return wantsList ? .list([]) : .none
      // `default=undef()`: the result is what the default is.
      case _ where undefinedDefault != nil && cause.kind == .undefined: throw cause
      default: throw Diagnostic(.template, "The lookup plugin '\(name)' failed", causes: [cause])
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
