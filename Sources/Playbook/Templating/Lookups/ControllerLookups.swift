import Glibc
import Jinja
import Values

/// Lookups of variables, the environment and programs of the controller.
enum ControllerLookups {
  static let all: [LookupFunction] = [
    LookupFunction("env", "Environment variables of the controller.") { call in
      try call.strings().map { name in
        if let value = call.templar.lookup.snapshot.settings.environment[name] { return .string(value) }
        if let cause = call.undefinedDefault {
          throw Diagnostic(.undefined, "The environment variable '\(name)' is not set.", causes: [cause])
        }
        return call.options["default"] ?? ""
      }
    },
    LookupFunction("pipe", "The output of commands on the controller.") { call in
      try call.strings().map { command in
        var text = try output(of: command, call)
        while text.last?.isWhitespace == true { text.removeLast() }
        return .string(text)
      }
    },
    LookupFunction("vars", "Variables by name.") { call in
      try call.strings().map { name in
        if let value = try call.templar.value(name) ?? call.templar.lookup.wayToHost(name) { return value }
        if let fallback = call.options["default"] { return fallback }
        throw Diagnostic(
          .undefined, "No variable named '\(name)' was found.",
          help: Suggestion.help(for: name, in: call.templar.lookup.names))
      }
    },
    LookupFunction("varnames", "The names of variables that match patterns.") { call in
      let names = call.templar.lookup.names
      return try call.strings(or: "Invalid setting identifier").flatMap { pattern in
        let expression: NamePattern
        do throws(Diagnostic) {
          expression = try NamePattern(pattern)
        } catch {
          throw call.failure("Unable to use \"\(pattern)\" as a search parameter: \(error.message)")
        }
        return names.filter(expression.finds).map { Value.string($0) }
      }
    },
    LookupFunction("inventory_hostnames", "The hosts that patterns select.") { call in
      let pattern = try call.strings().joined(separator: ",")
      // A pattern that can't be resolved selects nothing, as for ansible.
      let found = try? call.templar.lookup.snapshot.inventory.hosts(matching: pattern, limitedTo: nil)
      return found?.names.map { .string($0) } ?? []
    },
    LookupFunction("config", "Settings by name.") { call in
      let missing = call.string("on_missing") ?? "error"
      guard ["error", "skip", "warn"].contains(missing) else {
        throw call.failure("Invalid value '\(missing)' for the option 'on_missing': it is error, skip or warn")
      }
      return try call.strings(or: "Invalid setting identifier").compactMap { name in
        guard let spec = SettingSpec.named(name) else {
          if missing != "error" { return nil }
          throw call.failure(
            "No config definition exists for '\(name)'.",
            help: Suggestion.help(for: name, in: SettingSpec.all.map { $0.name.uppercased() }))
        }
        return call.templar.lookup.snapshot.settings.value(of: spec)
      }
    },
  ]

  /// What a command prints; its failure is an error.
  static func output(of command: String, _ call: LookupCall) throws(Diagnostic) -> String {
    let output = try ControllerProcess.run(command, in: call.templar.lookup.snapshot.play.play.directory)
    guard output.status == 0 else {
      throw call.failure("the command '\(command)' ended with the exit code \(output.status)")
    }
    return output.text
  }
}

extension SettingSpec {
  /// By ansible's name of a setting: `DEFAULT_FORKS`, `HOST_KEY_CHECKING`.
  fileprivate static func named(_ name: String) -> SettingSpec? {
    let lower = name.lowercased()
    return all.first { $0.name == lower }
      ?? (lower.hasPrefix("default_") ? all.first { $0.name == lower.dropFirst(8) } : nil)
  }
}

extension Settings {
  fileprivate func value(of spec: SettingSpec) -> Value {
    switch spec.kind {
    case .bool: .bool(flag(spec.name))
    case .int: int(spec.name).map { .int($0) } ?? .null
    case .list: .strings(list(spec.name))
    case .paths, .pathList: .strings(paths(spec.name))
    case .string, .choice, .path: .optional(string(spec.name))
    }
  }
}
