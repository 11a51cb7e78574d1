import Jinja
import Modules
import Transport
import Values

/// Runs one task on one host: loop, condition, arguments, the call, retries, `changed_when` and `failed_when`.
struct TaskExecutor {
  let services: RunServices
  let task: PlayTask
  let announcement: TaskAnnouncement
  /// The variables as they stand before the task.
  let lookup: VariableLookup
  /// Tells the listeners of items and retries while they happen.
  let emit: @Sendable (RunEvent) -> Void

  /// What the play has to take note of.
  struct Outcome: Sendable {
    var result: TaskResult
    var delegate: TaskDelegate?
    var isLoop = false
    var label: String?
    /// In check mode: what the host is predicted to be after it.
    var predictions: PredictedState
    var settings: TaskSettings
    var loopResults: [TaskResult] = []
  }

  func run() async -> Outcome {
    var predictions = lookup.predictions
    guard task.loop != nil else {
      let single = await call(lookup, &predictions)
      return Outcome(
        result: single.result, delegate: single.delegate, predictions: predictions, settings: single.settings)
    }
    let templar = Templar(services.engine, lookup)
    // Keywords may be made of the loop's variables: each item has its own settings.
    let base = settings(templar)
    let items: [Value]
    do {
      items = try LoopItems(task, templar).items ?? []
    } catch {
      // A loop over something undefined does not matter when the condition says no before any item.
      if let skipped = try? condition(templar), skipped.isSkipped {
        return Outcome(result: skipped, predictions: predictions, settings: base)
      }
      return Outcome(
        result: .diagnostic(error, in: task), delegate: writtenDelegate, predictions: predictions, settings: base)
    }
    return await loop(items, base, templar, &predictions)
  }

  /// The keywords, or what can be rendered of them.
  private func settings(_ templar: Templar) -> TaskSettings {
    (try? TaskSettings(task, templar, services)) ?? TaskSettings(forgiving: task, templar, services)
  }

  /// The task's delegate as a whole loop has it, and one that can't be rendered.
  private var writtenDelegate: TaskDelegate? {
    task.keywords[.delegateTo].flatMap { $0.isNull ? nil : TaskDelegate(host: PlainText.of($0)) }
  }

  // MARK: loops

  private func loop(
    _ items: [Value], _ base: TaskSettings, _ templar: Templar, _ predictions: inout PredictedState
  ) async -> Outcome {
    let control: LoopControl
    do {
      control = try LoopControl(task, templar)
    } catch {
      return Outcome(result: .diagnostic(error, in: task), predictions: predictions, settings: base)
    }
    if items.isEmpty {
      var result = TaskResult()
      result.isSkipped = true
      result.values = ["skipped_reason": "No items in the list", "results": []]
      return Outcome(result: result, predictions: predictions, settings: base)
    }
    if lookup.value(control.variable) != nil {
      emit(
        .warning(
          Diagnostic(
            .invalid, "The loop variable '\(control.variable)' is already in use.", at: control.place,
            help: "Within this loop the name means the item. Choose another with 'loop_var' in its 'loop_control'.")))
    }
    var results: [TaskResult] = []
    var last = base
    // What one item sets (`set_fact`, `add_host`), the next one sees.
    var known = lookup
    for (index, item) in items.enumerated() {
      if index > 0, control.pause > .zero { try? await services.clock.sleep(for: control.pause) }
      var itemLookup = known
      itemLookup.locals.merge(control.locals(item: item, at: index, of: items))
      let itemTemplar = Templar(services.engine, itemLookup)
      let single = await call(itemLookup, &predictions)
      var result = single.result
      result.values["ansible_loop_var"] = .string(control.variable)
      result.values[control.variable] = item
      if let index = control.indexVariable {
        result.values["ansible_index_var"] = .string(index)
        result.values[index] = itemLookup.locals[index]
      }
      let label: Value
      do {
        label = try control.label(itemTemplar)
      } catch {
        guard error.kind == .undefined else {
          return Outcome(result: .diagnostic(error, in: task), predictions: predictions, settings: base)
        }
        label = .null
        result.isFailed = true
        result.isSkipped = false
        result.values["msg"] = .string(error.message)
        result.error = error
      }
      last = single.settings
      // What an include comes to is told when it is taken.
      if !result.isInclusion, !result.isInterrupted {
        emit(.itemFinished(report(result, single.settings, single.delegate, label: label)))
      }
      results.append(result)
      if result.isUnreachable || result.isInterrupted { break }
      known.take(result.effects, on: lookup.host)
      if let stop = control.breakWhen, !stop.isEmpty {
        var withResult = itemLookup
        if let name = task.keywords[.register]?.string { withResult.locals[name] = .map(result.registered) }
        if (try? Templar(services.engine, withResult).holdsAll(stop)) == true { break }
      }
    }
    var outcome = Outcome(
      result: LoopResult.combine(results), delegate: writtenDelegate, isLoop: true, predictions: predictions,
      settings: last)
    outcome.loopResults = results
    return outcome
  }

