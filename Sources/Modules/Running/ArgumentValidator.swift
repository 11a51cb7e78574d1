import Values

/// Checks a module's arguments against its spec: names, required arguments, types, choices and the rules between them.
///
/// The order of the checks and their texts follow ansible-core 2.19, so that a playbook's user meets known messages; but all
/// problems are told, not the first only.
package enum ArgumentValidator {
  /// Checks finished arguments and brings them into the spec's form.
  /// - Parameters:
  ///   - raw: the arguments with all templates rendered.
  ///   - calledAs: the name that the playbook uses, for messages; by default the full name.
  /// - Throws: every problem found.
  package static func validate(
    _ raw: Map, against spec: ModuleSpec, calledAs: String? = nil
  ) throws(ArgumentProblems) -> Arguments {
    var check = ArgumentCheck(module: calledAs ?? spec.fullName, spec: spec, allowsTemplates: false)
    let values = check.run(raw, arguments: spec.arguments, rules: spec.rules, anyNames: spec.takesAnyName)
    guard check.problems.isEmpty else { throw ArgumentProblems(check.problems) }
    return Arguments(validated: values, warnings: check.warnings)
  }

  /// What is wrong for certain with arguments as they are written, some of them still templates: unknown names, missing
  /// arguments, literal values of the wrong type. For finding errors before any host is touched.
  package static func problems(
    in written: Map, of spec: ModuleSpec, calledAs: String? = nil
  ) -> [ArgumentProblem] {
    var check = ArgumentCheck(module: calledAs ?? spec.fullName, spec: spec, allowsTemplates: true)
    _ = check.run(written, arguments: spec.arguments, rules: spec.rules, anyNames: spec.takesAnyName)
    return check.problems
  }
}

/// One pass over a map of arguments, and over the maps inside it.
private struct ArgumentCheck {
  let module: String
  let spec: ModuleSpec
  let allowsTemplates: Bool
  var problems: [ArgumentProblem] = []
  var warnings: [String] = []
  private var parents: [String] = []

  init(module: String, spec: ModuleSpec, allowsTemplates: Bool) {
    self.module = module
    self.spec = spec
    self.allowsTemplates = allowsTemplates
  }

  mutating func run(_ raw: Map, arguments: [ArgumentSpec], rules: [ArgumentRule], anyNames: Bool) -> Map {
    var given = Map(minimumCapacity: raw.count)
    var spelling: [String: String] = [:]
    var unknown: [String] = []
    for (key, value) in raw {
      let name = key.string ?? key.value.pythonString
      if case .omit = value { continue }
      // A task gives a handful of arguments: to look through the spec costs less than an index of it.
      guard let argument = arguments.first(where: { $0.name == name || $0.aliases.contains(name) }) else {
        if anyNames { given[key] = value } else { unknown.append(name) }
        continue
      }
      if let earlier = spelling[argument.name] {
        let (main, alias) = earlier == argument.name ? (earlier, name) : (argument.name, earlier)
        warnings.append("Both option \(main) and its alias \(alias) are set.")
        // As in ansible an alias wins over the name itself.
        if name == argument.name { continue }
      }
      // A null argument without default is one that was not given.
      if value.isNull, !argument.isRequired, argument.defaultValue == nil { continue }
      spelling[argument.name] = name
      given[argument.name] = value
    }

    for rule in rules {
      if case .mutuallyExclusive(let members) = rule { checkExclusive(members, given, spelling) }
    }
    let missing = arguments.lazy.filter { $0.isRequired && given[$0.name] == nil }.map(\.name).sorted()
    if !missing.isEmpty { report(.missing, "missing required arguments: \(missing.joined(separator: ", "))") }

    var result = Map(minimumCapacity: arguments.count)
    // By index, for a spec is a large thing to copy and most arguments are not given.
    for index in arguments.indices {
      let name = arguments[index].name
      if let value = given[name] {
        result[name] = converted(value, arguments[index], spelling[name] ?? name)
      } else if let value = arguments[index].defaultValue {
        result[name] = value
      }
    }
    if anyNames { for (key, value) in given where result[key] == nil { result[key] = value } }

    for rule in rules { checkRequired(rule, given, result, spelling) }
    reportUnknown(unknown, arguments)
    return result
  }

  // MARK: Values

  private mutating func converted(_ value: Value, _ argument: ArgumentSpec, _ spelling: String) -> Value {
    if allowsTemplates, value.isWholeTemplate { return value }
    var result: Value
    do {
      result = try ArgumentConversion.convert(value, to: argument.kind) { allowsTemplates && $0.isWholeTemplate }
    } catch {
      let shown = argument.isSecret || value.holdsSecret ? error.withoutValue : error.detail
      let type = error.culprit.typeName
      let place = parents.isEmpty ? "" : " found in '\(parents.joined(separator: " -> "))'."
      let subject =
        error.isElement ? "Elements value for option '\(argument.name)'" : "argument '\(argument.name)'"
      report(
        .invalid, "\(subject) is of type \(type)\(place) and we were unable to convert to \(error.kind): \(shown)",
        argument: spelling)
      return value
    }
    if !argument.choices.isEmpty { result = checkedChoice(result, of: value, argument, spelling) }
    if !argument.suboptions.isEmpty { result = checkedSuboptions(result, argument) }
    if argument.isSecret, case .string(let text) = result { result = .secret(Secret(text.string, place: text.place)) }
    return result
  }

