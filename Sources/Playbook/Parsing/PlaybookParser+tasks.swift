import Values

extension PlaybookParser {
  /// The tasks of a file (`tasks/main.yml`, an included file).
  package func taskFile(_ path: String, in context: ParseContext) throws(Diagnostic) -> [TaskItem] {
    guard context.depth < ParseContext.maximumDepth else {
      throw Diagnostic(
        .limit, "task files are nested more than \(ParseContext.maximumDepth) deep; does one include itself?")
    }
    guard let root = try files.document(path).root, !root.isNullScalar else { return [] }
    var inner = context
    inner.directory = LocalFile.directory(of: path)
    inner.depth += 1
    return try tasks(root, in: inner)
  }

  /// A list of tasks and blocks. A task that can't be read is reported and left out, so that all errors are found at once.
  /// - Parameter section: what the list is, for an error.
  func tasks(
    _ node: YAMLNode?, in context: ParseContext, section: String = "tasks"
  ) throws(Diagnostic) -> [TaskItem] {
    guard let node, !node.isNullScalar else { return [] }
    guard let items = node.items else {
      let value = try files.value(of: node)
      throw Diagnostic(
        .invalid,
        "A malformed block was encountered while loading \(section): \(value.pythonText) should be a list or None but is <class '\(value.typeName)'>",
        at: node.place, help: "Start each task with '- '.")
    }
    var result: [TaskItem] = []
    for item in items {
      do {
        result += try taskItem(item, in: context)
      } catch {
        report(error)
      }
    }
    return result
  }

  private func taskItem(_ node: YAMLNode, in context: ParseContext) throws(Diagnostic) -> [TaskItem] {
    guard let pairs = node.pairs else {
      if node.isNullScalar { return [] }
      throw Diagnostic(.invalid, "A task must be a dictionary, found \(node.kindName)", at: node.place)
    }
    if pairs.contains(where: { ["block", "rescue", "always"].contains($0.key.scalarText ?? "") }) {
      if context.isHandlers {
        throw Diagnostic(.invalid, "Using a block as a handler is not supported.", at: node.place)
      }
      return [.block(try block(node, pairs, in: context))]
    }
    return try task(node, pairs, in: context)
  }

  private func block(
    _ node: YAMLNode, _ pairs: [(key: YAMLNode, value: YAMLNode)], in context: ParseContext
  ) throws(Diagnostic) -> Block {
    var own = KeywordSet()
    for (key, value) in pairs {
      let name = key.scalarText ?? ""
      if ["block", "rescue", "always"].contains(name) { continue }
      guard let keyword = Keyword(rawValue: name), keyword.scopes.contains(.block) else {
        throw invalidAttribute(key, "Block", .block)
      }
      own.set(keyword, to: try keywords.value(of: keyword, from: value, in: "Block"))
    }
    own.warnings = keywords.reservedNames(among: node["vars"])
    guard node["block"] != nil else {
      throw Diagnostic(
        .invalid, "'\(node["rescue"] != nil ? "rescue" : "always")' keyword cannot be used without 'block'",
        at: node.place)
    }
    var inner = context
    inner.keywords = context.keywords.enclosing(own)
    inner.depth += 1
    guard inner.depth < ParseContext.maximumDepth else {
      throw Diagnostic(.limit, "blocks are nested more than \(ParseContext.maximumDepth) deep", at: node.place)
    }
    return Block(
      place: node.place, name: own[.name]?.text, items: try tasks(node["block"], in: inner),
      rescue: try tasks(node["rescue"], in: inner), always: try tasks(node["always"], in: inner),
      keywords: inner.keywords,
      role: context.role, isRoleBody: false)
  }

  private func task(
    _ node: YAMLNode, _ pairs: [(key: YAMLNode, value: YAMLNode)], in context: ParseContext
  ) throws(Diagnostic) -> [TaskItem] {
    let scope: Keyword.Scopes = context.isHandlers ? .handler : .task
    var own = KeywordSet()
    var candidates: [(key: YAMLNode, value: YAMLNode)] = []
    var loop: LoopSource?
    for (key, value) in pairs {
      let name = key.scalarText ?? ""
      if name == "action" || name == "local_action" || name == "args" { continue }
      if let keyword = Keyword(rawValue: name), keyword.scopes.contains(scope) {
        let parsed: Value
        do throws(Diagnostic) {
          parsed = try keywords.value(of: keyword, from: value, in: context.isHandlers ? "Handler" : "Task")
        } catch {
          // A failure that the task's author expects stays one of the run.
          guard [.bool, .int, .number].contains(keyword.form), ignoresErrors(node) else { throw error }
          parsed = try files.value(of: value)
        }
        if keyword == .loop {
          if loop != nil { throw duplicateLoop(key) }
          loop = LoopSource(lookup: nil, value: parsed, place: value.place)
        } else {
          own.set(keyword, to: parsed)
        }
      } else if name.hasPrefix("with_"), catalog.spec(name) == nil {
        if loop != nil { throw duplicateLoop(key) }
        loop = LoopSource(lookup: String(name.dropFirst(5)), value: try files.value(of: value), place: value.place)
      } else if Keyword(rawValue: name) != nil, catalog.spec(name) == nil {
        throw invalidAttribute(key, context.isHandlers ? "Handler" : "Task", scope)
      } else {
        candidates.append((key, value))
      }
    }
    own.warnings = self.keywords.reservedNames(among: node["vars"])
    if let register = own[.register] { try checkRegister(register, at: node["register"]?.place ?? node.place) }
    if let label = own[.loopControl]?["label"], label.map != nil || label.list != nil {
      let place = node["loop_control"]?["label"]?.place ?? node.place
      throw Diagnostic(
        .invalid,
        "The field 'label' is supposed to be a string type, however the incoming data structure is a <class '\(label.typeName)'>",
        at: place)
    }
    let collections = context.keywords.enclosing(own).collections
    let found = try actions(in: collections).parse(candidates: candidates, pairs: pairs, task: node)
    if found.isLocal { own.set(.delegateTo, to: .string(Text("localhost"))) }
    let keywords = context.keywords.enclosing(own)
    let task = PlayTask(
      id: nextID(), place: node.place, name: own[.name]?.text, action: found.call, keywords: keywords,
      enclosing: context.keywords.inherited, loop: loop, role: context.role,
      listen: own[.listen]?.list?.compactMap(\.text) ?? [], isHandler: context.isHandlers,
      directory: context.directory)
    let canonical = catalog.canonicalName(found.call.resolvedName)
    if context.isHandlers { try checkHandler(task, canonical) }
    switch canonical {
    case "import_tasks": return try importTasks(task, own: own, in: context)
    case "import_role": return [.block(try importRole(task, own: own, in: context))]
    default: return [.task(task)]
    }
  }

