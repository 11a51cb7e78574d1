import Values

extension PlaybookParser {
  /// All plays of a playbook file, imports included.
  /// - Parameter chain: the playbooks that import each other down to this one, outermost first.
  /// - Throws: `Diagnostic` for what keeps the file from being read at all; other errors are in `problems`.
  package func playbook(
    _ path: String, extraVariables: Map, importing outer: KeywordSet = KeywordSet(), through chain: [String] = []
  ) throws(Diagnostic) -> [Play] {
    let path = LocalFile.absolute(path)
    let chain = chain + [path]
    let document = try files.document(path)
    guard let root = document.root, !root.isNullScalar else { return [] }
    guard let items = root.items else {
      throw Diagnostic(
        .invalid,
        "A playbook must be a list of plays, got \(root.kindName == "a dictionary" ? "a <class 'dict'>" : root.kindName) instead",
        at: root.place, help: "Start each play with '- hosts: …'.")
    }
    guard !items.isEmpty else {
      throw Diagnostic(.invalid, "A playbook must contain at least one play: \(path)")
    }
    let directory = LocalFile.directory(of: LocalFile.absolute(path))
    catalog.library.addPlaybook(in: directory)
    var plays: [Play] = []
    for item in items {
      do {
        plays += try play(item, directory: directory, extraVariables: extraVariables, outer: outer, chain: chain)
      } catch {
        report(error)
      }
    }
    return plays
  }

  private static let playOnly: Set<String> = [
    "hosts", "vars_files", "vars_prompt", "gather_facts", "force_handlers", "pre_tasks", "roles", "tasks", "post_tasks",
    "handlers", "user",
  ]

  private func play(
    _ node: YAMLNode, directory: String, extraVariables: Map, outer: KeywordSet, chain: [String]
  ) throws(Diagnostic) -> [Play] {
    guard let pairs = node.pairs else {
      throw Diagnostic(
        .invalid, "playbook entries must be either valid plays or 'import_playbook' statements", at: node.place)
    }
    if let key = pairs.first(where: { Self.importNames.contains($0.key.scalarText ?? "") }) {
      return try importPlaybook(
        key, pairs, directory: directory, extraVariables: extraVariables, outer: outer, chain: chain)
    }
    var own = KeywordSet()
    for (key, value) in pairs {
      let name = key.scalarText ?? ""
      if Self.playOnly.contains(name) { continue }
      guard let keyword = Keyword(rawValue: name), keyword.scopes.contains(.play) else {
        throw invalidAttribute(key, "Play", .play, also: Array(Self.playOnly) + ["import_playbook"])
      }
      own.set(keyword, to: try keywords.value(of: keyword, from: value, in: "Play"))
    }
    for warning in self.keywords.reservedNames(among: node["vars"]) { files.warn(warning) }
    if let node = node["user"], own[.remoteUser] != nil {
      throw Diagnostic(
        .invalid,
        "both 'user' and 'remote_user' are set for this play. The use of 'user' is deprecated, and should be removed",
        at: node.place)
    }
    if let node = node["user"] { own.set(.remoteUser, to: try files.value(of: node)) }
    if let collection = CollectionTree.collection(ofPlaybooksIn: directory), !own.collections.contains(collection) {
      own.set(.collections, to: .strings([collection] + own.collections))
    }
    guard let hostsNode = node["hosts"] else {
      throw Diagnostic(.invalid, "the field 'hosts' is required but was not set", at: node.place)
    }
    let hosts = try files.value(of: hostsNode)
    try checkHosts(hosts, at: hostsNode.place)
    let keywords = outer.enclosing(own)
    let vars = own.vars.reduce(into: Map()) { $0.merge($1) }
    let importVars = outer.vars.reduce(into: Map()) { $0.merge($1) }
    // Play variables are a level of their own, weaker than a task's: they do not travel down with the keywords.
    let inherited = keywords.dropping([.vars])
    var context = ParseContext(
      keywords: inherited.inherited, directory: directory, playbookDirectory: directory,
      staticVariables: [ParseContext.variables(ofPlaybookIn: directory), vars.merging(importVars), extraVariables])
    context.depth = chain.count
    _ = takeImportedRoles()
    let preTasks = try tasks(node["pre_tasks"], in: context, section: "pre_tasks")
    var roles: [LoadedRole] = []
    for request in try roleRequests(node["roles"], in: context) {
      do { roles.append(try role(request, in: context)) } catch { report(error) }
    }
    let body = try tasks(node["tasks"], in: context)
    let postTasks = try tasks(node["post_tasks"], in: context, section: "post_tasks")
    var handlerContext = context
    handlerContext.isHandlers = true
    let handlers = try tasks(node["handlers"], in: handlerContext, section: "handlers").asHandlerSource(
      in: handlerContext, at: node.place)
    let imported = takeImportedRoles()
    var rolesWithHandlers: Set<String> = []
    let roleHandlers = (roles + imported).flatMap(\.handlers).new(&rolesWithHandlers)
    return [
      Play(
        place: node.place, name: own[.name]?.text, hosts: hosts, keywords: keywords, vars: vars.merging(importVars),
        varsFiles: try varsFiles(node["vars_files"]), varsPrompts: try varsPrompts(node["vars_prompt"]),
        gatherFacts: try node["gather_facts"].map { node throws(Diagnostic) in try files.value(of: node) },
        forceHandlers: try node["force_handlers"].map { node throws(Diagnostic) in try files.value(of: node) },
        preTasks: preTasks, roles: roles.flatMap(\.bodies), tasks: body, postTasks: postTasks,
        handlers: roleHandlers + handlers, rolesWithHandlers: rolesWithHandlers,
        roleInstances: (roles + imported).flatMap(\.instances), directory: directory)
    ]
  }

