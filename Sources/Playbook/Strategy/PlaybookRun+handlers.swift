import Jinja
import Values

extension PlaybookRun {
  /// Marks the handlers that a changed task notifies.
  func notify(_ names: [String], on host: String, _ task: PlayTask) {
    for name in names {
      let matching = handlersNamed(name, notifiedBy: task, host)
      if matching.isEmpty {
        let message =
          "The requested handler '\(name)' was not found in either the main handlers list nor in the listening handlers list"
        if services.settings.flag("error_on_missing_handler") {
          missingHandler = Diagnostic(.invalid, message, at: task.place)
          mustStop = true
          failedHosts.insert(host)
        } else {
          emit(.warning(Diagnostic(.invalid, message, at: task.place)))
        }
      }
      for handler in matching where notified[host, default: []].insert(handler.id).inserted {
        emit(.handlerNotified(handler: handler.name?.string ?? name, host: host))
      }
    }
  }

  /// The last handler of that name, and every one that listens to it.
  private func handlersNamed(_ name: String, notifiedBy task: PlayTask, _ host: String) -> [PlayTask] {
    let all = handlers.allTasks
    var result: [PlayTask] = []
    let snapshot = snapshot
    for handler in all.reversed() {
      guard let text = handler.name else { continue }
      var shown = text.string
      if text.isTemplate {
        let templar = Templar(services.engine, lookup(host, handler, Frame(), in: snapshot))
        shown = (try? templar.resolve(.string(text))).map(PlainText.of) ?? shown
      }
      let full = handler.role.map { "\($0.name) : \(shown)" }
      if shown == name || full == name {
        result.append(handler)
        break
      }
    }
    for handler in all where !result.contains(where: { $0.id == handler.id }) {
      if handler.listen.contains(where: { $0.string == name }) { result.append(handler) }
    }
    return result
  }

  /// Runs the notified handlers in the order in which they are defined.
  func flushHandlers(_ batch: [String], _ frame: Frame) async throws(Diagnostic) {
    if let missing = missingHandler { throw missing }
    guard notified.values.contains(where: { !$0.isEmpty }) else { return }
    let forces =
      services.options.forceHandlers
      || (play.play.forceHandlers.flatMap(Coercion.bool) ?? services.settings.flag("force_handlers"))
    var inner = Frame()
    inner.isHandlers = true
    inner.includeParameters = frame.includeParameters
    // A handler that failed on a host does not bring the host back, and the others still run.
    var index = 0
    while index < handlers.count {
      await runHandlers(handlers[index], batch, forces: forces, inner)
      index += 1
    }
  }

  private func runHandlers(_ item: TaskItem, _ batch: [String], forces: Bool, _ frame: Frame) async {
    switch item {
    case .block(let block):
      for inner in block.items { await runHandlers(inner, batch, forces: forces, frame) }
    case .task(let task):
      let targets = batch.filter { host in
        guard notified[host]?.contains(task.id) == true, !unreachableHosts.contains(host), !endedHosts.contains(host)
        else { return false }
        return forces || !failedHosts.contains(host)
      }
      guard !targets.isEmpty else { return }
      for host in targets { notified[host]?.remove(task.id) }
      let failed = targets.filter(failedHosts.contains)
      await run(task, on: targets, frame)
      failedHosts.formUnion(failed)
    }
  }
}
