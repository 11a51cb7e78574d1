import Modules
import Values

/// Finds what a task calls and with which arguments, in all the forms that Ansible takes: `copy: src=a dest=b`,
/// `copy: {…}`, `action: copy src=a`, `local_action: …`, `args:`.
struct ActionParser {
  let files: ProjectFiles
  let catalog: ActionCatalog
  /// Where short names are looked for.
  var collections: [String] = []

  struct Found {
    var call: ActionCall
    var isLocal: Bool
  }

  /// - Parameters:
  ///   - candidates: the members of the task that are no keywords.
  ///   - pairs: all members of the task.
  func parse(
    candidates: [(key: YAMLNode, value: YAMLNode)], pairs: [(key: YAMLNode, value: YAMLNode)], task: YAMLNode
  ) throws(Diagnostic) -> Found {
    var found: Found?
    for (key, value) in pairs {
      guard let name = key.scalarText, name == "action" || name == "local_action" else { continue }
      if let earlier = found { throw conflict(earlier, name, key) }
      found = Found(call: try explicit(value, key: key), isLocal: name == "local_action")
    }
    var unknown: [(key: YAMLNode, value: YAMLNode)] = []
    for (key, value) in candidates {
      let name = key.scalarText ?? ""
      guard let resolved = try resolve(name, at: key.place) else {
        unknown.append((key, value))
        continue
      }
      if let earlier = found { throw conflict(earlier, name, key) }
      let spec = catalog.spec(resolved) ?? UnavailableModules.spec(name)
      var call = try call(name, spec, value, key: key)
      call.resolvedName = resolved
      found = Found(call: call, isLocal: false)
    }
    guard var found else {
      if let first = unknown.first, unknown.count == 1 { throw unresolved(first.key) }
      let names = unknown.compactMap(\.key.scalarText)
      throw Diagnostic(
        .invalid, "no module/action detected in task.", at: task.place,
        help: names.isEmpty ? nil : "None of these is a module or a keyword: \(names.joined(separator: ", ")).")
    }
    if let stray = unknown.first {
      throw Diagnostic(
        .invalid, "'\(stray.key.scalarText ?? "")' is not a valid attribute for a Task", at: stray.key.place,
        help: Suggestion.help(for: stray.key.scalarText ?? "", in: Keyword.allCases.map(\.rawValue)))
    }
    if let args = pairs.last(where: { $0.key.scalarText == "args" }) {
      try merge(args.value, into: &found.call)
    }
    if let reserved = found.call.arguments.keys.compactMap(\.string).first(where: { $0.hasPrefix("_ansible_") }) {
      throw Diagnostic(
        .invalid,
        "Invalid parameter specified beginning with keyword '_ansible_' for action '\(found.call.name)': '\(reserved)'. The prefix '_ansible_' is reserved for internal use only.",
        at: found.call.argumentPlaces[reserved] ?? found.call.place)
    }
    return found
  }

  /// What the catalogue has a name under, or would have; `nil` when nothing is called so.
  private func resolve(_ name: String, at place: Place) throws(Diagnostic) -> String? {
    do throws(Diagnostic) {
      guard let resolution = try catalog.resolve(name, in: collections) else { return nil }
      for use in resolution.deprecations { files.deprecate(Diagnostic(.invalid, use)) }
      return resolution.name
    } catch {
      var error = error
      error.place = error.place ?? place
      throw error
    }
  }

  private func conflict(_ earlier: Found, _ name: String, _ key: YAMLNode) -> Diagnostic {
    Diagnostic(
      .invalid, "conflicting action statements: \(earlier.call.name), \(name)", at: key.place,
      help: "A task calls one module. Start a new task with '-', or mend the indentation.")
  }

  private func unresolved(_ key: YAMLNode) -> Diagnostic {
    let name = key.scalarText ?? ""
    return Diagnostic(
      .invalid,
      "couldn't resolve module/action '\(name)'. This often indicates a misspelling, missing collection, or incorrect module path.",
      at: key.place, help: Suggestion.help(for: name, in: catalog.names + Keyword.allCases.map(\.rawValue)))
  }

  /// `action:` and `local_action:`.
  private func explicit(_ node: YAMLNode, key: YAMLNode) throws(Diagnostic) -> ActionCall {
    if node.pairs != nil {
      files.deprecate(
        Diagnostic(
          .invalid,
          "Using a mapping for `action` is deprecated. This feature will be removed from ansible-core version 2.23.",
          at: node.place, help: "Use a string value for `action`."))
      guard let moduleNode = node["module"], let name = moduleNode.scalarText else {
        throw Diagnostic(.invalid, "unexpected parameter type in action: no 'module' in it", at: node.place)
      }
      let written = Text(name, writtenAt: moduleNode.place)
      let resolved = written.isTemplate ? name : try resolve(name, at: moduleNode.place)
      guard let resolved else { throw unresolved(moduleNode) }
      var call = ActionCall(name: name, place: moduleNode.place, arguments: [:])
      call.resolvedName = resolved
      if written.isTemplate { call.nameTemplate = written }
      for (argument, value) in node.pairs ?? [] where argument.scalarText != "module" {
        let argumentName = argument.scalarText ?? ""
        call.arguments[argumentName] = try files.value(of: value)
        call.argumentPlaces[argumentName] = argument.place
      }
      return call
    }
    guard let text = node.scalarText else {
      throw Diagnostic(.invalid, "unexpected parameter type in action: a list", at: node.place)
    }
    let trimmed = text.trimmingBlanks
    let name = Self.firstWord(trimmed)
    let rest = Text(String(trimmed.dropFirst(name.count)).trimmingBlanks, writtenAt: node.place)
    var call = ActionCall(name: name, place: node.place, arguments: [:])
    let written = Text(name, writtenAt: node.place)
    if written.isTemplate {
      call.nameTemplate = written
      try add(rest, accepting: nil, mayHaveRest: true, to: &call)
    } else if let resolved = try resolve(name, at: node.place) {
      call.resolvedName = resolved
      if let spec = catalog.spec(resolved) {
        try add(rest, spec, to: &call)
      } else {
        try add(rest, accepting: nil, mayHaveRest: true, to: &call)
      }
    } else {
      throw Diagnostic(
        .invalid,
        "couldn't resolve module/action '\(name)'. This often indicates a misspelling, missing collection, or incorrect module path.",
        at: node.place, help: Suggestion.help(for: name, in: catalog.names))
    }
    return call
  }