  func report(_ result: TaskResult, _ settings: TaskSettings, _ delegate: TaskDelegate?, label: Value? = nil)
    -> TaskReport
  {
    TaskReport(
      announcement, host: lookup.host, delegate: delegate, result: result, settings: settings, label: label,
      isAction: services.catalog.isAction(task.action.resolvedName))
  }

  // MARK: one call

  private struct Single {
    var result: TaskResult
    var delegate: TaskDelegate?
    var settings: TaskSettings
  }

  /// One item, or the task without a loop.
  private func call(_ lookup: VariableLookup, _ predictions: inout PredictedState) async -> Single {
    let delegate: TaskDelegate?
    do {
      let host =
        task.keywords[.delegateTo] == nil
        ? nil : try TaskSettings.delegate(of: task, Templar(services.engine, lookup))
      delegate = host.map { TaskDelegate(host: $0, address: address(ofDelegate: $0)) }
    } catch {
      return Single(
        result: .diagnostic(error, in: task), delegate: writtenDelegate,
        settings: TaskSettings(forgiving: task, Templar(services.engine, lookup), services))
    }
    let templar = Templar(services.engine, lookup.calling(delegatedTo: delegate?.host))
    var single = Single(result: TaskResult(), settings: TaskSettings())
    do {
      let condition = try condition(templar)
      if condition.isSkipped { return Single(result: condition, settings: settings(templar)) }
      // The item may decide on the keywords too.
      single.settings = try TaskSettings(task, templar, services)
    } catch {
      return Single(
        result: .diagnostic(error, in: task), delegate: delegate.map { TaskDelegate(host: $0.host) },
        settings: TaskSettings(forgiving: task, templar, services))
    }
    single.delegate = delegate
    var attempt = 1
    let attempts = single.settings.attempts
    while true {
      single.result = await perform(templar, single.settings, &predictions)
      if Task.isCancelled, single.result.isFailed || single.result.isUnreachable {
        single.result.isInterrupted = true
        break
      }
      // known_hosts tells its difference in any mode.
      if single.settings.isDiffMode || task.action.name.hasSuffix("known_hosts"),
        let diff = single.result.registeredDiff
      {
        single.result.values["diff"] = diff
      }
      if attempts > 1 { single.result.values["attempts"] = .int(attempt) }
      var isDone = true
      if !single.result.isUnreachable {
        isDone = judge(&single.result, templar, single.settings)
      }
      if isDone || single.result.isUnreachable { break }
      if attempt >= attempts {
        // What `failed_when` says of the last attempt has the last word.
        if task.keywords[.failedWhen] == nil { single.result.isFailed = true }
        // ansible counts the repetitions when none was left.
        if attempts > 1 { single.result.values["attempts"] = .int(attempts - 1) }
        break
      }
      if Task.isCancelled { break }
      var retry = single.result
      retry.values["retries"] = .int(attempts)
      emit(.retrying(report(retry, single.settings, single.delegate), attemptsLeft: attempts - attempt))
      attempt += 1
      try? await services.clock.sleep(for: single.settings.delay)
    }
    if single.result.isFailed, single.result.values["msg"] == nil {
      // The module did its work; a condition found fault with it.
      let message = "Task failed: Action failed: Unknown error."
      single.result.values["msg"] = .string(message)
      single.result.error = Diagnostic(.invalid, message, at: task.place)
    }
    return single
  }

