import Values

extension PlaybookRun {
  /// Changes the run's state as a result asks.
  func apply(_ effect: Effect, to targets: [String], delegated: String?) {
    switch effect {
    case .setVariables(let variables):
      for host in delegated.map({ [$0] }) ?? targets {
        if hosts[host] == nil { try? addState(host) }
        hosts[host]?.set(variables)
      }
    case .setFacts(let facts):
      for host in targets { addFacts(facts, to: host, verbatim: true) }
    case .includeVariables(let variables):
      for host in targets { hosts[host]?.includedVariables.merge(variables) }
    case .addHost(let name, let groups, let variables):
      add(.host(name: name, groups: groups, variables: variables))
      try? refresh(name)
      refreshGroups()
    case .addGroup(let name, let parents):
      for host in targets {
        add(.group(name: name, parents: parents, host: host))
        try? refresh(host)
      }
      refreshGroups()
    case .setStats(let data, let isPerHost, let isAggregated):
      if isPerHost {
        for host in targets { Self.lay(data, over: &statistics.customByHost[host, default: [:]], adding: isAggregated) }
      } else {
        Self.lay(data, over: &statistics.custom, adding: isAggregated)
      }
    case .include, .meta:
      break
    }
  }

  /// Takes facts in, and into the cache.
  func addFacts(_ facts: Map, to host: String, verbatim: Bool = false) {
    if hosts[host] == nil { try? addState(host) }
    hosts[host]?.addFacts(facts, injecting: services.settings.flag("inject_facts_as_vars"), verbatim: verbatim)
    guard let cache = services.factCache, let state = hosts[host] else { return }
    do {
      try cache.keep(state.cacheableFacts, of: host)
    } catch {
      emit(.warning(error))
    }
  }

  private func add(_ addition: InventoryAddition) {
    addition.apply(to: &inventory)
    additions.append(addition)
  }

  /// Inventory variables may have changed with the groups.
  private func refresh(_ host: String) throws(Diagnostic) {
    if hosts[host] == nil {
      try addState(host)
    } else {
      hosts[host]?.inventoryVariables = try inventory.variables(of: host, playbookDirectory: play.play.directory)
    }
  }

  /// `set_stats` adds numbers, joins lists and texts, merges maps.
  private static func lay(_ data: Map, over known: inout Map, adding: Bool) {
    for (key, value) in data {
      guard adding, let old = known[key] else {
        known[key] = value
        continue
      }
      switch (old, value) {
      case (.int(let a), .int(let b)):
        let (sum, overflows) = a.addingReportingOverflow(b)
        known[key] = overflows ? value : .int(sum)
      case (.double(let a), .double(let b)): known[key] = .double(a + b)
      case (.list(let a), .list(let b)): known[key] = .list(a + b)
      case (.string(let a), .string(let b)): known[key] = .string(Text(a.string + b.string))
      case (.map(let a), .map(let b)): known[key] = .map(a.merging(b))
      default: known[key] = value
      }
    }
  }
}