  private func call(_ name: String, _ spec: ModuleSpec, _ node: YAMLNode, key: YAMLNode) throws(Diagnostic)
    -> ActionCall
  {
    var call = ActionCall(name: name, place: key.place, arguments: [:])
    switch try files.value(of: node) {
    case .null: break
    case .map(let map):
      call.arguments = map
      for (argument, _) in node.pairs ?? [] {
        if let argumentName = argument.scalarText { call.argumentPlaces[argumentName] = argument.place }
      }
    case .string(let text):
      if text.isTemplate, !spec.takesText, Self.isLoneTemplate(text.string) {
        call.argumentTemplate = .string(text)
      } else {
        try add(text, spec, to: &call)
      }
    case .list(let list) where spec.takesText:
      call.arguments[ActionCall.rawParameters] = .list(list)
    case let other:
      if spec.takesText {
        call.arguments[ActionCall.rawParameters] = .string(Text(PlainText.of(other)))
      } else {
        throw Diagnostic(
          .invalid, "unexpected parameter type in action: \(other.typeName)", at: node.place,
          help: "Write the arguments of '\(name)' as a map.")
      }
    }
    return call
  }

  /// Up to the first blank outside `{{ }}`.
  private static func firstWord(_ text: String) -> String {
    guard text.hasPrefix("{{"), let end = text.firstRange(of: "}}") else {
      return String(text.prefix { !$0.isWhitespace })
    }
    return String(text[..<end.upperBound] + text[end.upperBound...].prefix { !$0.isWhitespace })
  }

  private static let wholeCommands: Set<String> = ["cmd", "argv", "expand_argument_vars"]

  func add(_ text: Text, _ spec: ModuleSpec, to call: inout ActionCall) throws(Diagnostic) {
    switch spec.freeForm {
    case .argument(let name):
      let accepted = Set(spec.arguments.flatMap { [$0.name] + $0.aliases })
      // A command's text is more than its words; and what stands for it as a whole is none of them: `cmd=ls; $cmd` is a script.
      let isCommand = name == ActionCall.rawParameters
      try add(
        text, accepting: isCommand ? accepted.subtracting(Self.wholeCommands) : accepted, mayHaveRest: true,
        keepsBlanks: isCommand, to: &call)
    case .anyNames: try add(text, accepting: nil, mayHaveRest: true, to: &call)
    case .none, .unchecked: try add(text, accepting: nil, mayHaveRest: false, to: &call)
    }
  }

  private func add(
    _ text: Text, accepting accepted: Set<String>?, mayHaveRest: Bool, keepsBlanks: Bool = false,
    to call: inout ActionCall
  ) throws(Diagnostic) {
    let parsed: KeyValueArguments
    do throws(Diagnostic) {
      parsed = try KeyValueArguments(text, accepting: accepted)
    } catch {
      // A text that is no template (`!unsafe`) does not know where it stands; the task does.
      var error = error
      error.place = error.place ?? call.place
      throw error
    }
    for (key, value) in parsed.pairs {
      call.arguments[key] = value
      if let name = key.string, let place = text.place { call.argumentPlaces[name] = place }
    }
    guard let rest = keepsBlanks ? parsed.rest : parsed.rest?.trimmingBlanks else { return }
    if accepted == nil, Text(rest, sharing: text.origin).isTemplate {
      call.argumentTemplate = .string(Text(rest, sharing: text.origin))
      return
    }
    guard mayHaveRest else {
      throw Diagnostic(
        .invalid,
        "this task '\(call.name)' has extra params, which is only allowed in the following modules: \(catalog.freeFormNames.joined(separator: ", "))",
        at: text.place ?? call.place)
    }
    call.arguments[ActionCall.rawParameters] = .string(Text(rest, sharing: text.origin))
  }

  /// `args:` lies under the action's own arguments.
  private func merge(_ node: YAMLNode, into call: inout ActionCall) throws(Diagnostic) {
    switch try files.value(of: node) {
    case .null: break
    case .map(let map):
      call.arguments = map.merging(call.arguments)
      for (argument, _) in node.pairs ?? [] {
        if let name = argument.scalarText, call.argumentPlaces[name] == nil {
          call.argumentPlaces[name] = argument.place
        }
      }
    case .string(let text) where text.isTemplate:
      call.argumentTemplate = .string(text)
    default:
      throw Diagnostic(.invalid, "the field 'args' must be a dictionary or a template that gives one", at: node.place)
    }
  }

  /// Whether the text is one `{{ … }}` and nothing else.
  static func isLoneTemplate(_ text: String) -> Bool {
    let trimmed = text.trimmingBlanks
    return trimmed.hasPrefix("{{") && trimmed.hasSuffix("}}") && !trimmed.dropFirst(2).contains("{{")
  }
}
