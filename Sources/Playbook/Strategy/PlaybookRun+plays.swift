import Inventory
import Jinja
import Modules
import Values

extension PlaybookRun {
  func run(_ play: Play) async throws(Diagnostic) {
    var context = PlayContext(play, name: "")
    self.play = context
    let templar = playTemplar()
    let pattern = try hostPattern(play, templar)
    let name =
      try play.name.map { text throws(Diagnostic) in PlainText.of(try templar.resolve(.string(text))) } ?? pattern
    context = PlayContext(play, name: name)
    context.add(play.roleInstances)
    endedHosts = []
    notified = [:]
    finishedRoles = [:]
    rolesWithHandlers = play.rolesWithHandlers
    varsFiles = [:]
    handlers = play.handlers
    let selection = try inventory.hosts(matching: pattern, limitedTo: services.options.limit)
    for warning in selection.warnings { emit(.warning(warning)) }
    let order = try play.keywords[.order].map { value throws(Diagnostic) in PlainText.of(try templar.resolve(value)) }
    var names = Self.ordered(selection.names, order)
    for host in names where hosts[host] == nil { try addState(host) }
    context.allHosts = selection.names
    context.groups = Self.groupsValue(inventory)
    self.play = context
    if !play.varsPrompts.isEmpty { self.play.promptedVars = try prompt(play.varsPrompts) }
    guard !names.isEmpty else {
      emit(.playStarted(name: name, hosts: [], isCheckMode: services.options.isCheckMode))
      emit(.noHostsMatched)
      return
    }
    if isFree, play.keywords[.maxFailPercentage] != nil {
      let why = "is not supported, as tasks are executed independently on each host"
      emit(.warning(Diagnostic(.invalid, "Using max_fail_percentage with the \(strategy) strategy \(why)")))
    }
    names = names.filter { !failedHosts.contains($0) && !unreachableHosts.contains($0) }
    if names.isEmpty { emit(.playStarted(name: name, hosts: [], isCheckMode: services.options.isCheckMode)) }
    for batch in try batches(names, play, playTemplar()) {
      self.play.batch = batch
      emit(.playStarted(name: name, hosts: batch, isCheckMode: services.options.isCheckMode))
      let lost = failedHosts.union(unreachableHosts)
      try await run(play, batch: batch)
      let nowLost = failedHosts.union(unreachableHosts)
      if !nowLost.isEmpty, batch.allSatisfy({ nowLost.contains($0) && !lost.contains($0) }) {
        mustStop = true
        break
      }
      if mustStop { break }
    }
  }

  /// The sections of a play on one batch of hosts; handlers run after each group of sections.
  private func run(_ play: Play, batch: [String]) async throws(Diagnostic) {
    try loadVarsFiles(play, batch)
    try await gatherFacts(play, batch)
    // Files named by facts are found only now.
    try loadVarsFiles(play, batch)
    var frame = Frame()
    frame.isRescuable = false
    for section in [play.preTasks, play.roles + play.tasks, play.postTasks] {
      if !section.isEmpty { _ = await run(section, on: batch.filter(isActive), frame) }
      for host in batch where notified[host]?.isEmpty == false {
        emit(.detail("META: \(MetaAction.flushHandlers.message(host: host, role: ""))", level: 6))
      }
      try await flushHandlers(batch, frame)
    }
  }

  // MARK: hosts

  private func hostPattern(_ play: Play, _ templar: Templar) throws(Diagnostic) -> String {
    do throws(Diagnostic) {
      let hosts = try templar.resolve(play.hosts)
      let parts: [Value] = if case .list(let list) = hosts { list } else { [hosts] }
      for part in parts where part.string == "" {
        throw Diagnostic(
          .invalid, "Keyword 'hosts' is required, and cannot have empty values.", at: play.hosts.text?.place)
      }
      return parts.map(PlainText.of).joined(separator: ",")
    } catch {
      // As a playbook that can't be read.
      errorCode = .unreachable
      throw Diagnostic(
        error.kind, "Error processing keyword 'hosts'", at: play.hosts.text?.place ?? play.place, causes: [error])
    }
  }

  private static func ordered(_ names: [String], _ order: String?) -> [String] {
    switch order {
    case "sorted": names.sorted()
    case "reverse_sorted": names.sorted(by: >)
    case "reverse_inventory": names.reversed()
    case "shuffle": names.shuffled()
    default: names
    }
  }

  private static func groupsValue(_ inventory: Inventory) -> Value {
    var map: Map = [:]
    for (name, hosts) in inventory.groups { map[name] = .strings(hosts) }
    return .map(map)
  }

  func addState(_ host: String) throws(Diagnostic) {
    var state = HostState(name: host)
    state.inventoryVariables = try inventory.variables(of: host, playbookDirectory: play.play.directory)
    if let cached = services.factCache?.facts(of: host) {
      state.addFacts(cached, injecting: services.settings.flag("inject_facts_as_vars"), verbatim: true)
    }
    hosts[host] = state
  }

  func refreshGroups() { play.groups = Self.groupsValue(inventory) }

