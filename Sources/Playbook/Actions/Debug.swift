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
      let written = call.task.action.arguments["var"] ?? variable
      switch variable {
      case .string(let text):
        // The expression's text is the project's own even when it came through a template: never host output.
        let source = written.text.flatMap { $0.isTemplate ? nil : $0 } ?? Text(text.string)
        result.values[source.string] = try evaluate(source, call)
      default:
        result.values[PlainText.of(written)] = variable
      }
    } else {
      result.values["msg"] = call.arguments["msg"] ?? "Hello world!"
    }
    return result
  }

  private static func evaluate(_ expression: Text, _ call: ActionContext) throws -> Value {
    guard expression.place != nil else {
      // A name that a template made: only a plain lookup of that name, never an expression.
      return try call.templar.value(expression.string) ?? .string("VARIABLE IS NOT DEFINED!")
    }
    do throws(Diagnostic) {
      return try call.templar.engine.evaluate(expression: expression, in: call.templar.scope)
    } catch {
      if error.isUndefined { return .string("VARIABLE IS NOT DEFINED!") }
      throw error
    }
  }
}

extension Diagnostic {
  /// Whether a name without a value is what it comes down to.
  var isUndefined: Bool { kind == .undefined || causes.contains { $0.isUndefined } }
}
