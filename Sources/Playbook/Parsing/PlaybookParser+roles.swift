import Values

/// How a role is called: by `roles:`, `import_role`, `include_role` or another role's `dependencies:`.
package struct RoleRequest: Sendable {
  package var name: String
  package var place: Place?
  package var parameters: Map = [:]
  /// Its own keywords.
  package var keywords = KeywordSet()
  package var tasksFrom = "main"
  package var varsFrom = "main"
  package var defaultsFrom = "main"
  package var handlersFrom = "main"
  /// Called by `import_role` or `include_role`, which say themselves whether a role may run again.
  package var isStatement = false
  package var allowsDuplicates = true
  package var isPublic = true
  package var validatesArguments = true
  /// The roles around the call, outermost first: those that depend on it, or whose tasks include it.
  package var parents: [RoleInstance] = []
  package var isDependency = false

  package init(name: String, place: Place?) {
    self.name = name
    self.place = place
  }
}

/// What a role came to.
package struct LoadedRole: Sendable {
  /// The dependencies' bodies, then its own.
  package var bodies: [TaskItem]
  var handlers: [RoleHandlers]
  /// Its own instance and its dependencies', dependencies first.
  package var instances: [RoleInstance]
}

/// The handlers of one role.
package struct RoleHandlers: Sendable {
  /// The same for each call of the role with the same parameters: the handlers are there once.
  let identity: String
  let items: [TaskItem]

  fileprivate init(_ items: [TaskItem], of role: RoleInstance, _ request: RoleRequest) {
    var circumstances: Map = [:]
    for (index, vars) in request.keywords.vars.enumerated() { circumstances["vars\(index)"] = .map(vars) }
    for keyword in [Keyword.when, .tags] { circumstances[keyword.rawValue] = .list(request.keywords.list(keyword)) }
    let text = JSONWriter().string(.map(circumstances))
    identity = [role.identity, request.handlersFrom, text].joined(separator: "\u{0}")
    self.items = items
  }
}

extension [RoleHandlers] {
  /// Those that are not `known` yet.
  func new(_ known: inout Set<String>) -> [TaskItem] {
    flatMap { known.insert($0.identity).inserted ? $0.items : [] }
  }
}

extension PlaybookParser {
  /// Loads a role with its dependencies.
  package func role(_ request: RoleRequest, in context: ParseContext) throws(Diagnostic) -> LoadedRole {
    do throws(Diagnostic) {
      return try load(request, in: context)
    } catch {
      var error = error
      error.place = error.place ?? request.place
      throw error
    }
  }