  private func address(ofDelegate host: String) -> String? {
    lookup.variables(ofDelegate: host).value("ansible_host").map(PlainText.of)
  }

  /// A skipped result when a condition says no.
  private func condition(_ templar: Templar) throws(Diagnostic) -> TaskResult {
    var result = TaskResult()
    for condition in task.keywords.list(.when) where try !templar.holds(condition) {
      result.isSkipped = true
      result.values = [
        "skip_reason": "Conditional result was False",
        "false_condition": condition.text.map { .string($0.string) } ?? condition,
      ]
      return result
    }
    return result
  }

  /// Applies `changed_when` and `failed_when`; answers whether `until` is content.
  private func judge(_ result: inout TaskResult, _ templar: Templar, _ settings: TaskSettings) -> Bool {
    var lookup = templar.lookup
    // What the task sets, its conditions see.
    lookup.take(result.effects, on: lookup.host)
    let name = task.keywords[.register]?.string
    func locals() {
      if let name { lookup.locals[name] = .map(result.registeredWithInvocation) }
    }
    locals()
    var judged: String?
    do {
      let changes = task.keywords.conditions(.changedWhen)
      if !changes.isEmpty, result.unknown == nil {
        judged = "changed_when_result"
        result.isChanged = try Templar(services.engine, lookup).holdsAll(changes)
        result.values["changed"] = .bool(result.isChanged)
        locals()
      }
      let failures = task.keywords.conditions(.failedWhen)
      if !failures.isEmpty, result.unknown == nil {
        let hadFailed = result.isFailed
        judged = "failed_when_result"
        result.isFailed = try Templar(services.engine, lookup).holdsAll(failures)
        if hadFailed, !result.isFailed {
          result.values["failed_when_suppressed_exception"] = "(traceback unavailable)"
        }
        result.values["failed_when_result"] = .bool(result.isFailed)
        result.values["failed"] = .bool(result.isFailed)
        if result.isFailed { result.withdrawAdditions() }
        locals()
      }
      judged = nil
      let until = task.keywords.conditions(.until)
      guard !until.isEmpty else {
        return task.keywords[.retries] == nil || !result.isFailed
      }
      return try Templar(services.engine, lookup).holdsAll(until)
    } catch {
      var values = result.values
      if let judged { values[judged] = .string(error.message) }
      result = .diagnostic(error, in: task)
      result.values = values.merging(result.values)
      return true
    }
  }

  // MARK: the work itself

  /// Only who looks at it pays for it.
  private func invocation(_ module: ModuleDefinition, _ arguments: Map) -> Value? {
    task.loop != nil || services.options.verbosity > 2 || conditionsAskForInvocation
      ? Invocation.value(module.spec, arguments) : nil
  }

  private var conditionsAskForInvocation: Bool {
    [Keyword.changedWhen, .failedWhen, .until].contains { keyword in
      task.keywords.conditions(keyword).contains { $0.string?.contains("invocation") == true }
    }
  }

  /// What a name that was a template comes to.
  private func resolvedName(_ name: String) throws(Diagnostic) -> String {
    guard let resolution = try services.catalog.resolve(name, in: task.keywords.collections) else { return name }
    for use in resolution.deprecations {
      services.listener.receive(deprecation: Diagnostic(.invalid, use), services.settings)
    }
    return resolution.name
  }

