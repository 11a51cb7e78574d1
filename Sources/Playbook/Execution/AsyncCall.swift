import Modules
import Transport
import Values

/// A module call of a task with `async`: it runs on its own on the host; `poll` says whether the play waits for it.
struct AsyncCall {
  let call: ModuleCall
  /// The host by the name that the screen shows.
  let host: String
  let emit: @Sendable (RunEvent) -> Void

  func run(
    _ module: ModuleDefinition, _ arguments: Map, _ predictions: inout PredictedState
  ) async throws(TransportError) -> TaskResult {
    let jobs = call.services.jobs
    let name = AsyncJobs.newName()
    let connection = try await call.connect()
    let job = DetachedJob(name: name)
    let facts = JobFacts(name: name, resultsFile: job.folder(home: connection.traits.home))
    if call.settings.isCheckMode {
      let result = TaskResult(try await call.run(module, arguments, &predictions))
      await jobs.record(name, result)
      return facts.added(to: result)
    }
    let limit = Duration.seconds(call.settings.asyncSeconds)
    let (services, task, settings, lookup) = (call.services, call.task, call.settings, call.templar.lookup)
    await jobs.start(name) { onStart in
      let call = ModuleCall(
        services: services, task: task, settings: settings, templar: Templar(services.engine, lookup))
      return await Self.run(call, module, arguments, name, limit, onStart)
    }
    guard call.settings.pollSeconds > 0 else { return facts.running(isChanged: true) }
    while true {
      if let result = await jobs.result(of: name, within: .seconds(call.settings.pollSeconds)) {
        emit(.jobEnded(host: host, job: name, isFailed: result.isFailed || result.isUnreachable))
        await jobs.forget(name)
        if !result.isUnreachable { _ = try? await connection.run(ShellRequest(job.removal, isolation: .subshell)) }
        return facts.added(to: result)
      }
      if Task.isCancelled { throw TransportError(.cancelled, "The run was cancelled") }
      emit(.jobPolled(host: host, job: name))
    }
  }

  private static func run(
    _ call: ModuleCall, _ module: ModuleDefinition, _ arguments: Map, _ name: String, _ limit: Duration,
    _ onStart: @escaping @Sendable () -> Void
  ) async -> TaskResult {
    do throws(TransportError) {
      var predictions = PredictedState()
      return TaskResult(
        try await call.run(module, arguments, &predictions) {
          DetachedConnection($0, name: name, limit: limit, onStart: onStart)
        })
    } catch {
      return error.isUnreachable ? .unreachable(error) : .failure(error.message)
    }
  }
}

/// What a result says of the job behind it.
struct JobFacts {
  let name: String
  let resultsFile: String

  func running(isChanged: Bool) -> TaskResult {
    TaskResult(
      changed: isChanged,
      values: [
        "ansible_job_id": .string(name), "results_file": .string(resultsFile), "started": true, "finished": false,
        "failed": false,
      ])
  }

  func added(to result: TaskResult) -> TaskResult {
    var result = result
    result.values["ansible_job_id"] = .string(name)
    result.values["results_file"] = .string(resultsFile)
    result.values["started"] = true
    result.values["finished"] = true
    JobFacts.addOutputs(to: &result.values)
    return result
  }

  /// A job's result has outputs, be they empty.
  static func addOutputs(to values: inout Map) {
    for stream in ["stdout", "stderr"] where values[stream] == nil {
      values[stream] = ""
      values["\(stream)_lines"] = []
    }
  }
}