  /// `serial:` as a number, a percentage or a list of them; the last one repeats.
  private func batches(_ names: [String], _ play: Play, _ templar: Templar) throws(Diagnostic) -> [[String]] {
    guard let serial = play.keywords[.serial], !names.isEmpty else { return names.isEmpty ? [] : [names] }
    let resolved = try templar.resolve(serial)
    switch resolved {
    case .omit, .null: return [names]
    default: break
    }
    let steps: [Value] = if case .list(let list) = resolved { list } else { [resolved] }
    var sizes: [Int] = []
    for step in steps {
      let text = PlainText.of(step).trimmingBlanks
      let isPercentage = text.hasSuffix("%")
      guard let number = Double(isPercentage ? String(text.dropLast()) : text), number >= 0 || number == -1 else {
        throw Diagnostic(
          .invalid, "the field 'serial' has an invalid value (\(text)): a number, a percentage or a list of them",
          at: play.place)
      }
      let size = isPercentage ? max(Int(number / 100 * Double(names.count)), 1) : Int(number)
      sizes.append(size <= 0 ? names.count : size)
    }
    var result: [[String]] = []
    var rest = names[...]
    while !rest.isEmpty {
      let size = sizes.isEmpty ? names.count : sizes[min(result.count, sizes.count - 1)]
      result.append(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return result
  }

  // MARK: variables of the play

  /// Templates of the play itself: no host's variables, but the play's, extra vars and those of all groups.
  func playTemplar() -> Templar {
    Templar(services.engine, VariableLookup(snapshot: snapshot, host: "", task: nil))
  }

  private func loadVarsFiles(_ play: Play, _ batch: [String]) throws(Diagnostic) {
    guard !play.varsFiles.isEmpty else { return }
    let snapshot = snapshot
    for host in batch {
      var merged: Map = [:]
      for entry in play.varsFiles {
        let templar = Templar(
          services.engine, VariableLookup(snapshot: snapshot, host: host, task: nil, varsFiles: merged))
        var candidates: [String] = []
        var isPostponed = false
        for candidate in entry.candidates {
          do {
            candidates.append(
              LocalFile.absolute(PlainText.of(try templar.resolve(.string(candidate))), in: play.directory))
          } catch {
            // A name made of facts can't be rendered before they are gathered.
            if !hasFacts(host) { isPostponed = true } else { throw error }
          }
        }
        let found = candidates.flatMap { path in
          // The directory `vars` comes first.
          [LocalFile.absolute("vars/" + String(path.dropFirst(play.directory.count)), in: play.directory), path]
        }.first(where: LocalFile.isFile)
        guard let found else {
          if isPostponed { continue }
          throw Diagnostic(
            .file, "Could not find or access '\(candidates.first ?? "")' on the Ansible Controller.", at: entry.place)
        }
        merged.merge(try services.files.variables(found))
      }
      varsFiles[host] = merged
    }
  }

  private func hasFacts(_ host: String) -> Bool {
    !(hosts[host]?.facts.isEmpty ?? true) || play.play.gatherFacts == .bool(false)
  }

  // MARK: facts

  private func gatherFacts(_ play: Play, _ batch: [String]) async throws(Diagnostic) {
    let gathering = services.settings.string("gathering") ?? "implicit"
    let templar = playTemplar()
    let asked = try play.gatherFacts.map { value throws(Diagnostic) in try templar.resolve(value) }.flatMap(
      Coercion.bool)
    guard asked ?? (gathering != "explicit") else { return }
    let targets = batch.filter {
      isActive($0) && (gathering != "smart" || asked == true || (hosts[$0]?.facts.isEmpty ?? true))
    }
    guard !targets.isEmpty else { return }
    guard TagSelection(services.options).isSelected(["always"]) else { return }
    var arguments: Map = [:]
    if let subset = play.keywords[.gatherSubset] { arguments["gather_subset"] = try templar.resolve(subset) }
    if let timeout = play.keywords[.gatherTimeout] { arguments["gather_timeout"] = try templar.resolve(timeout) }
    if let path = play.keywords[.factPath] { arguments["fact_path"] = try templar.resolve(path) }
    var keywords = play.keywords.dropping([.tags, .vars]).inherited
    keywords.set(.tags, to: ["always"])
    let task = PlayTask(
      id: services.parser.nextID(), place: play.place, name: Text("Gathering Facts"),
      action: ActionCall(name: "ansible.builtin.setup", place: play.place, arguments: arguments), keywords: keywords,
      loop: nil,
      role: nil, listen: [], isHandler: false, directory: play.directory)
    await run(task, on: targets, Frame())
  }

  // MARK: prompts

  private func prompt(_ prompts: [Play.VarsPrompt]) throws(Diagnostic) -> Map {
    var answers: Map = [:]
    for prompt in prompts where services.options.extraVariables[prompt.name] == nil {
      let fallback = try prompt.defaultValue.map { value throws(Diagnostic) in
        PlainText.of(try playTemplar().resolve(value))
      }
      answers[prompt.name] = try VariablePrompt(prompt, fallback: fallback).ask()
    }
    return answers
  }
}