  private func invalidAttribute(_ key: YAMLNode, _ what: String, _ scope: Keyword.Scopes, also: [String]) -> Diagnostic
  {
    var problem = invalidAttribute(key, what, scope)
    problem.help = Suggestion.help(
      for: key.scalarText ?? "", in: Keyword.allCases.filter { $0.scopes.contains(scope) }.map(\.rawValue) + also)
    return problem
  }

  private func checkHosts(_ hosts: Value, at place: Place) throws(Diagnostic) {
    switch hosts {
    case .string(let text) where !text.string.isEmpty: return
    case .list(let list) where !list.isEmpty:
      for item in list {
        guard item.string != nil else {
          let what =
            item.isNull
            ? "Hosts list cannot contain values of 'None'. Please check your playbook"
            : "Hosts list contains an invalid host value: '\(PlainText.of(item))'"
          throw Diagnostic(.invalid, what, at: place)
        }
      }
    case .string, .list, .null:
      throw Diagnostic(.invalid, "Hosts list cannot be empty. Please check your playbook", at: place)
    default:
      throw Diagnostic(.invalid, "Hosts list must be a sequence or string. Please check your playbook.", at: place)
    }
  }

  // MARK: import_playbook

  private static let importNames: Set<String> = [
    "import_playbook", "ansible.builtin.import_playbook", "ansible.legacy.import_playbook",
  ]

  private func importPlaybook(
    _ entry: (key: YAMLNode, value: YAMLNode), _ pairs: [(key: YAMLNode, value: YAMLNode)], directory: String,
    extraVariables: Map, outer: KeywordSet, chain: [String]
  ) throws(Diagnostic) -> [Play] {
    var own = KeywordSet()
    for (key, value) in pairs where key.scalarText != entry.key.scalarText {
      guard let keyword = Keyword(rawValue: key.scalarText ?? ""), [.name, .tags, .vars, .when].contains(keyword) else {
        throw Diagnostic(
          .invalid, "'\(key.scalarText ?? "")' is not a valid attribute for a PlaybookInclude", at: key.place)
      }
      own.set(keyword, to: try keywords.value(of: keyword, from: value, in: "PlaybookInclude"))
    }
    let written = try files.value(of: entry.value)
    let keywords = outer.enclosing(own.inherited)
    guard let name = try renderStatic(written, [extraVariables] + keywords.vars).string else {
      throw Diagnostic(
        .invalid, "playbook import parameter must be a string indicating a file path", at: entry.value.place)
    }
    let path = catalog.library.collections.playbook(name) ?? LocalFile.absolute(name, in: directory)
    guard LocalFile.isFile(path) else {
      throw Diagnostic(.file, "unable to import the playbook '\(path)': there is no such file", at: entry.value.place)
    }
    guard !chain.contains(path), chain.count < ParseContext.maximumDepth else {
      throw Diagnostic(
        .invalid, "the playbook '\(path)' imports itself: \(chain.joined(separator: " → "))", at: entry.value.place)
    }
    return try playbook(path, extraVariables: extraVariables, importing: keywords, through: chain)
  }

  // MARK: variables of the play

  private func varsFiles(_ node: YAMLNode?) throws(Diagnostic) -> [Play.VarsFile] {
    guard let node, !node.isNullScalar else { return [] }
    var result: [Play.VarsFile] = []
    for item in node.items ?? [node] {
      let texts = try (item.items ?? [item]).map { node throws(Diagnostic) -> Text in
        guard let text = try files.value(of: node).text else {
          throw Diagnostic(.invalid, "vars_files must be a list of file names", at: node.place)
        }
        return text
      }
      result.append(Play.VarsFile(candidates: texts, place: item.place))
    }
    return result
  }

  private func varsPrompts(_ node: YAMLNode?) throws(Diagnostic) -> [Play.VarsPrompt] {
    guard let node, !node.isNullScalar else { return [] }
    var result: [Play.VarsPrompt] = []
    for item in node.items ?? [node] {
      let map = try files.value(of: item).map ?? [:]
      guard let name = map["name"]?.string else {
        throw Diagnostic(.invalid, "Invalid vars_prompt data structure, missing 'name' key", at: item.place)
      }
      let known: Set<String> = [
        "name", "prompt", "default", "private", "confirm", "encrypt", "salt_size", "salt", "unsafe",
      ]
      for key in map.keys where !known.contains(key.string ?? "") {
        throw Diagnostic(
          .invalid, "Invalid vars_prompt data structure, found unsupported key '\(key.string ?? "")'", at: item.place)
      }
      result.append(
        Play.VarsPrompt(
          name: name, prompt: map["prompt"].map(PlainText.of) ?? name,
          isPrivate: map["private"].flatMap(Coercion.bool) ?? true,
          mustConfirm: map["confirm"].flatMap(Coercion.bool) ?? false, encrypt: map["encrypt"]?.string,
          salt: map["salt"].map(PlainText.of), defaultValue: map["default"],
          isUnsafe: map["unsafe"].flatMap(Coercion.bool) ?? false))
    }
    return result
  }
}
