import Values

/// What a collection says of the names of its modules, in `meta/runtime.yml` (`plugin_routing` and `action_groups`).
struct CollectionRouting: Sendable {
  /// What becomes of one name.
  struct Route: Sendable {
    var redirect: String?
    var deprecation: Notice?
    var tombstone: Notice?
  }

  /// Since when, or until when, and what to use instead.
  struct Notice: Sendable {
    var version: String?
    var date: String?
    var text: String
  }

  /// A group for `module_defaults`: names of modules, and of groups that it takes in.
  struct Group: Sendable {
    var modules: [String] = []
    var extends: [String] = []
  }

  let collection: String
  private let routes: [String: Route]
  let groups: [String: Group]

  /// - Parameter runtime: what stands in the file; anything that is not as it should be is passed over.
  init(collection: String, runtime: Value) {
    self.collection = collection
    var routes: [String: Route] = [:]
    // A module's own entry counts before that of the action of its name.
    for kind in ["action", "modules"] {
      for (name, entry) in runtime["plugin_routing"]?[kind]?.map ?? [:] {
        guard let name = name.string, let entry = entry.map else { continue }
        routes[name] = Route(
          redirect: entry["redirect"]?.string, deprecation: Notice(entry["deprecation"]),
          tombstone: Notice(entry["tombstone"]))
      }
    }
    self.routes = routes
    var groups: [String: Group] = [:]
    for (name, members) in runtime["action_groups"]?.map ?? [:] {
      guard let name = name.string else { continue }
      var group = Group()
      for member in members.list ?? [] {
        if let module = member.string { group.modules.append(module) }
        guard let extended = member["metadata"]?["extend_group"] else { continue }
        group.extends += (extended.list ?? [extended]).compactMap(\.string)
      }
      groups[name.hasPrefix("\(collection).") ? String(name.dropFirst(collection.count + 1)) : name] = group
    }
    self.groups = groups
  }

  /// - Parameter resource: a name within the collection.
  func route(of resource: String) -> Route? { routes[resource] }

  func deprecation(of resource: String, _ notice: Notice) -> String {
    sentence("\(collection).\(resource) has been deprecated.", notice, "This feature will be removed")
      + (notice.when.map { " \($0)." } ?? " in a future release.")
  }

  func tombstone(of resource: String, _ notice: Notice) -> String {
    sentence("The '\(collection).\(resource)' module has been removed.", notice, "This feature was removed")
      + (notice.when.map { " \($0)." } ?? ".")
  }

  private func sentence(_ start: String, _ notice: Notice, _ end: String) -> String {
    let text = notice.text.isEmpty || notice.text.hasSuffix(".") ? notice.text : notice.text + "."
    return (text.isEmpty ? start : "\(start) \(text)") + " \(end) from collection '\(collection)'"
  }
}

extension CollectionRouting.Notice {
  fileprivate init?(_ value: Value?) {
    guard let map = value?.map, !map.isEmpty else { return nil }
    version = map["removal_version"].map(PlainText.of)
    date = map["removal_date"].map { String(PlainText.of($0).prefix(10)) }
    text = map["warning_text"].map(PlainText.of) ?? ""
  }

  fileprivate var when: String? {
    date.map { "in a release after \($0)" } ?? version.map { "version \($0)" }
  }
}