  private mutating func checkedChoice(
    _ value: Value, of raw: Value, _ argument: ArgumentSpec, _ spelling: String
  ) -> Value {
    let location = parents.isEmpty ? "" : " found in \(parents.joined(separator: " -> "))"
    let choices = argument.choices.joined(separator: ", ")
    if let list = value.list {
      let bad = list.filter { !(allowsTemplates && $0.isWholeTemplate) }.map(\.pythonString)
        .filter { !argument.choices.contains($0) }
      if !bad.isEmpty {
        report(
          .invalid,
          "value of \(argument.name) must be one or more of: \(choices). Got no match for: \(bad.joined(separator: ", "))\(location)",
          argument: spelling, suggestion: bad.first.flatMap { Suggestion.nearest(to: $0, in: argument.choices) })
      }
      return value
    }
    let text = value.pythonString
    if argument.choices.contains(text) { return value }
    // YAML 1.1 reads on, off, yes and no as booleans; where exactly one choice means the same, that is it.
    if let bool = raw.bool {
      let words = argument.choices.filter { ArgumentConversion.boolWords[$0] == bool }
      if words.count == 1 { return .string(words[0]) }
    }
    let shown = argument.isSecret || raw.holdsSecret ? Secret.redacted : text
    report(
      .invalid, "value of \(argument.name) must be one of: \(choices), got: \(shown)\(location)", argument: spelling,
      suggestion: Suggestion.nearest(to: text, in: argument.choices))
    return value
  }

  private mutating func checkedSuboptions(_ value: Value, _ argument: ArgumentSpec) -> Value {
    parents.append(argument.name)
    defer { parents.removeLast() }
    switch value {
    case .map(let map):
      return .map(run(map, arguments: argument.suboptions, rules: [], anyNames: false))
    case .list(let list):
      var items: [Value] = []
      for item in list {
        if let map = item.map {
          items.append(.map(run(map, arguments: argument.suboptions, rules: [], anyNames: false)))
        } else {
          items.append(item)
        }
      }
      return .list(items)
    default:
      return value
    }
  }

  // MARK: Rules

  /// A value that is still a template may turn out to be `omit`, so it counts neither as given nor as missing for certain.
  private func isSurelyGiven(_ name: String, _ given: Map) -> Bool {
    given[name].map { !(allowsTemplates && $0.isWholeTemplate) } ?? false
  }

  private mutating func checkExclusive(_ members: [String], _ given: Map, _ spelling: [String: String]) {
    let present = members.filter { isSurelyGiven($0, given) }
    guard present.count > 1, let last = present.last else { return }
    report(
      .combination, "parameters are mutually exclusive: \(members.joined(separator: "|"))", argument: spelling[last])
  }

  private mutating func checkRequired(
    _ rule: ArgumentRule, _ given: Map, _ result: Map, _ spelling: [String: String]
  ) {
    switch rule {
    case .mutuallyExclusive:
      return
    case .requiredTogether(let members):
      let present = members.filter { isSurelyGiven($0, given) }
      if let first = present.first, members.contains(where: { given[$0] == nil }) {
        report(
          .combination, "parameters are required together: \(members.joined(separator: ", "))",
          argument: spelling[first])
      }
    case .requiredOneOf(let members):
      if !members.contains(where: { given[$0] != nil }) {
        report(.missing, "one of the following is required: \(members.joined(separator: ", "))")
      }
    case .requiredIf(let argument, let expected, let members, let any):
      guard let value = result[argument], !(allowsTemplates && value.isWholeTemplate),
        value.pythonString == expected
      else { return }
      let missing = members.filter { given[$0] == nil }
      if any ? missing.count == members.count : !missing.isEmpty {
        report(
          .combination,
          "\(argument) is \(expected) but \(any ? "any" : "all") of the following are missing: \(missing.joined(separator: ", "))",
          argument: spelling[argument])
      }
    case .requiredBy(let argument, let members):
      guard isSurelyGiven(argument, given) else { return }
      let missing = members.filter { given[$0] == nil }
      if !missing.isEmpty {
        report(
          .combination, "missing parameter(s) required by '\(argument)': \(missing.joined(separator: ", "))",
          argument: spelling[argument])
      }
    }
  }

  // MARK: Reporting

  private mutating func reportUnknown(_ names: [String], _ arguments: [ArgumentSpec]) {
    guard !names.isEmpty else { return }
    let supported = arguments.map(\.name).sorted().joined(separator: ", ")
    let aliases = arguments.flatMap(\.aliases).sorted().joined(separator: ", ")
    let full = names.sorted().map { (parents + [$0]).joined(separator: ".") }.joined(separator: ", ")
    let message =
      "Unsupported parameters for (\(module)) module: \(full). Supported parameters include: \(supported)\(aliases.isEmpty ? "" : " (\(aliases))")."
    let candidates = arguments.flatMap { [$0.name] + $0.aliases }
    for name in names {
      problems.append(
        ArgumentProblem(
          .unknown, message, argument: name, parents: parents,
          suggestion: Suggestion.nearest(to: name, in: candidates)))
    }
  }

  private mutating func report(
    _ kind: ArgumentProblem.Kind, _ message: String, argument: String? = nil, suggestion: String? = nil
  ) {
    var text = message
    if !parents.isEmpty, kind == .missing || kind == .combination {
      text += " found in \(parents.joined(separator: " -> "))"
    }
    problems.append(ArgumentProblem(kind, text, argument: argument, parents: parents, suggestion: suggestion))
  }
}

extension Value {
  /// Whether what this value will be is not known before its templates are rendered.
  fileprivate var isWholeTemplate: Bool {
    if case .string(let text) = self { text.isTemplate } else { false }
  }

  fileprivate var holdsSecret: Bool {
    switch self {
    case .secret: true
    case .list(let list): list.contains { $0.holdsSecret }
    case .map(let map): map.contains { $0.value.holdsSecret }
    default: false
    }
  }
}
