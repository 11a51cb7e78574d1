import Inventory
import Jinja
import Values

extension PlaybookRun {
  /// `meta` acts on the run itself; what it does to whom depends on the action.
  func runMeta(
    _ task: PlayTask, on hosts: [String], _ frame: Frame, _ announcement: TaskAnnouncement, _ snapshot: RunSnapshot
  ) async {
    let written = task.action.arguments[ActionCall.rawParameters] ?? task.action.arguments["free_form"]
    let name = written.map(PlainText.of)?.trimmingBlanks ?? ""
    guard let action = MetaAction(rawValue: name) else {
      emit(
        .failed(
          Diagnostic(
            .invalid, "invalid meta action requested: \(name)", at: task.place,
            help: Suggestion.help(for: name, in: MetaAction.allCases.map(\.rawValue)))))
      failedHosts.formUnion(hosts)
      return
    }
    var selected: [String] = []
    for host in action.isOfWholeRun ? hosts.prefix(1) : hosts[...] {
      emit(.taskStarted(announcement))
      let templar = Templar(services.engine, lookup(host, task, frame, in: snapshot))
      do {
        if try templar.holdsAll(task.keywords.list(.when)) {
          selected.append(host)
        } else {
          emit(.taskFinished(TaskReport(task: announcement, host: host, status: .skipped, result: [:])))
        }
      } catch {
        emit(.failed(error))
        failedHosts.insert(host)
      }
    }
    if selected.isEmpty { return }
    if action.isOfWholeRun { selected = hosts }
    switch action {
    case .noop: break
    case .flushHandlers:
      do { try await flushHandlers(selected, frame) } catch { emit(.failed(error)) }
    case .clearFacts:
      for host in selected { self.hosts[host]?.clearFacts() }
    case .clearHostErrors:
      for host in play.batch {
        failedHosts.remove(host)
        unreachableHosts.remove(host)
      }
    case .endPlay:
      endedHosts.formUnion(play.allHosts)
    case .endBatch:
      endedHosts.formUnion(play.batch)
    case .endHost:
      endedHosts.formUnion(selected)
    case .endRole:
      guard let role = frame.role else { break }
      for host in selected where endedHosts.insert(host).inserted {
        endedRoleHosts[role.identity, default: []].append(host)
      }
    case .refreshInventory:
      await refreshInventory()
    case .resetConnection:
      for host in selected { await resetConnection(of: host, task, frame) }
    }
  }

  private func refreshInventory() async {
    do throws(Diagnostic) {
      let (fresh, warnings) = try await Inventory.load(
        sources: services.options.inventorySources, options: inventory.options)
      inventory = fresh
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
