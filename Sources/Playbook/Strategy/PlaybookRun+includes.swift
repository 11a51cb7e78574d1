import Jinja
import Modules
import Values

extension PlaybookRun {
  /// Runs what hosts asked to have included: hosts that ask for the same with the same variables go together.
  /// - Returns: whether all could be loaded.
  func include(
    _ requests: [(host: String, inclusion: Inclusion)], from task: PlayTask, _ everyone: [String]?, _ frame: Frame
  ) async -> Bool {
    guard frame.depth < ParseContext.maximumDepth else {
      emit(
        .failed(Diagnostic(.limit, "includes are nested more than \(ParseContext.maximumDepth) deep", at: task.place)))
      failedHosts.formUnion(requests.map(\.host))
      return false
    }
    var groups: [(inclusion: Inclusion, hosts: [String])] = []
    for request in requests {
      if let index = groups.firstIndex(where: { $0.inclusion == request.inclusion && !$0.hosts.contains(request.host) })
      {
        groups[index].hosts.append(request.host)
      } else {
        groups.append((request.inclusion, everyone ?? [request.host]))
      }
    }
    var isComplete = true
    var loaded: [(items: [TaskItem], hosts: [String], frame: Frame)] = []
    var failed: [(error: Diagnostic, inclusion: Inclusion, hosts: [String])] = []
    for group in groups {
      var inner = frame
      inner.depth += 1
      inner.includeParameters = frame.includeParameters.merging(group.inclusion.parameters)
      do throws(Diagnostic) {
        let (what, items) = try load(group.inclusion, from: task, group.hosts, inner)
        emit(.included(what: what, label: group.inclusion.label, hosts: group.hosts))
        loaded.append((items, group.hosts, inner))
      } catch {
        isComplete = false
        failed.append((error, group.inclusion, group.hosts))
      }
    }
    // What a host could load it runs, whatever else it could not.
    let busy = Set(loaded.flatMap(\.hosts))
    func takeFailures(where isTold: (String) -> Bool) {
      for (error, inclusion, hosts) in failed {
        for host in hosts where isTold(host) { take(error, of: inclusion, from: task, host, frame) }
      }
    }
    takeFailures { !busy.contains($0) }
    for (items, hosts, inner) in loaded {
      let hosts = hosts.filter(isActive)
      if !hosts.isEmpty { _ = await run(items, on: hosts, inner) }
    }
    takeFailures { busy.contains($0) && isActive($0) }
    return isComplete
  }

  /// Takes note of an include that could not be loaded. As in ansible `ignore_errors` is for the tasks inside, not for this.
  private func take(
    _ error: Diagnostic, of inclusion: Inclusion, from task: PlayTask, _ host: String, _ frame: Frame
  ) {
    var result = TaskResult()
    result.isFailed = true
    if case .tasks(let file) = inclusion.target { result.values["include"] = .string(file) }
    result.values["reason"] = .string(error.brief)
    result.error = error
    let templar = Templar(services.engine, lookup(host, task, frame, in: snapshot))
    var outcome = TaskExecutor.Outcome(
      result: result, predictions: hosts[host]?.predictions ?? PredictedState(),
      settings: TaskSettings(forgiving: task, templar, services))
    outcome.settings.ignoresErrors = false
    // The request itself was counted as done.
    // As in ansible a failure of this kind counts as one even when a rescue heals it.
    count(host) {
      $0.ok -= 1
      guard frame.isRescuable else { return }
      $0.failed += 1
      $0.rescued -= 1
    }
    let ordering = EventOrdering(hosts: [host], listener: services.listener, timer: orderingTimer)
    _ = take(outcome, of: task, announcement(of: task, templar), from: host, all: [host], frame, ordering)
  }

  /// - Returns: the tasks, and what the screen calls them.
  private func load(
    _ inclusion: Inclusion, from task: PlayTask, _ hosts: [String], _ frame: Frame
  ) throws(Diagnostic) -> (what: String, items: [TaskItem]) {
    // An include's own keywords are its own, `vars` excepted; what encloses it, and `apply`, holds for the tasks inside.
    var keywords = task.enclosing.dropping([.vars])
    for (key, value) in inclusion.apply {
      guard let keyword = Keyword(rawValue: key.string ?? "") else {
        throw Diagnostic(.invalid, "'\(key.string ?? "")' is not a valid attribute for a Block", at: task.place)
      }
      keywords.set(keyword, to: value)
    }
    for vars in task.keywords.vars { keywords.appendVars(vars) }
    if case .role = inclusion.target, let role = task.role { keywords.appendVars(role.asParent(within: keywords)) }
    var context = ParseContext(
      keywords: keywords, role: task.role, handlers: task.isHandler, directory: task.directory,
      playbookDirectory: play.play.directory,
      staticVariables: [ParseContext.variables(ofPlaybookIn: play.play.directory), play.vars]
        + (task.role.map { $0.chain.flatMap(\.staticVariables) } ?? []) + task.keywords.vars
        + [frame.includeParameters, services.options.extraVariables])
    let before = services.parser.problems.count
    _ = services.parser.takeImportedRoles()
    var items: [TaskItem]
    let what: String
    switch inclusion.target {
    case .tasks(let file):
      let path = try services.parser.findTaskFile(file, in: context, at: task.action.place)
      what = path
      items = try services.parser.taskFile(path, in: context)
    case .role(let arguments):
      what = arguments["name"].map(PlainText.of) ?? ""
      var request = try services.parser.roleRequest(from: task, arguments: arguments, variables: [])
      request.isPublic =
        arguments["public"].flatMap(Coercion.bool)
        ?? services.settings.givenFlag("private_role_vars").map { !$0 } ?? false
      context.role = task.role
      let loaded = try services.parser.role(request, in: context)
      if request.isPublic { play.add(loaded.instances) }
      handlers += loaded.handlers.new(&rolesWithHandlers)
      items = loaded.bodies
    }
    for imported in services.parser.takeImportedRoles() {
      play.add(imported.instances)
      handlers += imported.handlers.new(&rolesWithHandlers)
    }
    let problems = services.parser.problems
    if problems.count > before { throw problems[before] }
    items = TagSelection(services.options).filter(items) { value in
      (try? self.playTemplar().resolve(value)) ?? value
    }
    if task.isHandler { markNotified(items, hosts) }
    return (what, items)
  }

  /// The tasks of an include that is a handler are notified with it.
  private func markNotified(_ items: [TaskItem], _ hosts: [String]) {
    for task in items.allTasks {
      for host in hosts { notified[host, default: []].insert(task.id) }
    }
  }
}
