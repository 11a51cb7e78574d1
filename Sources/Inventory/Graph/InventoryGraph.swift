import Values

/// Hosts and groups and who belongs to whom, as the sources declare them.
///
/// Hosts and groups are numbers here, their places in `hosts` and `groups`, so that a hundred thousand hosts cost little.
struct InventoryGraph: Sendable {
  typealias HostID = Int
  typealias GroupID = Int

  struct Group: Sendable {
    let name: String
    var variables = Map()
    /// `ansible_group_priority`: among groups of equal depth, the higher one's variables win.
    var priority = 1
    /// The longest way from `all`.
    var depth = 0
    var children: [GroupID] = []
    var parents: [GroupID] = []
    /// The hosts named in this very group.
    var hosts: [HostID] = []
  }

  struct Host: Sendable {
    let name: String
    var variables = Map()
    /// The groups that name this very host; their ancestors hold it too.
    var groups: [GroupID] = []
    /// The place in `sources` of the source that named it first; `nil` for hosts that a play added.
    var source: Int?
  }

  /// A source as `inventory_file` and `inventory_dir` show it.
  struct Source: Sendable, Hashable {
    /// The absolute path of the file; `nil` for a list of hosts on the command line.
    let file: String?
    let directory: String?
  }

  static let all: GroupID = 0
  static let ungrouped: GroupID = 1

  private(set) var hosts: [Host] = []
  private(set) var groups: [Group] = [Group(name: "all"), Group(name: "ungrouped")]
  private var hostIDs: [String: HostID] = [:]
  private var groupIDs: [String: GroupID] = ["all": all, "ungrouped": ungrouped]
  var sources: [Source] = []
  /// The source that is being read.
  var currentSource: Int?
  /// `hash_behaviour = merge`: a map given twice is merged instead of replaced.
  var mergesMaps = false
  /// Who set which variable where; kept only for explanations.
  var history: VariableHistory?

  /// `force_valid_group_names` in a form that replaces.
  var replacesUnsafeGroupNames = false
  /// Whether some source named a group with characters that may not stand in a variable's name.
  private(set) var hasUnsafeGroupNames = false

  private func fitting(_ name: String) -> String {
    replacesUnsafeGroupNames && !GroupName.isSafe(name) ? GroupName.safe(name) : name
  }

  init() { _ = try? addChild(Self.ungrouped, to: Self.all) }

  func host(named name: String) -> HostID? { hostIDs[name] }
  func group(named name: String) -> GroupID? { groupIDs[fitting(name)] }

  // MARK: - Declarations

  /// The group of that name, made if there is none yet.
  @discardableResult
  mutating func addGroup(_ written: String) -> GroupID {
    let name = fitting(written)
    if let known = groupIDs[name] { return known }
    if !GroupName.isSafe(written) { hasUnsafeGroupNames = true }
    groups.append(Group(name: name))
    groupIDs[name] = groups.count - 1
    return groups.count - 1
  }

  /// The host of that name, made if there is none yet, put into `group`.
  @discardableResult
  mutating func addHost(_ name: String, to group: GroupID? = nil, port: Int? = nil) -> HostID {
    let id: HostID
    if let known = hostIDs[name] {
      id = known
    } else {
      id = hosts.count
      hosts.append(Host(name: name, source: currentSource))
      hostIDs[name] = id
      if let port { setVariable("ansible_port", to: .int(port), ofHost: id) }
    }
    if let group { add(id, to: group) }
    return id
  }

  /// Puts a host into a group; answers whether it was not there before.
  @discardableResult
  mutating func add(_ host: HostID, to group: GroupID) -> Bool {
    guard hosts.indices.contains(host), groups.indices.contains(group), !hosts[host].groups.contains(group) else {
      return false
    }
    hosts[host].groups.append(group)
    groups[group].hosts.append(host)
    return true
  }

  /// Makes `child` a child of `parent`; answers whether it was not one before.
  @discardableResult
  mutating func addChild(_ child: GroupID, to parent: GroupID) throws(GroupLoop) -> Bool {
    guard groups.indices.contains(child), groups.indices.contains(parent) else { return false }
    guard child != parent else { throw .ownChild(groups[child].name) }
    guard !groups[parent].children.contains(child) else { return false }
    guard !ancestors(of: parent).contains(child) else {
      throw .loop(child: groups[child].name, parent: groups[parent].name)
    }
    groups[parent].children.append(child)
    groups[child].parents.append(parent)
    deepen(child, to: groups[parent].depth + 1)
    return true
  }

  /// Sets a variable of a group; `ansible_group_priority` is a property of the group instead.
  ///
  /// - Parameter place: where it was written, for those who ask for the history of variables.
  mutating func setVariable(
    _ name: Key, to value: Value, ofGroup group: GroupID, at place: @autoclosure () -> Place? = nil
  ) {
    guard groups.indices.contains(group) else { return }
    history?.record(name, value, of: .group(group), at: place() ?? value.text?.place, source: currentSource)
    if name == "ansible_group_priority" {
      if let priority = value.int ?? value.string.flatMap({ Int($0) }) { groups[group].priority = priority }
      return
    }
    Self.set(name, to: value, in: &groups[group].variables, mergesMaps: mergesMaps)
  }

  mutating func setVariable(
    _ name: Key, to value: Value, ofHost host: HostID, at place: @autoclosure () -> Place? = nil
  ) {
    guard hosts.indices.contains(host) else { return }
    history?.record(name, value, of: .host(host), at: place() ?? value.text?.place, source: currentSource)
    Self.set(name, to: value, in: &hosts[host].variables, mergesMaps: mergesMaps)
  }

  private static func set(_ name: Key, to value: Value, in variables: inout Map, mergesMaps: Bool) {
    if mergesMaps, case .map(let new) = value, case .map(let old)? = variables[name] {
      variables[name] = .map(old.mergingDeeply(new))
    } else {
      variables[name] = value
    }
  }

  /// Deepens a group and what lies below it. The graph has no loops, so this ends.
  private mutating func deepen(_ group: GroupID, to depth: Int) {
    var pending = [(group, depth)]
    while let (group, depth) = pending.popLast() {
      guard groups[group].depth < depth else { continue }
      groups[group].depth = depth
      for child in groups[group].children { pending.append((child, depth + 1)) }
    }
  }

  // MARK: - After all sources

  /// Hangs every group without a parent under `all`, and puts every host without a group into `ungrouped`.
  mutating func reconcile() {
    for group in groups.indices where group != Self.all && groups[group].parents.isEmpty {
      _ = try? addChild(group, to: Self.all)
    }
    var strayed = false
    for id in hosts.indices {
      let own = hosts[id].groups
      if own.contains(Self.ungrouped) {
        guard own.contains(where: { $0 != Self.all && $0 != Self.ungrouped }) else { continue }
        hosts[id].groups.removeAll { $0 == Self.ungrouped }
        strayed = true
      } else if own.allSatisfy({ $0 == Self.all }) {
        add(id, to: Self.ungrouped)
      }
    }
    if strayed { groups[Self.ungrouped].hosts.removeAll { !hosts[$0].groups.contains(Self.ungrouped) } }
  }
}

/// Why one group can't be another's child.
enum GroupLoop: Error {
  case ownChild(String)
  case loop(child: String, parent: String)

  var message: String {
    switch self {
    case .ownChild(let name): "can't add group '\(name)' to itself"
    case .loop(let child, let parent):
      "Adding group '\(child)' as child to '\(parent)' creates a recursive dependency loop."
    }
  }
}
