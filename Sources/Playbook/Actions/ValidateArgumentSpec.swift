import Modules
import Values

/// `validate_argument_spec`: checks a role's parameters before the role runs.
enum ValidateArgumentSpecAction: Action {
  static let spec = ModuleSpec(
    name: "validate_argument_spec", summary: "Check arguments against a spec.",
    arguments: [
      ArgumentSpec("argument_spec", .map, required: true, "The options, as in `meta/argument_specs.yml`."),
      ArgumentSpec("provided_arguments", .map, "The arguments; variables of the same names count too."),
      ArgumentSpec("validate_args_context", .map, "Whose arguments they are."),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    let options = call.arguments.map("argument_spec") ?? [:]
    var given = call.arguments.map("provided_arguments") ?? [:]
    for key in options.keys {
      if let name = key.string, given[name] == nil, let value = try call.templar.value(name) { given[name] = value }
    }
    let spec = ModuleSpec(
      name: call.arguments.map("validate_args_context")?["name"]?.string ?? "", summary: "",
      arguments: arguments(options))
    do throws(ArgumentProblems) {
      _ = try ArgumentValidator.validate(given, against: spec)
    } catch {
      // The message names a module; a role is none.
      let messages = error.problems.map {
        $0.message.split(separator: " module: ", maxSplits: 1).last.map(String.init) ?? ""
      }
      var result = TaskResult.failure("Validation of arguments failed:\n\(messages.joined(separator: "\n"))")
      result.values["argument_errors"] = .strings(messages)
      result.values["argument_spec_data"] = .map(options)
      result.values["validate_args_context"] = .map(call.arguments.map("validate_args_context") ?? [:])
      return result
    }
    return TaskResult(values: [
      "msg": "The arg spec validation passed",
      "validate_args_context": .map(call.arguments.map("validate_args_context") ?? [:]),
    ])
  }

  private static func arguments(_ options: Map, depth: Int = 0) -> [ArgumentSpec] {
    guard depth < 20 else { return [] }
    return options.compactMap { key, value in
      guard let name = key.string, let option = value.map else { return nil }
      return ArgumentSpec(
        name, kind(option["type"]?.string ?? "str", option),
        aliases: option["aliases"]?.list?.compactMap(\.string) ?? [],
        required: option["required"].flatMap(Coercion.bool) ?? false, default: option["default"],
        choices: option["choices"]?.list?.map(PlainText.of) ?? [],
        secret: option["no_log"].flatMap(Coercion.bool) ?? false,
        suboptions: arguments(option["options"]?.map ?? [:], depth: depth + 1), "")
    }
  }

  private static func kind(_ name: String, _ option: Map) -> ArgumentSpec.Kind {
    switch name {
    case "int": .int
    case "float": .float
    case "bool": .bool
    case "path": .path
    case "dict": .map
    case "raw": .raw
    case "json", "jsonarg": .json
    case "bytes", "bits": .bytes
    case "list": .list(of: option["elements"]?.string.map { kind($0, [:]) } ?? .raw)
    default: .string
    }
  }
}