  private func load(_ request: RoleRequest, in context: ParseContext) throws(Diagnostic) -> LoadedRole {
    guard context.depth < ParseContext.maximumDepth, request.parents.count < 50 else {
      throw Diagnostic(
        .limit, "A recursion loop was detected with the roles specified: '\(request.name)' depends on itself",
        at: request.place)
    }
    if request.isDependency, request.parents.contains(where: { $0.name == request.name }) {
      throw Diagnostic(
        .invalid,
        "A recursion loop was detected with the roles specified. Make sure child roles do not have dependencies on parent roles",
        at: request.place)
    }
    let path = try findRole(request.name, in: context, at: request.place)
    catalog.library.add("\(path)/library")
    let meta = try roleMeta(path)
    let name = LocalFile.name(of: path)
    let shownName =
      RoleInstance.collection(ofRoleAt: path).map { "\($0).\(name)" }
      ?? (request.name.contains("/") ? name : request.name)
    var roleKeywords = context.keywords.enclosing(request.keywords)
    // A role looks in its own collection, not where its caller does.
    roleKeywords.set(.collections, to: .strings(try collections(of: meta, RoleInstance.collection(ofRoleAt: path))))
    var instance = RoleInstance(
      name: shownName, path: path, defaults: try roleVariables(path, "defaults", request.defaultsFrom),
      vars: try roleVariables(path, "vars", request.varsFrom), parameters: request.parameters, parents: request.parents,
      isDependency: request.isDependency, isPublic: request.isPublic,
      argumentSpecs: request.validatesArguments ? try argumentSpec(path, request.tasksFrom) : nil,
      allowsDuplicates: request.isStatement ? request.allowsDuplicates : meta.allowsDuplicates)
    var inner = context
    inner.keywords = roleKeywords
    inner.role = instance
    inner.depth += 1
    inner.staticVariables += instance.staticVariables + request.keywords.vars
    var loaded = LoadedRole(bodies: [], handlers: [], instances: [])
    for var dependency in try roleRequests(meta.dependencies, in: inner) {
      dependency.parents = request.parents + [instance]
      dependency.isDependency = true
      dependency.isPublic = request.isPublic
      var outer = context
      outer.depth += 1
      outer.keywords = roleKeywords
      // What a role depends on may stand beside it.
      outer.role = instance
      let part = try role(dependency, in: outer)
      loaded.bodies += part.bodies
      loaded.handlers += part.handlers
      loaded.instances += part.instances
    }
    if !loaded.instances.isEmpty {
      instance = instance.depending(on: loaded.instances)
      inner.role = instance
    }
    inner.directory = "\(path)/tasks"
    var items: [TaskItem] = []
    if let file = try roleFile(path, "tasks", request.tasksFrom, of: instance.name) {
      items = try taskFile(file, in: inner)
    } else if request.tasksFrom != "main" {
      throw Diagnostic(
        .file, "Could not find specified file in role: tasks/\(request.tasksFrom)", at: request.place,
        help: "Looked in \(path)/tasks.")
    }
    if let validation = argumentValidation(instance, inner, entryPoint: request.tasksFrom, at: request.place) {
      items.insert(.task(validation), at: 0)
    }
    loaded.bodies.append(
      .block(
        Block(
          place: request.place ?? Place(SourceFile(path: path, text: ""), line: 1, column: 1), name: nil, items: items,
          rescue: [], always: [], keywords: roleKeywords, role: instance, isRoleBody: true)))
    var handlerContext = inner
    handlerContext.isHandlers = true
    handlerContext.directory = "\(path)/handlers"
    if let file = try roleFile(path, "handlers", request.handlersFrom, of: instance.name) {
      let items = try taskFile(file, in: handlerContext).asHandlerSource(
        in: handlerContext, at: request.place ?? Place(SourceFile(path: file, text: ""), line: 1, column: 1))
      loaded.handlers.append(RoleHandlers(items, of: instance, request))
    } else if request.handlersFrom != "main" {
      throw Diagnostic(
        .file, "Could not find specified file in role: handlers/\(request.handlersFrom)", at: request.place)
    }
    loaded.instances.append(instance)
    return loaded
  }

  func importRole(_ task: PlayTask, own: KeywordSet, in context: ParseContext) throws(Diagnostic) -> Block {
    if let loop = task.loop {
      throw Diagnostic(
        .invalid, "You cannot use loops on 'import_role' statements. You should use 'include_role' instead.",
        at: loop.place)
    }
    var request = try roleRequest(
      from: task, arguments: task.action.arguments, variables: context.staticVariables + own.vars)
    request.keywords = own.inherited
    if let role = context.role {
      request.keywords.appendVars(role.asParent(within: context.keywords))
    }
    var inner = context
    inner.keywords = context.keywords
    let loaded = try role(request, in: inner)
    importedRoles.withLock { $0.append(loaded) }
    return Block(
      place: task.place, name: nil, items: loaded.bodies, rescue: [], always: [], keywords: context.keywords,
      role: context.role,
      isRoleBody: false)
  }

  /// What an `import_role` or `include_role` asks for.
  package func roleRequest(from task: PlayTask, arguments: Map, variables: [Map]) throws(Diagnostic) -> RoleRequest {
    let rendered = try renderStatic(.map(arguments), variables).map ?? [:]
    guard let name = (rendered["name"] ?? rendered["role"])?.string else {
      throw Diagnostic(.invalid, "'name' is a required field for \(task.action.name).", at: task.action.place)
    }
    var request = RoleRequest(name: name, place: task.action.place)
    request.parents = task.role?.chain ?? []
    request.isStatement = true
    request.isPublic = !settings.flag("private_role_vars")
    func file(_ key: String) -> String {
      guard let value = rendered[key]?.string else { return "main" }
      return value
    }
    request.tasksFrom = file("tasks_from")
    request.varsFrom = file("vars_from")
    request.defaultsFrom = file("defaults_from")
    request.handlersFrom = file("handlers_from")
    if let value = rendered["allow_duplicates"], let allows = Coercion.bool(value) { request.allowsDuplicates = allows }
    if let value = rendered["public"], let isPublic = Coercion.bool(value) { request.isPublic = isPublic }
    if let value = rendered["rolespec_validate"], let validates = Coercion.bool(value) {
      request.validatesArguments = validates
    }
    return request
  }

