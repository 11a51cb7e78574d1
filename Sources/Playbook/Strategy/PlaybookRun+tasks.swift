import Jinja
import Modules
import Values

extension PlaybookRun {
  /// Runs items in order on a set of hosts.
  /// - Returns: the hosts that came through.
  func run(_ items: [TaskItem], on hosts: [String], _ frame: Frame) async -> [String] {
    if isFree, hosts.count > 1 {
      await withTaskGroup { group in
        for host in hosts {
          group.addTask { _ = await self.run(items, on: [host], frame) }
        }
      }
      return hosts.filter(isActive)
    }
    var active = hosts
    for item in items {
      active = active.filter(isActive)
      if active.isEmpty || fatality != nil || wasQuit || Task.isCancelled { break }
      switch item {
      case .task(let task): await run(task, on: active, frame)
      case .block(let block): await run(block, on: active, frame)
      }
    }
    return active.filter(isActive)
  }

  var isFree: Bool { ["free", "host_pinned"].contains(strategy) }

  // MARK: blocks

  private func run(_ block: Block, on hosts: [String], _ frame: Frame) async {
    var hosts = hosts
    var frame = frame
    if block.isRoleBody, let role = block.role {
      frame.role = role
      hosts = hosts.filter { role.allowsDuplicates || !(finishedRoles[$0]?.contains(role.identity) ?? false) }
      if hosts.isEmpty { return }
    }
    var inner = frame
    inner.isRescuable = frame.isRescuable || !block.rescue.isEmpty
    inner.isGuarded = frame.isGuarded || inner.isRescuable || !block.always.isEmpty
    _ = await run(block.items, on: hosts, inner)
    if block.isRoleBody, let role = block.role, !block.items.isEmpty {
      for host in hosts where isActive(host) && startedRoles[host]?.contains(role.identity) == true {
        finishedRoles[host, default: []].insert(role.identity)
      }
      endedRoleHosts[role.identity].map { ended in
        for host in ended { endedHosts.remove(host) }
        endedRoleHosts[role.identity] = nil
      }
    }
    if !block.rescue.isEmpty {
      let failed = hosts.filter {
        failedHosts.contains($0) && !unreachableHosts.contains($0) && !endedHosts.contains($0)
      }
      if !failed.isEmpty {
        for host in failed { failedHosts.remove(host) }
        _ = await run(block.rescue, on: failed, frame)
      }
    }
    guard !block.always.isEmpty else { return }
    let reached = hosts.filter { !unreachableHosts.contains($0) && !endedHosts.contains($0) }
    let failed = reached.filter(failedHosts.contains)
    // `always` runs on failed hosts too, and does not heal them.
    await withFailuresSetAside(failed) { _ = await self.run(block.always, on: reached, frame) }
  }

  /// Lets failed hosts take part in something; afterwards they count as failed again, unless their errors were cleared.
  func withFailuresSetAside(_ failed: [String], _ body: () async -> Void) async {
    let before = timesErrorsWereCleared
    failedHosts.subtract(failed)
    await body()
    if timesErrorsWereCleared == before { failedHosts.formUnion(failed) }
  }

  // MARK: tasks

