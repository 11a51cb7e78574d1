import Inventory
import Jinja
import Values

extension PlaybookRun {
  /// `meta` acts on the run itself. Some actions are done for each host in turn, the others once, by the first host's condition.
  func runMeta(
    _ task: PlayTask, on hosts: [String], _ frame: Frame, _ announcement: TaskAnnouncement, _ snapshot: RunSnapshot
  ) async throws(Diagnostic) {
    let written = task.action.arguments[ActionCall.rawParameters] ?? task.action.arguments["free_form"]
    let name = written.map(PlainText.of)?.trimmingBlanks ?? ""
    guard let action = MetaAction(rawValue: name) else {
      emit(.taskStarted(announcement))
      throw Diagnostic(
        .invalid, "invalid meta action requested: \(name)", at: task.place,
        help: Suggestion.help(for: name, in: MetaAction.allCases.map(\.rawValue)))
    }
    var flushing: [String] = []
    for host in action.isPerHost ? hosts : Array(hosts.prefix(1)) {
      emit(.taskStarted(announcement))
      if try isLeftOut(task, action, host, frame, announcement, snapshot) { continue }
      emit(.detail("META: \(action.message(host: host, role: frame.role?.name ?? ""))", level: 2))
      if action == .flushHandlers { flushing.append(host) } else { try await perform(action, host, task, frame) }
    }
    if !flushing.isEmpty { try await flushHandlers(flushing, frame) }
  }

  /// Whether the task's condition says no for the host; tells the listeners so.
  private func isLeftOut(
    _ task: PlayTask, _ action: MetaAction, _ host: String, _ frame: Frame, _ announcement: TaskAnnouncement,
    _ snapshot: RunSnapshot
  ) throws(Diagnostic) -> Bool {
    let conditions = task.keywords.list(.when)
    guard !conditions.isEmpty else { return false }
    guard let consequence = action.consequenceOfSkipping(host: host, role: frame.role?.name ?? "") else {
      emit(.warning(Diagnostic(.invalid, "\(action.rawValue) task does not support when conditional")))
      return false
    }
    if try Templar(services.engine, lookup(host, task, frame, in: snapshot)).holdsAll(conditions) { return false }
    let reason = "\(action.rawValue) conditional evaluated to False, \(consequence)"
    emit(.detail("META: \(reason)", level: 2))
    var result = TaskResult()
    result.isSkipped = true
    result.values = [
      "msg": .string(
        action == .endHost || action == .endRole
          ? "\(action.rawValue) conditional evaluated to false, \(consequence)" : action.rawValue),
      "skip_reason": .string(reason),
    ]
    emit(
      .taskFinished(
        TaskReport(
          announcement, host: host, delegate: nil, result: result, settings: TaskSettings(), label: nil,
          isAction: true)))
    return true
  }

  private func perform(_ action: MetaAction, _ host: String, _ task: PlayTask, _ frame: Frame) async throws(Diagnostic)
  {
    switch action {
    case .noop, .flushHandlers: break
    case .clearFacts:
      for host in play.allHosts {
        hosts[host]?.clearFacts()
        services.factCache?.forget(host)
      }
    case .clearHostErrors:
      timesErrorsWereCleared += 1
      for host in play.allHosts {
        failedHosts.remove(host)
        unreachableHosts.remove(host)
      }
    case .endPlay: endedHosts.formUnion(play.allHosts)
    case .endBatch: endedHosts.formUnion(play.batch)
    case .endHost: endedHosts.insert(host)
    case .endRole:
      guard let role = frame.role else {
        throw Diagnostic(
          .invalid, "Cannot execute 'end_role' from outside of a role", at: task.place)
      }
      if endedHosts.insert(host).inserted { endedRoleHosts[role.identity, default: []].append(host) }
    case .refreshInventory: await refreshInventory()
    case .resetConnection: await resetConnection(of: host, task, frame)
    }
  }

  private func refreshInventory() async {
    do throws(Diagnostic) {
      let (fresh, warnings) = try await Inventory.load(
        sources: services.options.inventorySources, options: inventory.options)
      inventory = fresh
      for addition in additions { addition.apply(to: &inventory) }
      for warning in warnings { emit(.warning(warning)) }
      for host in hosts.keys {
        hosts[host]?.inventoryVariables = try inventory.variables(of: host, playbookDirectory: play.play.directory)
      }
      refreshGroups()
    } catch {
      emit(.warning(error))
    }
  }

  private func resetConnection(of host: String, _ task: PlayTask, _ frame: Frame) async {
    let templar = Templar(services.engine, lookup(host, task, frame, in: snapshot))
    guard let settings = try? TaskSettings(task, templar, services),
      let parameters = try? ConnectionResolver(services: services, task: task, settings: settings, templar: templar)
        .parameters()
    else { return }
    if let connection = try? await services.pool.connection(for: parameters) { await connection.close() }
  }
}