  private func ignoresErrors(_ task: YAMLNode) -> Bool {
    task["ignore_errors"].flatMap { try? files.value(of: $0) }.flatMap(Coercion.bool) ?? false
  }

  private func checkHandler(_ task: PlayTask, _ canonical: String) throws(Diagnostic) {
    let text = task.action.arguments[ActionCall.rawParameters]?.string
    if canonical == "include_role" || canonical == "import_role" {
      throw Diagnostic(.invalid, "Using '\(task.action.name)' as a handler is not supported.", at: task.action.place)
    }
    if canonical == "meta", text == MetaAction.flushHandlers.rawValue {
      throw Diagnostic(.invalid, "flush_handlers cannot be used as a handler", at: task.action.place)
    }
  }

  private func checkRegister(_ value: Value, at place: Place) throws(Diagnostic) {
    guard let problem = VariableName.problem(with: value) else { return }
    throw Diagnostic(
      .invalid, "Invalid 'register' specified", at: place,
      causes: [Diagnostic(.invalid, problem, at: place, help: VariableName.rule)])
  }

  private func duplicateLoop(_ key: YAMLNode) -> Diagnostic {
    Diagnostic(.invalid, "duplicate loop in task: \(key.scalarText ?? "")", at: key.place)
  }

  func invalidAttribute(_ key: YAMLNode, _ what: String, _ scope: Keyword.Scopes) -> Diagnostic {
    let name = key.scalarText ?? ""
    let known = Keyword.allCases.filter { $0.scopes.contains(scope) }.map(\.rawValue)
    return Diagnostic(
      .invalid, "'\(name)' is not a valid attribute for a \(what)", at: key.place,
      help: Suggestion.help(for: name, in: known))
  }

  // MARK: static imports

  private func importTasks(_ task: PlayTask, own: KeywordSet, in context: ParseContext) throws(Diagnostic) -> [TaskItem]
  {
    if let loop = task.loop {
      throw Diagnostic(
        .invalid, "You cannot use loops on 'import_tasks' statements. You should use 'include_tasks' instead.",
        at: loop.place)
    }
    let written = task.action.arguments["file"] ?? task.action.arguments[ActionCall.rawParameters]
    guard let written else {
      throw Diagnostic(.invalid, "No file specified for import_tasks", at: task.action.place)
    }
    let variables = context.staticVariables + own.vars
    let rendered = try renderStatic(written, variables)
    guard let name = rendered.string else {
      throw Diagnostic(.invalid, "the file of import_tasks must be a string", at: task.action.place)
    }
    let path = try findTaskFile(name, in: context, at: written.text?.place ?? task.action.place)
    var inner = context
    // The name stays with the import; everything else holds for each task inside.
    inner.keywords = context.keywords.enclosing(own.inherited)
    inner.staticVariables = variables
    return try taskFile(path, in: inner)
  }

  /// The file of an `import_tasks` or `include_tasks`: beside the including file, in the role's `tasks/`, beside the playbook.
  package func findTaskFile(_ name: String, in context: ParseContext, at place: Place?) throws(Diagnostic) -> String {
    let candidates = taskFileCandidates(name, in: context)
    if let path = candidates.first(where: LocalFile.isFile) { return path }
    throw Diagnostic(
      .file, "Could not find or access '\(candidates.first ?? name)' on the Ansible Controller.", at: place,
      help: candidates.count > 1 ? "Looked for: \(candidates.joined(separator: ", "))." : nil)
  }

  private func taskFileCandidates(_ name: String, in context: ParseContext) -> [String] {
    if name.hasPrefix("/") || name.hasPrefix("~") { return [LocalFile.absolute(name)] }
    var directories: [String] = []
    let inRole = context.role.map { "\($0.path)/\(context.isHandlers ? "handlers" : "tasks")" }
    if context.directory != inRole { directories.append(context.directory) }
    if let inRole { directories.append(inRole) }
    if let role = context.role { directories += ["\(role.path)/tasks", role.path] }
    directories.append(context.playbookDirectory)
    var seen: Set<String> = []
    return directories.map { LocalFile.absolute(name, in: $0) }.filter { seen.insert($0).inserted }
  }
}

extension YAMLNode {
  /// Whether the node says nothing: an empty value or `null`.
  var isNullScalar: Bool {
    guard case .scalar(let text, let style) = content else { return false }
    return style == .plain && ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What the node is, in a reader's words.
  var kindName: String {
    switch content {
    case .scalar: "a string"
    case .sequence: "a list"
    case .mapping: "a dictionary"
    }
  }
}