  /// The entries of `roles:` or `dependencies:`.
  func roleRequests(_ node: YAMLNode?, in context: ParseContext) throws(Diagnostic) -> [RoleRequest] {
    guard let node, !node.isNullScalar else { return [] }
    guard let items = node.items else {
      let value = try files.value(of: node)
      throw Diagnostic(
        .invalid,
        "A malformed role declaration was encountered: ds (\(value.pythonText)) should be a list but was a <class '\(value.typeName)'>",
        at: node.place, help: "Start each role with '- '.")
    }
    var requests: [RoleRequest] = []
    for item in items { requests.append(try roleRequest(item, in: context)) }
    return requests
  }

  private func roleRequest(_ node: YAMLNode, in context: ParseContext) throws(Diagnostic) -> RoleRequest {
    guard let pairs = node.pairs else {
      guard let text = node.scalarText, !text.isEmpty else {
        throw Diagnostic(.invalid, "role definitions must contain a role name", at: node.place)
      }
      guard !text.contains(",") || Text.hasTemplateDelimiter(text) else {
        throw Diagnostic(.invalid, "Invalid old style role requirement: \(text)", at: node.place)
      }
      var request = RoleRequest(name: try staticName(node, context), place: node.place)
      request.isPublic = !settings.flag("private_role_vars")
      return request
    }
    guard let nameNode = node["role"] ?? node["name"] else {
      throw Diagnostic(.invalid, "role definitions must contain a role name", at: node.place)
    }
    var request = RoleRequest(name: try staticName(nameNode, context), place: node.place)
    request.keywords.warnings = keywords.reservedNames(among: node["vars"])
    request.isPublic = !settings.flag("private_role_vars")
    for (key, value) in pairs {
      let name = key.scalarText ?? ""
      if name == "role" || name == "name" || name == "src" || name == "version" || name == "scm" { continue }
      if let keyword = Keyword(rawValue: name), keyword.scopes.contains(.role) {
        request.keywords.set(keyword, to: try keywords.value(of: keyword, from: value, in: "Role"))
      } else {
        request.parameters[name] = try files.value(of: value)
      }
    }
    return request
  }

  private func staticName(_ node: YAMLNode, _ context: ParseContext) throws(Diagnostic) -> String {
    let value = try files.value(of: node)
    guard value.text?.isTemplate == true else { return PlainText.of(value) }
    return PlainText.of(try renderStatic(value, context.staticVariables))
  }

  // MARK: files of a role

  func findRole(_ name: String, in context: ParseContext, at place: Place?) throws(Diagnostic) -> String {
    if name.hasPrefix("/") || name.hasPrefix("~") || name.hasPrefix("./") || name.hasPrefix("../") {
      let path = LocalFile.absolute(name, in: context.directory)
      if LocalFile.isDirectory(path) { return path }
    }
    var directories = ["\(context.playbookDirectory)/roles"]
    if let role = context.role { directories.append(LocalFile.directory(of: role.path)) }
    directories += settings.rolesPath
    directories.append(context.playbookDirectory)
    var candidates: [String] = []
    if let (collection, resource) = ActionCatalog.parts(name) {
      let inside = "roles/\(resource.split(separator: ".").joined(separator: "/"))"
      candidates += catalog.library.collections.folders(inside, of: collection)
    } else {
      // That of the role around it comes first.
      for collection in [context.role?.collection].compactMap({ $0 }) + context.keywords.collections {
        candidates += catalog.library.collections.folders("roles/\(name)", of: collection)
      }
    }
    candidates += directories.map { "\($0)/\(name)" }
    if let path = candidates.first(where: LocalFile.isDirectory) { return LocalFile.absolute(path) }
    var seen: Set<String> = []
    let searched = directories.map { LocalFile.absolute($0) }.filter { seen.insert($0).inserted }
    throw Diagnostic(
      .invalid, "the role '\(name)' was not found in \(searched.joined(separator: ":"))", at: place,
      help: Suggestion.help(for: name, in: searched.flatMap { LocalFile.names(in: $0) }))
  }

  /// Where the short names in a role's tasks are looked for.
  private func collections(of meta: RoleMeta, _ own: String?) throws(Diagnostic) -> [String] {
    var result = own.map { [$0] } ?? []
    if let node = meta.collections {
      let value = try keywords.value(of: .collections, from: node, in: "RoleMetadata")
      result += (value.list ?? []).compactMap(\.string).filter { !result.contains($0) }
    }
    guard !result.isEmpty, !result.contains("ansible.builtin"), !result.contains("ansible.legacy") else {
      return result
    }
    return result + [own == nil ? "ansible.legacy" : "ansible.builtin"]
  }

  private struct RoleMeta {
    var dependencies: YAMLNode?
    var collections: YAMLNode?
    var allowsDuplicates = false
  }