  /// Runs one task on each of the hosts, at most `forks` at once.
  func run(_ task: PlayTask, on hosts: [String], _ frame: Frame) async {
    guard shouldStart(task) else { return }
    for warning in task.keywords.warnings { emit(.warning(warning)) }
    let snapshot = snapshot
    let firstTemplar = Templar(services.engine, lookup(hosts[0], task, frame, in: snapshot))
    let announcement = announcement(of: task, firstTemplar)
    let canonical = services.catalog.canonicalName(task.action.resolvedName)
    if canonical == "meta" {
      do throws(Diagnostic) {
        try await runMeta(task, on: hosts, frame, announcement, snapshot)
      } catch {
        abort(with: error)
      }
      return
    }
    guard isWanted(announcement) else { return }
    let runsOnce =
      (try? task.keywords[.runOnce].map { value throws(Diagnostic) in try firstTemplar.resolve(value) })?.flatMap(
        Coercion.bool) ?? false
    // These act for all hosts at once, though only one of them registers what comes of it.
    let actsForAll = ["add_host", "pause"].contains(canonical)
    if isFree {
      do throws(Diagnostic) {
        try checkFreedom(of: task, actsForAll: actsForAll, runsOnce: runsOnce)
      } catch {
        abort(with: error)
        return
      }
    }
    let targets = runsOnce || actsForAll ? [hosts[0]] : hosts
    emit(.taskStarted(announcement))
    let throttle: Int
    do throws(Diagnostic) {
      throttle = try self.throttle(of: task, firstTemplar)
    } catch {
      abort(with: error)
      return
    }
    let width = throttle > 0 ? min(throttle, services.options.forks) : services.options.forks
    var failedNow = false
    var inclusions: [(host: String, inclusion: Inclusion)] = []
    let ordering = EventOrdering(hosts: targets, listener: services.listener, timer: orderingTimer)
    func executor(of task: PlayTask, on host: String, _ variables: Map = [:]) -> TaskExecutor {
      var lookup = lookup(host, task, frame, in: snapshot)
      if !variables.isEmpty { lookup.locals.merge(variables) }
      return TaskExecutor(services: services, task: task, announcement: announcement, lookup: lookup) { event in
        ordering.receive(event, from: host)
      }
    }
    var executors: [(String, TaskExecutor)] = []
    for host in targets {
      emit(.hostStarted(announcement, host: host))
      executors.append((host, executor(of: task, on: host)))
    }
    let mayDebug = TaskDebugger.mayDebug(task, strategy: strategy, services.settings)
    var outcomes: [String: TaskExecutor.Outcome] = [:]
    await withTaskGroup(of: (String, TaskExecutor.Outcome).self) { group in
      var rest = executors[...]
      func startNext() {
        guard !Task.isCancelled, let (host, executor) = rest.popFirst() else { return }
        group.addTask { (host, await executor.run()) }
      }
      for _ in 0..<max(width, 1) { startNext() }
      for await (host, outcome) in group {
        // What a cancelled task came to says nothing about the host.
        if Task.isCancelled { continue }
        startNext()
        if mayDebug {
          // The prompt waits until all are done: it would stand among their results.
          outcomes[host] = outcome
          continue
        }
        let noted = take(outcome, of: task, announcement, from: host, all: runsOnce ? hosts : [host], frame, ordering)
        failedNow = failedNow || noted.isFailed
        inclusions += noted.inclusions
        ordering.finish(host)
      }
    }
    for host in targets where !wasQuit {
      guard let outcome = outcomes[host] else { continue }
      let noted = await takeDebugging(
        outcome, of: task, announcement, from: host, all: runsOnce ? hosts : [host], frame, ordering
      ) { executor(of: $0, on: host, $1) }
      failedNow = failedNow || noted.isFailed
      inclusions += noted.inclusions
      ordering.finish(host)
    }
    ordering.flush()
    if wasQuit { return }
    if failedNow { stopOthers(task, firstTemplar, hosts, frame, isFatal: actsForAll) }
    if !inclusions.isEmpty {
      let order = Dictionary(uniqueKeysWithValues: hosts.enumerated().map { ($1, $0) })
      let sorted = inclusions.sorted { (order[$0.host] ?? 0) < (order[$1.host] ?? 0) }
      let isComplete = await include(sorted, from: task, runsOnce ? hosts : nil, frame)
      if !isComplete { stopOthers(task, firstTemplar, hosts, frame) }
    }
  }

  /// Under a strategy that leaves each host to itself, nothing can be done once for all of them.
  private func checkFreedom(of task: PlayTask, actsForAll: Bool, runsOnce: Bool) throws(Diagnostic) {
    let why = "currently not supported in the free strategy"
    if actsForAll {
      throw Diagnostic(
        .invalid,
        "The '\(task.action.name)' module bypasses the host loop, which is \(why) and would instead execute for every host in the inventory list.",
        at: task.place)
    }
    guard runsOnce else { return }
    let warning = "This task will still be executed for every host in the inventory list."
    emit(
      .warning(
        Diagnostic(.invalid, "Using run_once with the free strategy is not currently supported. \(warning)")))
  }

