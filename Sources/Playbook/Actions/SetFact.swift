import Modules
import Values

/// `set_fact`: sets variables of the host.
enum SetFactAction: Action {
  static let spec = ModuleSpec(
    name: "set_fact", summary: "Set variables of the host for the rest of the run.",
    arguments: [
      ArgumentSpec("cacheable", .bool, default: false, "Keep the variables as facts as well, in the fact cache.")
    ], freeForm: .anyNames)

  static func run(_ call: ActionContext) async throws -> TaskResult {
    var facts: Map = [:]
    for (key, value) in call.given where key.string != "cacheable" {
      if let problem = VariableName.problem(with: key.value) {
        throw Diagnostic(.invalid, problem, at: call.task.place, help: VariableName.rule)
      }
      if let name = key.string,
        let warning = ReservedNames.warning(name, at: call.task.action.argumentPlaces[name] ?? call.task.place)
      {
        call.services.listener.receive(.warning(warning))
      }
      facts[key] = value
    }
    guard !facts.isEmpty else {
      throw ModuleFailure("No key/value pairs provided, at least one is required for this action to succeed")
    }
    var result = TaskResult(effects: [.setVariables(facts)])
    result.values["ansible_facts"] = .map(facts)
    if call.arguments.flag("cacheable") {
      result.effects.append(.setFacts(facts))
      result.values["_ansible_facts_cacheable"] = true
    }
    return result
  }
}

/// What may be a variable's name.
package enum VariableName {
  package static let rule =
    "Variable names must be strings starting with a letter or underscore character, and contain only letters, numbers and underscores."

  /// Why a value can't be a variable's name; `nil` when it can.
  package static func problem(with value: Value) -> String? {
    guard let name = value.string else {
      return "Invalid variable name '\(PlainText.of(value))' of type '\(value.typeName)'."
    }
    return isValid(name) ? nil : "Invalid variable name \(value.pythonRepr)."
  }

  package static func isValid(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isAlphabetic && first.isASCII else {
      return false
    }
    return name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0))
    }
      && !keywords.contains(name)
  }

  private static let keywords: Set<String> = [
    "False", "None", "True", "false", "none", "true", "and", "as", "assert", "async", "await", "break", "class",
    "continue", "def", "del",
    "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass",
    "raise",
    "return", "try", "while", "with", "yield",
  ]
}
