import Glibc
import Jinja
import Values

/// Lookups of variables, the environment and programs of the controller.
enum ControllerLookups {
  static let all: [LookupFunction] = [
    LookupFunction("env", "Environment variables.") { call in
      call.texts.map { name in
        if let value = getenv(name) { return .string(String(cString: value)) }
        return call.options["default"] ?? ""
      }
    },
    LookupFunction("pipe", "The output of commands.") { call in
      try call.texts.map { command in
        let output = try ControllerProcess.run(command)
        guard output.status == 0 else { throw call.failure("lookup_plugin.pipe(\(command)) returned \(output.status)") }
        var text = output.text
        while text.last?.isWhitespace == true { text.removeLast() }
        return .string(text)
      }
    },
    LookupFunction("vars", "Variables by name.") { call in
      try call.texts.map { name in
        if let value = try call.templar.value(name) { return value }
        if let fallback = call.options["default"] { return fallback }
        throw Diagnostic(.undefined, "No variable found with this name: \(name)")
      }
    },
    LookupFunction("varnames", "The names of variables that match patterns.") { call in
      let names = call.templar.lookup.names
      return try call.texts.flatMap { pattern in
        let expression = try NamePattern(pattern)
        return names.filter(expression.finds).map { Value.string($0) }
      }
    },
    LookupFunction("inventory_hostnames", "The hosts that patterns select.") { call in
      let pattern = call.texts.joined(separator: ",")
      // As ansible has it, a pattern that is none selects nothing here, whatever the settings say of others.
      let hosts = try? call.templar.lookup.snapshot.inventory.hosts(matching: pattern, limitedTo: nil).names
      return (hosts ?? []).map { .string($0) }
    },
    LookupFunction("config", "Settings by name.") { call in
      let settings = call.templar.lookup.snapshot.settings
      return try call.texts.map { name in
        let key = name.lowercased().hasPrefix("default_") ? String(name.lowercased().dropFirst(8)) : name.lowercased()
        guard let spec = SettingSpec.all.first(where: { $0.name == key }) else {
          throw call.failure("Unable to find setting \(name)")
        }
        switch spec.kind {
        case .bool: return .bool(settings.flag(key))
        case .int: return settings.int(key).map { .int($0) } ?? .null
        case .list, .pathList: return .strings(settings.list(key))
        case .paths: return .strings(settings.paths(key))
        case .string, .path: return settings.string(key).map { .string($0) } ?? .null
        }
      }
    },
  ]
}
