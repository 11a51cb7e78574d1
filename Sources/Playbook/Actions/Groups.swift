import Modules
import Values

/// `add_host`: adds a host to the inventory of this run.
enum AddHostAction: Action {
  static let spec = ModuleSpec(
    name: "add_host", summary: "Add a host to the inventory for the rest of the run.",
    arguments: [
      ArgumentSpec("name", aliases: ["host", "hostname"], required: true, "The host, possibly with `:port`."),
      ArgumentSpec("groups", .list(of: .string), aliases: ["group", "groupname"], "The groups to add it to."),
    ], freeForm: .anyNames)

  static func run(_ call: ActionContext) async throws -> TaskResult {
    guard var name = call.arguments.string("name"), !name.isEmpty else {
      throw ModuleFailure("name, host or hostname needs to be provided")
    }
    var variables: Map = [:]
    for (key, value) in call.given
    where !["name", "host", "hostname", "groups", "group", "groupname"].contains(key.string ?? "") {
      variables[key] = value
    }
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, let port = Int(parts[1]) {
      name = String(parts[0])
      variables["ansible_ssh_port"] = .int(port)
    }
    let groups = (call.arguments.strings("groups") ?? []).flatMap {
      $0.split(separator: ",").map { String($0).trimmingBlanks }
    }
    var inventory = call.lookup.snapshot.inventory
    return TaskResult(
      changed: inventory.addHost(name, groups: groups, variables: variables),
      values: ["add_host": ["host_name": .string(name), "groups": .strings(groups), "host_vars": .map(variables)]],
      effects: [.addHost(name: name, groups: groups, variables: variables)])
  }
}

/// `group_by`: puts hosts into groups named after their variables.
enum GroupByAction: Action {
  static let spec = ModuleSpec(
    name: "group_by", summary: "Put the host into a group, made if need be.",
    arguments: [
      ArgumentSpec("key", required: true, "The group; blanks become dashes."),
      ArgumentSpec("parents", .list(of: .string), default: ["all"], "The groups above it."),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    guard let key = call.arguments.string("key") else {
      throw ModuleFailure("the 'key' param is required when using group_by")
    }
    let name = key.map { $0 == " " ? "-" : String($0) }.joined()
    let parents = (call.arguments.strings("parents") ?? ["all"]).map {
      $0.map { $0 == " " ? "-" : String($0) }.joined()
    }
    let isMember = call.lookup.snapshot.inventory.groups[name]?.contains(call.host) ?? false
    return TaskResult(
      changed: !isMember, values: ["add_group": .string(name), "parent_groups": .strings(parents)],
      effects: [.addGroup(name: name, parents: parents)])
  }
}
