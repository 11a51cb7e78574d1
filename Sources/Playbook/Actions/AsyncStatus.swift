import Modules
import Transport
import Values

/// `async_status`: tells of a job that a task with `async` started.
enum AsyncStatusAction: Action {
  static let spec = ModuleSpec(
    name: "async_status", summary: "Tell of a job that a task with async started",
    arguments: [
      ArgumentSpec("jid", .string, required: true, "The job, as `ansible_job_id` of the task's result names it."),
      ArgumentSpec(
        "mode", .string, default: "status", choices: ["status", "cleanup"],
        "Tell how far it is, or remove what it left on the host."),
    ],
    returns: [
      ReturnSpec("ansible_job_id", "the job"),
      ReturnSpec("started", "whether it was started"),
      ReturnSpec("finished", "whether it has ended"),
      ReturnSpec("results_file", "where its outcome is kept on the host"),
      ReturnSpec("erased", "what was removed"),
    ])

  static func run(_ call: ActionContext) async throws -> TaskResult {
    let name = call.arguments.string("jid") ?? ""
    let jobs = call.services.jobs
    let connection = try await call.connect()
    let job = DetachedJob(name: name)
    let facts = JobFacts(name: name, resultsFile: job.folder(home: connection.traits.home))
    func failure(_ message: String) -> TaskResult {
      var result = facts.added(to: .failure(message))
      result.error = Diagnostic(.host, "Task failed: Module failed: \(message)", at: call.task.place)
      return result
    }
    guard AsyncJobs.isValid(name) else { return failure("could not find job") }
    if call.arguments.string("mode") == "cleanup" {
      if !call.isCheckMode { _ = try await connection.run(ShellRequest(job.removal)) }
      await jobs.forget(name)
      var values: Map = [
        "ansible_job_id": .string(name), "erased": .string(facts.resultsFile), "started": false, "finished": false,
      ]
      JobFacts.addOutputs(to: &values)
      return TaskResult(values: values)
    }
    var running = facts.running(isChanged: false)
    JobFacts.addOutputs(to: &running.values)
    switch await jobs[name] {
    case .running: return running
    case .ended(let result) where result.isFailed && result.error == nil:
      var told = facts.added(to: result)
      let message = result.values["msg"].map(PlainText.of) ?? "Unknown error."
      told.error = Diagnostic(.host, "Task failed: Module failed: \(message)", at: call.task.place)
      return told
    case .ended(let result): return facts.added(to: result)
    case nil: break
    }
    // A job of an earlier run: the host has the outcome of its last step.
    switch job.progress(try await connection.run(ShellRequest(job.inquiry, isolation: .subshell))) {
    case .running: return running
    case .ended(let outcome): return facts.added(to: result(of: outcome))
    case .tookTooLong: return failure("Timeout exceeded")
    case .vanished: return failure("The job is gone: it was killed, or the host was restarted")
    case .unknown: return failure("could not find job")
    }
  }

  private static func result(of outcome: ShellResult) -> TaskResult {
    let values = CommandOutput.values(outcome, strippingEnds: true)
    guard outcome.status != 0 else { return TaskResult(changed: true, values: values) }
    var result = TaskResult.failure("non-zero return code", values: values)
    result.isChanged = true
    return result
  }
}