  private func perform(
    _ templar: Templar, _ settings: TaskSettings, _ predictions: inout PredictedState
  ) async -> TaskResult {
    do {
      var name = task.action.resolvedName
      if let template = task.action.nameTemplate {
        name = try resolvedName(PlainText.of(try templar.resolve(.string(template))))
      }
      guard let entry = services.catalog[name] else {
        if UnavailableModules.contains(name) { return .failure(UnavailableModules.failure(name)) }
        return .failure("couldn't resolve module/action '\(name)'.")
      }
      let arguments = try TaskArguments(task, templar, services, entry.spec).values
      let runner = ModuleCall(services: services, task: task, settings: settings, templar: templar)
      switch entry {
      case .file(let file, _) where file.obstacle != nil:
        let message = file.obstacle?.message(file.name, file.path) ?? ""
        var result = TaskResult.failure(message)
        result.error = Diagnostic(
          .invalid, "Task failed: \(message)", at: task.action.place, help: file.obstacle?.help)
        return result
      case .file(_, let module):
        var result =
          settings.asyncSeconds > 0
          ? try await AsyncCall(call: runner, host: lookup.host, emit: emit).run(module, arguments, &predictions)
          : TaskResult(try await runner.run(module, arguments, &predictions))
        result.factsKeepNames = true
        result.invocation = invocation(module, arguments)
        // What could not be read is the engine's error, all else the module's.
        if result.isFailed, result.values["module_stdout"] != nil {
          let message = result.values["msg"].map(PlainText.of) ?? "Unknown error."
          result.error = Diagnostic(.invalid, "Task failed: Action failed: \(message)", at: task.place)
        }
        return result
      case .module(let module) where settings.asyncSeconds > 0:
        let call = AsyncCall(call: runner, host: lookup.host, emit: emit)
        var result = try await call.run(module, arguments, &predictions)
        if settings.pollSeconds > 0 { result.invocation = invocation(module, arguments) }
        return result
      case .module(let module):
        var result = TaskResult(try await runner.run(module, arguments, &predictions))
        result.invocation = invocation(module, arguments)
        result.diffsAreList = ["blockinfile", "copy", "lineinfile", "template"].contains(module.spec.name)
        return result
      case .action where settings.asyncSeconds > 0:
        let message = "This action (\(entry.spec.name)) does not support async."
        var result = TaskResult.failure(message)
        result.error = Diagnostic(.invalid, "Task failed: \(message)", at: task.place)
        return result
      case .action(let type):
        let validated: Modules.Arguments
        do throws(ArgumentProblems) {
          validated = try ArgumentValidator.validate(arguments, against: type.spec)
        } catch {
          return TaskResult(.failure(ModuleFailure(error.message)))
        }
        let held = PredictionBox(predictions)
        let context = ActionContext(
          arguments: validated, given: arguments, task: task, templar: templar, services: services,
          isCheckMode: settings.isCheckMode, isDiffMode: settings.isDiffMode,
          runModule: { (module, arguments) async throws(TransportError) in
            var predictions = held.state
            defer { held.state = predictions }
            return try await runner.run(ModuleDefinition(module), arguments, &predictions)
          }, connect: { () async throws(TransportError) in try await runner.connect() })
        let result = try await type.run(context)
        predictions = held.state
        return result
      }
    } catch let error as Diagnostic {
      return .diagnostic(error, in: task)
    } catch let error as ModuleFailure {
      var result = TaskResult(.failure(error))
      result.error = Diagnostic(.invalid, "Task failed: \(error.message)", at: task.place)
      return result
    } catch let error as TransportError {
      if error.isUnreachable { return .unreachable(error) }
      if error.kind == .timedOut, let timeout = settings.timeout {
        let seconds = Int(timeout.components.seconds)
        return TaskResult.diagnostic(
          Diagnostic(.host, "Timed out after \(seconds) second(s).", at: task.place), in: task,
          values: ["timedout": ["period": .int(seconds)]])
      }
      return .failure(error.message)
    } catch {
      return .failure("\(error)")
    }
  }
}

/// Predictions that an action's modules change, within the one task that runs it.
private final class PredictionBox {
  var state: PredictedState
  init(_ state: PredictedState) { self.state = state }
}

extension TaskResult {
  /// A failure with an error's message; the place and the causes follow in the text as the screen shows them.
  static func diagnostic(_ error: Diagnostic, in task: PlayTask, values: Map = [:]) -> TaskResult {
    let error = Diagnostic(error.kind, "Task failed.", at: task.place, causes: [error])
    var result = TaskResult.failure(error.brief, values: values)
    result.values["changed"] = false
    result.error = error
    return result
  }
}