  /// How many hosts may run the task at once; 0 for no limit of its own.
  private func throttle(of task: PlayTask, _ templar: Templar) throws(Diagnostic) -> Int {
    guard let value = task.keywords[.throttle] else { return 0 }
    let problem: String
    do throws(Diagnostic) {
      let resolved = try templar.resolve(value)
      if let throttle = Coercion.int(resolved) { return throttle }
      problem = "invalid literal for int() with base 10: \(resolved.pythonRepr)"
    } catch {
      problem = error.message
    }
    throw Diagnostic(
      .invalid, "Failed to convert the throttle value to an integer: \(problem)", at: task.place)
  }

  /// `--start-at-task`: everything before the named task is passed over.
  private func shouldStart(_ task: PlayTask) -> Bool {
    guard let wanted = startAtTask else { return true }
    let name = task.name?.string ?? ""
    guard
      name == wanted || Wildcard.matches(name, wanted) || task.role.map({ "\($0.name) : \(name)" == wanted }) == true
    else {
      return services.catalog.canonicalName(task.action.resolvedName) == "setup"
        && task.name?.string == "Gathering Facts"
    }
    startAtTask = nil
    return true
  }

  /// With `--step`: whether the user wants the task; an answer of `c` wants all that follow.
  private func isWanted(_ task: TaskAnnouncement) -> Bool {
    guard isStepping else { return true }
    let question = "Perform task: \(task.isHandler ? "HANDLER" : "TASK"): \(task.name) (N)o/(y)es/(c)ontinue: "
    let answer = (try? Terminal.ask("\n" + question, isHidden: false))?.lowercased() ?? ""
    if answer == "c" || answer == "continue" { isStepping = false }
    return !isStepping || answer == "y" || answer == "yes"
  }

  func announcement(of task: PlayTask, _ templar: Templar) -> TaskAnnouncement {
    var name = task.action.name
    // The role that an include without a name takes stands where others show the one they belong to.
    var isWhole = false
    if let text = task.name, !text.string.isEmpty {
      // A name that can't be rendered is shown as it stands.
      name = (try? templar.resolve(.string(text))).map(PlainText.of) ?? text.string
    } else if services.catalog.canonicalName(task.action.resolvedName) == "include_role",
      let role = task.action.arguments["name"]
    {
      name += " : " + PlainText.of(role)
      isWhole = true
    }
    if !isWhole, let role = task.role { name = "\(role.name) : \(name)" }
    let isHidden = task.keywords[.noLog].flatMap(Coercion.bool) ?? false
    let arguments =
      isHidden
      ? nil
      : task.action.arguments.map {
        "\($0.key.string ?? "")=\($0.value.pythonText)"
      }
      .joined(separator: ", ")
    var announcement = TaskAnnouncement(
      name: name, isHandler: task.isHandler, place: task.place, actionName: task.action.name, arguments: arguments,
      isCheckMode: task.keywords[.checkMode].flatMap(Coercion.bool) ?? services.options.isCheckMode)
    announcement.isShownWithResult = isFree
    return announcement
  }

  // MARK: results

  struct Noted {
    var isFailed = false
    var inclusions: [(host: String, inclusion: Inclusion)] = []
  }

