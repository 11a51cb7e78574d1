import Jinja
import Modules
import Values

/// `debug`: shows a message or a variable.
enum DebugAction: Action {
  static let spec = ModuleSpec(
    name: "debug", summary: "Print a message or a variable while the play runs.",
    arguments: [
      ArgumentSpec("msg", .raw, default: nil, "What to print; `Hello world!` when nothing is given."),
      ArgumentSpec("var", .raw, "The name of a variable, or an expression, to print."),
      ArgumentSpec("verbosity", .int, default: 0, "Print only at this `-v` level and above."),
    ], rules: [.mutuallyExclusive(["msg", "var"])])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    let needed = call.arguments.int("verbosity") ?? 0
    var result = TaskResult()
    if needed > call.services.options.verbosity {
      result.isSkipped = true
      result.values = ["skipped_reason": "Verbosity threshold not met."]
      return result
    }
    result.isAlwaysVerbose = true
    if let variable = call.arguments["var"] {
      switch variable {
      case .string(let text):
        (result.values[text.string], result.warnings) = try evaluate(text, call)
      default:
        throw ModuleFailure(
          "argument 'var' is of type \(variable.typeName) and we were unable to convert to str: '\(PlainText.of(variable))' is not a string and conversion is not allowed"
        )
      }
    } else {
      result.values["msg"] = call.arguments["msg"] ?? "Hello world!"
    }
    return result
  }

  /// The value for showing, and what had to be replaced in it.
  private static func evaluate(_ expression: Text, _ call: ActionContext) throws -> (Value, [Diagnostic]) {
    var placeholders = UndefinedPlaceholders(templar: call.templar, place: expression.place)
    let value = try evaluate(expression, call, &placeholders)
    if case .omit = value {
      let warning = Diagnostic(
        .undefined, "The result of the `var` expression could not be omitted; a placeholder was used instead.",
        at: expression.place)
      return ("<<Omit>>", [warning])
    }
    return (value, placeholders.warnings)
  }

  private static func evaluate(
    _ expression: Text, _ call: ActionContext, _ placeholders: inout UndefinedPlaceholders
  ) throws -> Value {
    // Host output is never an expression, whatever way it came here.
    guard expression.place != nil else {
      throw Diagnostic(
        .template, "Error while resolving `var` expression",
        at: call.task.action.argumentPlaces["var"] ?? call.task.place,
        causes: [
          Diagnostic(
            .template, "Encountered untrusted template or expression.",
            help:
              "Templates and expressions must be defined by trusted sources such as playbooks or roles, not untrusted sources such as module results."
          )
        ])
    }
    if VariableName.isValid(expression.string), let value = call.lookup.value(expression.string) {
      return try placeholders.resolve(value)
    }
    do throws(Diagnostic) {
      return try call.templar.engine.evaluate(expression: expression, in: call.templar.scope)
    } catch {
      if let undefined = error.undefinedCause { return placeholders.placeholder(undefined.message) }
      throw error
    }
  }
}

/// Renders a value for showing: what is undefined inside it is said in its place.
private struct UndefinedPlaceholders {
  let templar: Templar
  /// The whole expression's, for values that have none.
  let place: Place?
  private(set) var warnings: [Diagnostic] = []

  init(templar: Templar, place: Place?) {
    self.templar = templar
    self.place = place
  }

  mutating func placeholder(_ message: String, at place: Place? = nil) -> Value {
    let error = "error \(warnings.count + 1) - \(message)"
    warnings.append(Diagnostic(.undefined, "Encountered 1 template error.\n\(error)", at: place ?? self.place))
    return .string("<< \(error) >>")
  }

  mutating func resolve(_ value: Value, depth: Int = 0) throws(Diagnostic) -> Value {
    do throws(Diagnostic) {
      return try templar.resolve(value)
    } catch {
      guard let undefined = error.undefinedCause, depth < 100 else { throw error }
      switch value {
      case .list(let list):
        var result: [Value] = []
        for item in list { result.append(try resolve(item, depth: depth + 1)) }
        return .list(result)
      case .map(let map):
        var result: Map = [:]
        for (key, item) in map { result[key] = try resolve(item, depth: depth + 1) }
        return .map(result)
      case .string(let text): return placeholder(undefined.message, at: text.place)
      default: return placeholder(undefined.message)
      }
    }
  }
}

extension Diagnostic {
  /// Whether a name without a value is what it comes down to.
  var isUndefined: Bool { undefinedCause != nil }

  /// The innermost cause that tells of a name without a value.
  var undefinedCause: Diagnostic? {
    for cause in causes {
      if let found = cause.undefinedCause { return found }
    }
    return kind == .undefined ? self : nil
  }
}
