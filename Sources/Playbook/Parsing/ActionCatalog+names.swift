import Values

/// What a task's name for a module comes to: by the keyword `collections`, and by what collections say of their names.
extension ActionCatalog {
  struct Resolution {
    /// Under which the catalogue has it, if this program has it at all.
    var name: String
    /// What the user should hear of.
    var deprecations: [String] = []
  }

  /// - Parameter collections: where short names are looked for, in this order.
  /// - Returns: `nil` when nothing is called so.
  /// - Throws: `Diagnostic` for a module that was removed, and for redirections that lead nowhere.
  func resolve(_ written: String, in collections: [String] = []) throws(Diagnostic) -> Resolution? {
    var result = Resolution(name: written)
    var path = [written]
    while true {
      var redirect: String?
      for candidate in candidates(result.name, collections) {
        guard let (collection, resource) = Self.parts(candidate),
          let routing = try library.collections.routing(of: collection), let route = routing.route(of: resource)
        else {
          if let found = find(candidate) { return Resolution(name: found, deprecations: result.deprecations) }
          continue
        }
        if let notice = route.deprecation { result.deprecations.append(routing.deprecation(of: resource, notice)) }
        if let notice = route.tombstone { throw Diagnostic(.invalid, routing.tombstone(of: resource, notice)) }
        if let target = route.redirect {
          guard target.split(separator: ".").count >= 3 else {
            throw Diagnostic(
              .invalid,
              "Collection \(collection) contains invalid redirect for \(candidate): \(target). Redirects must use fully qualified collection names."
            )
          }
          if !path.contains(candidate) { path.append(candidate) }
          redirect = target
          break
        }
        if let found = find(candidate) { return Resolution(name: found, deprecations: result.deprecations) }
      }
      guard let redirect else { return nil }
      if path.contains(redirect) {
        throw Diagnostic(
          .invalid, "plugin redirect loop resolving \(written) (path: \(Value.strings(path).pythonRepr))")
      }
      path.append(redirect)
      result.name = redirect
    }
  }

  /// The full name of the module that a name in `module_defaults` means, and that of ansible.builtin behind a short one.
  func defaultsNames(_ written: String) throws(Diagnostic) -> [String] {
    let short = written.hasPrefix("ansible.legacy.") ? String(written.dropFirst("ansible.legacy.".count)) : written
    var names: [String] = []
    for name in [written] + (short.contains(".") ? [] : ["ansible.builtin.\(short)"]) {
      guard let found = try resolve(name)?.name else { continue }
      let full = spec(found)?.fullName ?? found
      if !names.contains(full) { names.append(full) }
    }
    return names
  }

  /// The full names of the modules in a group of `module_defaults`.
  /// - Returns: `nil` when there is no such group.
  func group(_ name: String) throws(Diagnostic) -> Set<String>? {
    var seen: Set<String> = []
    return try group(name, &seen)
  }

  private func group(_ name: String, _ seen: inout Set<String>) throws(Diagnostic) -> Set<String>? {
    guard let (collection, resource) = Self.parts(name.contains(".") ? name : "ansible.builtin.\(name)") else {
      return nil
    }
    // None of ansible.builtin's own modules is in any of its groups.
    if collection == "ansible.builtin" { return Self.groups.contains(resource) ? [] : nil }
    guard let group = try library.collections.routing(of: collection)?.groups[resource] else { return nil }
    var members: Set<String> = []
    guard seen.insert("\(collection).\(resource)").inserted else { return members }
    for module in group.modules {
      members.formUnion(try defaultsNames(Self.parts(module) == nil ? "\(collection).\(module)" : module))
    }
    for extended in group.extends {
      members.formUnion(
        try self.group(Self.parts(extended) == nil ? "\(collection).\(extended)" : extended, &seen) ?? [])
    }
    return members
  }

  /// The groups that ansible.builtin knows.
  static let groups = ["acme", "aws", "azure", "cpm", "docker", "gcp", "k8s", "os", "ovirt", "vmware"]

  private func candidates(_ name: String, _ collections: [String]) -> [String] {
    if collections.isEmpty || name.contains(".") || Self.beforeCollections.contains(name) { return [name] }
    let endsWithOwn = collections.contains { $0 == "ansible.builtin" || $0 == "ansible.legacy" }
    return (collections + (endsWithOwn ? [] : ["ansible.legacy"])).map { "\($0).\(name)" }
  }

  /// The name under which something is here, or would be if this program had it.
  private func find(_ name: String) -> String? {
    if self[name] != nil { return name }
    for prefix in ["ansible.builtin.", "ansible.legacy."] where name.hasPrefix(prefix) {
      // Some that ansible.builtin redirects have short names here.
      let short = String(name.dropFirst(prefix.count))
      if !short.contains("."), hasOwn(short) { return short }
    }
    guard UnavailableModules.contains(name) else { return nil }
    guard let (collection, resource) = Self.parts(name), library.collections.contains(collection) else { return name }
    // A collection that is there says itself what it has.
    return library.hasAction(resource, of: collection) ? name : nil
  }

  /// A full name's collection and what it has there.
  static func parts(_ name: String) -> (collection: String, resource: String)? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 3, !parts.contains("") else { return nil }
    return (parts[..<2].joined(separator: "."), parts[2...].joined(separator: "."))
  }

  /// Names that mean ansible.builtin's own whatever collections there are: statements, and modules with an action of their own.
  private static let beforeCollections: Set<String> = [
    "add_host", "assemble", "assert", "async_status", "command", "copy", "debug", "dnf", "fail", "fetch",
    "gather_facts",
    "group_by", "import_role", "import_tasks", "include_role", "include_tasks", "include_vars", "meta", "package",
    "pause",
    "raw", "reboot", "script", "service", "set_fact", "set_stats", "shell", "template", "unarchive", "uri",
    "validate_argument_spec", "wait_for_connection",
  ]
}
