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
          abort(with: Diagnostic(.invalid, message, at: task.place))
        } else {
          emit(.warning(Diagnostic(.invalid, message, at: task.place)))
        }
      }
      emit(.detail("Notification for handler \(name) has been saved.", level: 2))
      for handler in matching { notified[host, default: []].insert(handler.id) }
    }
  }

  /// The handler of that name and every one that listens to it. Of several with one name the later source (a role, the play)
  /// wins, and within a source the first.
  private func handlersNamed(_ name: String, notifiedBy task: PlayTask, _ host: String) -> [PlayTask] {
    let all = handlers.reversed().flatMap { [$0].allTasks }
    var result: [PlayTask] = []
    var listening: [PlayTask] = []
    var seen: Set<String> = []
    for handler in all {
      let shown = handlerName(handler, for: host)
      if result.isEmpty, let shown, handler.answers(to: name, as: shown) { result.append(handler) }
      guard handler.listen.contains(where: { handler.answers(to: name, as: $0.string) }) else { continue }
      if let shown, !seen.insert(shown).inserted { continue }
      listening.append(handler)
    }
    return result + listening.filter { handler in !result.contains { $0.id == handler.id } }
  }

  /// A handler's name, rendered; `nil` for one without, or one that can't be rendered.
  private func handlerName(_ handler: PlayTask, for host: String) -> String? {
    guard let text = handler.name else { return nil }
    guard text.isTemplate else { return text.string }
    let templar = Templar(services.engine, lookup(host, handler, Frame(), in: snapshot))
    do {
      return PlainText.of(try templar.resolve(.string(text)))
    } catch {
      if handler.listen.isEmpty {
        emit(
          .warning(
            Diagnostic(
              .template,
              "Handler '\(text.string)' is unusable because it has no listen topics and the name could not be templated (host-specific variables are not supported in handler names). The error: \(error.message)",
              at: text.place)))
      }
      return nil
    }
  }

  /// Runs the notified handlers in the order in which they are defined.
  func flushHandlers(_ batch: [String], _ frame: Frame) async throws(Diagnostic) {
    if let fatality { throw fatality }
    if wasQuit { return }
    guard notified.values.contains(where: { !$0.isEmpty }) else { return }
    let forces =
      play.play.forceHandlers.flatMap(Coercion.bool)
      ?? (services.options.forceHandlers || services.settings.flag("force_handlers"))
    let inOrder = handlers.flatMap { [$0].allTasks }
    for host in batch {
      for handler in inOrder where notified[host]?.contains(handler.id) == true {
        emit(.handlerNotified(handler: handler.name?.string ?? handler.action.name, host: host))
      }
    }
    var inner = Frame()
    inner.isHandlers = true
    inner.isRescuable = frame.isRescuable
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
      // With forced handlers a failed host takes part as if it had not failed.
      let failed = targets.filter(failedHosts.contains)
      await withFailuresSetAside(failed) { await self.run(task, on: targets, frame) }
    }
  }
}