  /// Takes note of a result: registers, counts, applies effects, tells the listeners.
  func take(
    _ outcome: TaskExecutor.Outcome, of task: PlayTask, _ announcement: TaskAnnouncement, from host: String,
    all: [String],
    _ frame: Frame, _ ordering: EventOrdering
  ) -> Noted {
    let result = outcome.result
    // What an interruption left half done is no result.
    if result.isInterrupted { return Noted() }
    let settings = outcome.settings
    hosts[host]?.predictions = outcome.predictions
    var noted = Noted()
    if let name = task.keywords[.register]?.string {
      for each in all { hosts[each]?.variables[name] = .map(result.registered) }
    }
    if !settings.hidesResult {
      for use in ([result] + outcome.loopResults).flatMap(\.deprecations) {
        services.listener.receive(deprecation: Diagnostic(.invalid, use), services.settings)
      }
    }
    let factsHost = settings.delegatesFacts ? settings.delegateTo ?? host : host
    if !result.facts.isEmpty, !result.isFailed {
      for each in all {
        let target = settings.delegatesFacts ? factsHost : each
        addFacts(result.facts, to: target, verbatim: result.factsKeepNames)
      }
    }
    var report = TaskReport(
      announcement, host: host, delegate: outcome.delegate, result: result, settings: settings, label: nil,
      isAction: services.catalog.isAction(task.action.resolvedName))
    report.isLoop = outcome.isLoop
    switch report.status {
    case .unreachable:
      if settings.ignoresUnreachable {
        report.isIgnored = true
        count(host) {
          $0.skipped += 1
          $0.ignored += 1
        }
      } else {
        for each in all { unreachableHosts.insert(each) }
        count(host) { $0.unreachable += 1 }
        noted.isFailed = true
      }
    case .failed:
      if settings.ignoresErrors {
        report.isIgnored = true
        count(host) {
          $0.ok += 1
          $0.ignored += 1
          if result.isChanged { $0.changed += 1 }
        }
      } else {
        for each in all { failedHosts.insert(each) }
        noted.isFailed = true
        if frame.isRescuable {
          count(host) { $0.rescued += 1 }
          let name = task.name?.string ?? ""
          for each in all {
            hosts[each]?.variables["ansible_failed_task"] = [
              "name": .string(name), "action": .string(task.action.name), "args": .map(task.action.arguments),
            ]
            hosts[each]?.variables["ansible_failed_result"] = .map(result.registered)
          }
        } else {
          count(host) { $0.failed += 1 }
        }
      }
    case .skipped: count(host) { $0.skipped += 1 }
    case .ok, .changed:
      count(host) {
        // A loop of includes counts each of them.
        $0.ok += result.isInclusion ? result.effects.count : 1
        if result.isChanged { $0.changed += 1 }
      }
    }
    if let role = task.role, !result.isSkipped, !result.isUnreachable {
      startedRoles[host, default: []].insert(role.identity)
    }
    for effect in result.effects {
      if case .include(let inclusion) = effect {
        noted.inclusions.append((host, inclusion))
      } else {
        apply(effect, to: all, delegated: settings.delegatesFacts ? settings.delegateTo : nil)
      }
    }
    if !result.isInclusion {
      ordering.receive(.taskFinished(report), from: host)
    }
    if let name = task.keywords[.register],
      let warning = ReservedNames.warning(name.string ?? "", at: name.text?.place)
    {
      ordering.receive(.warning(warning), from: host)
    }
    if result.isChanged, !result.isFailed || settings.ignoresErrors {
      // With `run_once` too it is the host that did it whose handlers run.
      notify(settings.notify, on: host, task)
    }
    return noted
  }

  /// `any_errors_fatal` and `max_fail_percentage`: one host's failure may be the end for all.
  /// - Parameter isFatal: whether it is so whatever the keywords say.
  private func stopOthers(
    _ task: PlayTask, _ templar: Templar, _ active: [String], _ frame: Frame, isFatal: Bool = false
  ) {
    func resolved(_ keyword: Keyword) -> Value? {
      (task.keywords[keyword] ?? play.play.keywords[keyword]).flatMap { try? templar.resolve($0) }
    }
    let isFatal =
      isFatal || (resolved(.anyErrorsFatal).flatMap(Coercion.bool) ?? services.settings.flag("any_errors_fatal"))
    if isFatal {
      failedHosts.formUnion(active.filter { !unreachableHosts.contains($0) })
      if !frame.isGuarded { mustStop = true }
      return
    }
    // A host that a rescue may heal is not lost yet.
    guard !frame.isRescuable, !isFree, let percentage = resolved(.maxFailPercentage).flatMap(Coercion.double),
      !play.batch.isEmpty
    else { return }
    let lost = play.batch.filter { failedHosts.contains($0) || unreachableHosts.contains($0) }.count
    if Double(lost) / Double(play.batch.count) * 100 > percentage {
      failedHosts.formUnion(active.filter { !unreachableHosts.contains($0) })
      mustStop = true
      // Once as the limit is passed, once as nobody is left for the next task: so ansible has it.
      emit(.noHostsRemaining)
      emit(.noHostsRemaining)
    }
  }
}

extension RoleInstance {
  /// What makes two uses of a role the same use.
  var identity: String { "\(path)\u{0}\(JSONWriter().string(.map(parameters)))" }
}
