import Transport
import Values

/// What a module from a file printed, and what that means. What stands around the JSON object is cut as ansible cuts it: lines
/// before the first that begins with `{`, lines after the last that ends with `}`.
struct ModuleFileAnswer {
  let outcome: ShellResult
  /// The program that was to read the module.
  let interpreter: String?

  init(_ outcome: ShellResult, interpreter: String?) {
    self.outcome = outcome
    self.interpreter = interpreter
  }

  func conclusion() throws(ModuleFailure) -> Conclusion {
    let (text, junk) = try object()
    let value: Value
    do throws(Diagnostic) {
      value = try JSONReader.read(text.losslessBytes)
    } catch {
      throw unreadable(error.message)
    }
    guard let printed = value.map else { throw unreadable("The result is no object") }
    var values = printed.withoutReservedKeys
    var warnings = junk.map { ["Module invocation had junk after the JSON data: \($0)"] } ?? []
    for (key, value) in printed where values[key] == nil {
      warnings.append(
        "Removed unexpected internal key in module return: \(key.value.pythonString) = \(value.pythonString)")
    }
    if case .list? = values["results"] {
    } else if case .map? = values["results"] {
    } else if let results = values.removeValue(forKey: "results") {
      values["ansible_module_results"] = results
      warnings.append("Found internal 'results' key in module return, renamed to 'ansible_module_results'.")
    }
    switch values.removeValue(forKey: "warnings") {
    case .list(let list): warnings += list.map(\.pythonString)
    case .string(let text): warnings.append(text.string)
    default: break
    }
    let deprecations = (values.removeValue(forKey: "deprecations")?.list ?? []).compactMap(Self.deprecation)
    let hasFailed: Bool
    if let failed = values.removeValue(forKey: "failed") {
      hasFailed = failed.isTruth
    } else {
      hasFailed = values["rc"].map { $0 != 0 && $0 != "0" } ?? false
    }
    let facts = values.removeValue(forKey: "ansible_facts")?.map ?? [:]
    let isSkipped = values.removeValue(forKey: "skipped")?.isTruth ?? false
    var conclusion = Conclusion(
      changed: values["changed"]?.isTruth ?? false, values: values, facts: facts, warnings: warnings)
    if case .bool? = values["changed"] { conclusion.values.removeValue(forKey: "changed") }
    conclusion.deprecations = deprecations
    conclusion.isFailed = hasFailed
    conclusion.isSkipped = isSkipped
    conclusion.diffs = (values["diff"]?.list ?? values["diff"].map { [$0] } ?? []).flatMap(Self.diffs)
    return conclusion
  }

  /// The lines of the object, and those after it when they say anything.
  private func object() throws(ModuleFailure) -> (text: String, junk: String?) {
    let lines = CommandOutput.lines(String(lossless: outcome.stdout))
    guard let start = lines.firstIndex(where: { $0.trimmed.hasPrefix("{") }) else {
      throw unreadable("No start of json char found")
    }
    guard let end = lines[start...].lastIndex(where: { $0.trimmed.hasSuffix("}") }) else {
      throw unreadable("No end of json char found")
    }
    let rest = lines[(end + 1)...]
    let saysSomething = rest.contains { !$0.trimmed.isEmpty }
    return (lines[start...end].joined(separator: "\n"), saysSomething ? rest.joined(separator: "\n") : nil)
  }

  private func unreadable(_ reason: String) -> ModuleFailure {
    let (stdout, stderr) = (String(lossless: outcome.stdout), String(lossless: outcome.stderr))
    let values: Map = ["module_stdout": .string(stdout), "module_stderr": .string(stderr), "rc": .int(outcome.status)]
    if outcome.status == 127, let interpreter,
      ["not found", "No such file or directory"].contains(where: { stderr.contains("\(interpreter): \($0)") })
    {
      return ModuleFailure(
        "The module interpreter \(Value.string(interpreter).pythonRepresentation) was not found.", values: values)
    }
    return ModuleFailure("Module result deserialization failed: \(reason)", values: values)
  }

  /// One entry of `deprecations`, in ansible's words.
  private static func deprecation(_ value: Value) -> String? {
    guard let message = value["msg"]?.string else { return nil }
    let sentence = message.hasSuffix(".") ? message : message + "."
    guard let collection = value["collection_name"]?.string else {
      return "\(sentence) This feature will be removed in the future."
    }
    let owner = collection == "ansible.builtin" ? "ansible-core" : "collection '\(collection)'"
    let time =
      value["version"].map { "version \($0.pythonString)" }
      ?? value["date"].map { "in a release after \($0.pythonString)" } ?? "in a future release"
    return "\(sentence) This feature will be removed from \(owner) \(time)."
  }

  /// One difference as ansible's modules tell it.
  private static func diffs(_ value: Value) -> [Diff] {
    guard let map = value.map else { return [] }
    var diffs: [Diff] = []
    if let text = map["prepared"]?.string { diffs.append(Diff(.prepared(text))) }
    guard let before = map["before"], let after = map["after"] else { return diffs }
    func header(_ word: String) -> String { map["\(word)_header"]?.string.map { "\(word): \($0)" } ?? word }
    let content: Diff.Content =
      if let before = before.string, let after = after.string {
        .text(before: before, after: after)
      } else {
        .state(before: before, after: after)
      }
    diffs.append(Diff(content, beforeHeader: header("before"), afterHeader: header("after")))
    return diffs
  }
}

extension Map {
  /// Without the keys that belong to the engine: a module may not speak in its name.
  fileprivate var withoutReservedKeys: Map {
    func cleaned(_ value: Value) -> Value {
      switch value {
      case .map(let map): .map(map.withoutReservedKeys)
      case .list(let list): .list(list.map(cleaned))
      default: value
      }
    }
    var result = Map(minimumCapacity: count)
    for (key, value) in self where key.string?.hasPrefix("_ansible_") != true { result[key] = cleaned(value) }
    return result
  }
}

extension Value {
  /// Whether Python takes it for true.
  fileprivate var isTruth: Bool {
    switch self {
    case .null, .omit: false
    case .bool(let bool): bool
    case .int(let int): int != 0
    case .double(let double): double != 0
    case .string(let text): !text.string.isEmpty
    case .list(let list): !list.isEmpty
    case .map(let map): !map.isEmpty
    case .secret, .dateTime: true
    }
  }
}
