import Values

extension InventoryGraph {
  /// The groups above `group`, nearest first.
  func ancestors(of group: GroupID) -> [GroupID] { walk(from: [group], along: \.parents, includingStart: false) }

  /// `group` and the groups below it, level by level in the order of declaration.
  func descendants(of group: GroupID) -> [GroupID] { walk(from: [group], along: \.children, includingStart: true) }

  /// Every group that holds `host`, by name or through its children. A host that is in no group yet has none.
  func groups(of host: HostID) -> [GroupID] {
    guard hosts.indices.contains(host) else { return [] }
    return walk(from: hosts[host].groups, along: \.parents, includingStart: true)
  }

  /// The groups of a host in the order in which their variables are laid over each other: by depth, priority, name.
  func groupsInMergeOrder(of host: HostID) -> [GroupID] {
    groups(of: host).sorted { left, right in
      let a = groups[left]
      let b = groups[right]
      if a.depth != b.depth { return a.depth < b.depth }
      if a.priority != b.priority { return a.priority < b.priority }
      return a.name.unicodeScalars.lexicographicallyPrecedes(b.name.unicodeScalars)
    }
  }

  /// The hosts of a group and of the groups below it, each once, in the order in which they were named.
  func hosts(in group: GroupID) -> [HostID] {
    guard groups.indices.contains(group) else { return [] }
    var isSeen = [Bool](repeating: false, count: hosts.count)
    var result: [HostID] = []
    for member in descendants(of: group) {
      for host in groups[member].hosts where !isSeen[host] {
        isSeen[host] = true
        result.append(host)
      }
    }
    return result
  }

  /// A host's own variables and those that name it, as expressions of plugins see them.
  func ownVariables(of host: HostID) -> Map {
    guard hosts.indices.contains(host) else { return Map() }
    let name = hosts[host].name
    var variables = hosts[host].variables
    variables["inventory_hostname"] = .string(name)
    variables["inventory_hostname_short"] = .string(name.split(separator: ".").first.map(String.init) ?? name)
    variables["group_names"] = .list(
      groups(of: host).filter { $0 != Self.all }.map { groups[$0].name }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { .string($0) })
    return variables
  }

  private func walk(
    from start: [GroupID], along relation: KeyPath<Group, [GroupID]>, includingStart: Bool
  ) -> [GroupID] {
    // Most hosts have one or two groups: a linear look is faster than a set until there are many.
    var result: [GroupID] = includingStart ? start : []
    var seen: Set<GroupID>?
    var level = start
    while !level.isEmpty {
      var next: [GroupID] = []
      for group in level where groups.indices.contains(group) {
        for neighbour in groups[group][keyPath: relation] {
          if seen == nil, result.count > 16 { seen = Set(result) }
          if let isNew = seen?.insert(neighbour).inserted {
            guard isNew else { continue }
          } else if result.contains(neighbour) {
            continue
          }
          result.append(neighbour)
          next.append(neighbour)
        }
      }
      level = next
    }
    return result
  }
}

extension Map {
  /// Lays `other` over this map; where both hold a map, those are laid over each other in turn.
  func mergingDeeply(_ other: Map, depth: Int = 0) -> Map {
    var result = self
    for (key, value) in other {
      if depth < 200, case .map(let new) = value, case .map(let old)? = result[key] {
        result[key] = .map(old.mergingDeeply(new, depth: depth + 1))
      } else {
        result[key] = value
      }
    }
    return result
  }
}