  private func roleMeta(_ path: String) throws(Diagnostic) -> RoleMeta {
    var meta = RoleMeta()
    guard let file = try roleFile(path, "meta", "main", of: ""), let root = try files.document(file).root else {
      return meta
    }
    meta.dependencies = root["dependencies"]
    meta.collections = root["collections"]
    if let node = root["allow_duplicates"] { meta.allowsDuplicates = Coercion.bool(try files.value(of: node)) ?? false }
    return meta
  }

  private func argumentSpec(_ path: String, _ entryPoint: String) throws(Diagnostic) -> Value? {
    for name in ["argument_specs", "main"] {
      guard let file = try roleFile(path, "meta", name, of: ""),
        let specs = try files.document(file).root?["argument_specs"]
      else {
        continue
      }
      let entry = entryPoint.split(separator: ".").first.map(String.init) ?? entryPoint
      guard let node = specs[entry] else { return nil }
      return try files.value(of: node)
    }
    return nil
  }

  /// The task that checks a role's parameters against `meta/argument_specs.yml` before the role's own.
  private func argumentValidation(
    _ role: RoleInstance, _ context: ParseContext, entryPoint: String, at place: Place?
  ) -> PlayTask? {
    guard let spec = role.argumentSpecs, catalog.spec("validate_argument_spec") != nil else { return nil }
    let summary = spec["short_description"]?.string.map { " - \($0)" } ?? ""
    let entry = entryPoint.split(separator: ".").first.map(String.init) ?? entryPoint
    var keywords = context.keywords
    keywords.set(.tags, to: .list(["always"]))
    let at = place ?? Place(SourceFile(path: role.path, text: ""), line: 1, column: 1)
    return PlayTask(
      id: nextID(), place: at,
      name: Text("Validating arguments against arg spec '\(entry)'\(summary)"),
      action: ActionCall(
        name: "ansible.builtin.validate_argument_spec", place: at,
        arguments: [
          "argument_spec": spec["options"] ?? [:], "provided_arguments": .map(role.parameters),
          "validate_args_context": [
            "type": "role", "name": .string(role.name), "argument_spec_name": .string(entry),
            "path": .string(role.path),
          ],
        ]), keywords: keywords, loop: nil, role: role, listen: [], isHandler: false, directory: context.directory)
  }

  private func roleVariables(_ path: String, _ kind: String, _ name: String) throws(Diagnostic) -> Map {
    let directory = "\(path)/\(kind)/\(name)"
    if LocalFile.isDirectory(directory) {
      try checkInside(directory, "\(path)/\(kind)", of: LocalFile.name(of: path))
      var result: Map = [:]
      for file in Self.variableFiles(under: directory) { result.merge(try files.variables(file)) }
      return result
    }
    guard let file = try roleFile(path, kind, name, of: LocalFile.name(of: path)) else {
      if name == "main" { return [:] }
      throw Diagnostic(.file, "Could not find specified file in role: \(kind)/\(name)")
    }
    return try files.variables(file)
  }

  /// The YAML and JSON files below a directory, in ansible's order.
  static func variableFiles(under directory: String, depth: Int = 0) -> [String] {
    guard depth < 50 else { return [] }
    return LocalFile.names(in: directory).flatMap { name -> [String] in
      let path = "\(directory)/\(name)"
      if name.hasPrefix(".") || name.hasSuffix("~") { return [] }
      if LocalFile.isDirectory(path) { return variableFiles(under: path, depth: depth + 1) }
      return [".yml", ".yaml", ".json"].contains(where: name.hasSuffix) ? [path] : []
    }
  }

  /// - Throws: `Diagnostic` for a file that is not the role's own.
  private func roleFile(
    _ path: String, _ kind: String, _ name: String, of role: String
  ) throws(Diagnostic) -> String? {
    let folder = "\(path)/\(kind)"
    let base = name.hasPrefix("/") ? name : "\(folder)/\(name)"
    guard let file = ["", ".yml", ".yaml", ".json"].map({ base + $0 }).first(where: LocalFile.isFile) else {
      return nil
    }
    try checkInside(file, folder, of: role)
    return file
  }

  /// What a role is made of lies in its own folder, whatever names the callers give.
  private func checkInside(_ file: String, _ folder: String, of role: String) throws(Diagnostic) {
    guard !LocalFile.absolute(file).hasPrefix(LocalFile.absolute(folder) + "/") else { return }
    throw Diagnostic(
      .invalid,
      "Failed loading '\(file)' for role (\(role)) as it is not inside the expected role path: '\(folder)'")
  }
}
