import Transport
import Values

/// Carries a module through its steps on one host: validate, probe, lay the predictions over, plan, apply, conclude.
package enum ModuleRunner {
  /// Runs one module call.
  /// - Parameters:
  ///   - arguments: finished arguments, all templates rendered.
  ///   - stepConnection: what the steps run on, when that is not what the questions are asked on.
  ///   - answers: outputs of questions that were asked ahead and still hold.
  ///   - predictions: what earlier tasks of a check run would have changed; in check mode this task's plan is added.
  /// - Returns: the result, failed ones included.
  /// - Throws: when the host gave no answer.
  package static func run(
    _ definition: ModuleDefinition, arguments: Map, calledAs: String? = nil, connection: any Connection,
    stepConnection: (any Connection)? = nil, context: ModuleContext, answers: ProbeAnswers = ProbeAnswers(),
    predictions: inout PredictedState
  ) async throws(TransportError) -> ModuleResult {
    let module: any ModuleWork
    let warnings: [String]
    do {
      (module, warnings) = try prepare(definition, arguments: arguments, calledAs: calledAs, context: context)
    } catch {
      return .failure(error)
    }
    if context.isCheckMode, definition.spec.checkMode == .none {
      let name = calledAs ?? definition.spec.name
      return ModuleResult(
        skipped: true, values: ["msg": .string("remote module (\(name)) does not support check mode")],
        warnings: warnings)
    }
    var call = ModuleCall(
      module: module, connection: connection, stepConnection: stepConnection ?? connection, context: context,
      answers: answers)
    var result: ModuleResult
    do {
      result = try await call.run(&predictions)
    } catch {
      switch error {
      case .transport(let error): throw error
      case .module(let failure): result = .failure(failure)
      }
    }
    result.values = CommandOutput.withLines(result.values)
    result.warnings = warnings + result.warnings
    return result
  }

  /// Checks the arguments and makes the module, for asking its questions ahead of time.
  package static func prepare(
    _ definition: ModuleDefinition, arguments: Map, calledAs: String? = nil, context: ModuleContext
  ) throws(ModuleFailure) -> (module: any ModuleWork, warnings: [String]) {
    let validated: Arguments
    do {
      validated = try ArgumentValidator.validate(arguments, against: definition.spec, calledAs: calledAs)
    } catch {
      throw ModuleFailure(error.message)
    }
    return (try definition.make(validated, context), validated.warnings)
  }
}

/// Outputs of questions, by the questions: what the engine keeps of probes that it sent ahead.
package struct ProbeAnswers: Sendable {
  private var outputs: [AnyHashableQuery: QueryOutput] = [:]

  package init() {}

  package subscript(_ query: any Query) -> QueryOutput? {
    get { outputs[AnyHashableQuery(query)] }
    set { outputs[AnyHashableQuery(query)] = newValue }
  }
}

/// One module call on one host.
private struct ModuleCall {
  let module: any ModuleWork
  let connection: any Connection
  let stepConnection: any Connection
  let context: ModuleContext
  var answers: ProbeAnswers

  enum Stop: Error {
    case transport(TransportError)
    case module(ModuleFailure)
  }

  /// A module that keeps asking is a bug of ours; it must not become an endless run.
  private static let roundLimit = 32
  /// Files up to this size travel in the request that puts them in place; larger ones are uploaded first.
  private static let inlineLimit = 256 << 10

  mutating func run(_ predictions: inout PredictedState) async throws(Stop) -> ModuleResult {
    let plan = try await makePlan(predictions)
    if context.isCheckMode, !plan.stepsObeyCheckMode {
      predictions.record(plan.predictions)
      return result(plan, Conclusion(changed: plan.isChanged, values: plan.values))
    }
    if let user = plan.departingUser { await connection.closeShells(ofUser: user) }
    let outcomes = try await apply(plan.steps)
    guard let conclude = plan.conclude else {
      return result(plan, Conclusion(changed: plan.isChanged, values: plan.values))
    }
    let conclusion: Conclusion
    do {
      conclusion = try conclude(plan.values, outcomes)
    } catch {
      throw .module(error)
    }
    if context.isCheckMode, conclusion.isChanged { predictions.record(plan.predictions) }
    return result(plan, conclusion)
  }

  private func result(_ plan: Plan, _ conclusion: Conclusion) -> ModuleResult {
    var values = conclusion.values
    if let reason = plan.skipReason, values["msg"] == nil { values["msg"] = .string(reason) }
    var result = ModuleResult(
      changed: conclusion.isChanged, failed: conclusion.isFailed, skipped: plan.isSkipped || conclusion.isSkipped,
      unknown: context.isCheckMode ? plan.unknown : nil,
      values: values,
      diffs: plan.diffs + conclusion.diffs, facts: plan.facts.merging(conclusion.facts),
      warnings: plan.warnings + conclusion.warnings)
    result.deprecations = conclusion.deprecations
    return result
  }

  // MARK: Probe and plan

  private mutating func makePlan(_ predictions: PredictedState) async throws(Stop) -> Plan {
    let overlay = context.isCheckMode ? predictions : PredictedState()
    var observed = Observations()
    observed.uncertainty = overlay.uncertainty
    var questions = module.queries()
    for _ in 0..<Self.roundLimit {
      try await ask(questions, &observed, overlay)
      do {
        switch try module.plan(observed) {
        case .done(let plan): return plan
        case .ask(let more): questions = more
        }
      } catch {
        guard let reason = overlay.uncertainty else { throw .module(error) }
        // What is missing now may well be there by then; only a real run can tell.
        return Plan(
          changed: true, unknown: "\(error.message), but \(reason)", values: error.values,
          warnings: [])
      }
    }
    throw .module(ModuleFailure("the module asked the host \(Self.roundLimit) times and was not satisfied"))
  }

  private mutating func ask(
    _ questions: [any Query], _ observed: inout Observations, _ overlay: PredictedState
  ) async throws(Stop) {
    var open: [any Query] = []
    for question in questions where answers[question] == nil {
      if !open.contains(where: { AnyHashableQuery($0) == AnyHashableQuery(question) }) { open.append(question) }
    }
    if !open.isEmpty {
      let batch = ProbeBatch(open, traits: connection.traits, environment: context.environment)
      let result = try await send(
        ShellRequest(batch.script, timeout: context.timeout, isolation: batch.isolation), on: connection)
      guard let outputs = batch.parse(result) else {
        let detail = String(lossless: result.stderr).trimmed
        let reason = detail.isEmpty && result.isTruncated ? "it is too large" : detail
        throw .module(ModuleFailure("the host's answer could not be read: \(reason)"))
      }
      for (question, output) in zip(open, outputs) { answers[question] = output }
    }
    for question in questions {
      if let output = answers[question] { try record(output, to: question, &observed, overlay) }
    }
  }

  private func record<Q: Query>(
    _ output: QueryOutput, to query: Q, _ observed: inout Observations, _ overlay: PredictedState
  ) throws(Stop) {
    do {
      let answer = try query.answer(output)
      observed.record(overlay.isEmpty ? answer : query.answer(answer, after: overlay), to: query)
    } catch {
      throw .module(error)
    }
  }

  // MARK: Apply

  private func apply(_ steps: [Step]) async throws(Stop) -> [ShellResult] {
    var outcomes: [ShellResult] = []
    var waiting: [(item: StepBatch.Item, step: Step, file: FileWriteScript?)] = []
    var payload = 0
    for step in steps {
      switch step {
      case .run(let script, let input, _, let mayFail):
        if payload + input.count > Self.inlineLimit, !waiting.isEmpty {
          outcomes += try await carryOut(&waiting, &payload)
        }
        waiting.append(
          (StepBatch.Item(script: script, payload: input, takesOwnPayload: false, mayFail: mayFail), step, nil))
        payload += input.count
      case .write(let write):
        let file = FileWriteScript(write)
        let inline = inlineBytes(write.content)
        if inline == nil || payload + (inline?.count ?? 0) > Self.inlineLimit, !waiting.isEmpty {
          outcomes += try await carryOut(&waiting, &payload)
        }
        if inline == nil { try await upload(write.content, to: file) }
        let bytes = inline ?? []
        let script = try moduleChecked { () throws(ModuleFailure) in
          try file.script(inline == nil ? .uploaded : .input(count: bytes.count))
        }
        waiting.append(
          (StepBatch.Item(script: script, payload: bytes, takesOwnPayload: true, mayFail: false), step, file))
        payload += bytes.count
      }
    }
    return outcomes + (try await carryOut(&waiting, &payload))
  }

  /// The bytes that travel with the request; `nil` for content that is uploaded before.
  private func inlineBytes(_ content: FileWrite.Content) -> [UInt8]? {
    switch content {
    case .bytes(let bytes): bytes.count <= Self.inlineLimit ? bytes : nil
    case .file: nil
    case .remoteFile: []
    }
  }

  private func upload(_ content: FileWrite.Content, to file: FileWriteScript) async throws(Stop) {
    let source: UploadSource
    switch content {
    case .bytes(let bytes): source = .bytes(bytes)
    case .file(let path): source = .file(path: path)
    case .remoteFile: return
    }
    do {
      try await connection.upload(source, to: file.temporaryPath)
    } catch {
      throw error.kind == .file ? .module(ModuleFailure(error.message)) : .transport(error)
    }
  }

  private func carryOut(
    _ waiting: inout [(item: StepBatch.Item, step: Step, file: FileWriteScript?)], _ payload: inout Int
  ) async throws(Stop) -> [ShellResult] {
    guard !waiting.isEmpty else { return [] }
    defer {
      waiting = []
      payload = 0
    }
    let batch = StepBatch(waiting.map(\.item), environment: context.environment)
    let result = try await send(
      ShellRequest(batch.script, input: batch.input, timeout: context.timeout), on: stepConnection)
    guard let outcomes = batch.parse(result) else {
      throw .module(
        ModuleFailure(
          "the host's answer could not be read, so what was done is not known: "
            + String(lossless: result.stderr).trimmed))
    }
    for (outcome, entry) in zip(outcomes, waiting) where outcome.status != 0 && !entry.item.mayFail {
      throw .module(failure(outcome, of: entry.step, entry.file))
    }
    return outcomes
  }

  private func failure(_ outcome: ShellResult, of step: Step, _ file: FileWriteScript?) -> ModuleFailure {
    if let file { return file.failure(outcome) }
    guard case .run(_, _, let message, _) = step else { return ModuleFailure("the step failed") }
    let stderr = String(lossless: outcome.stderr)
    return ModuleFailure(
      stderr.trimmed.isEmpty ? message : "\(message): \(stderr.trimmed)",
      values: [
        "rc": .int(outcome.status), "stdout": .string(String(lossless: outcome.stdout)), "stderr": .string(stderr),
      ])
  }

  // MARK: Plumbing

  private func send(_ request: ShellRequest, on connection: any Connection) async throws(Stop) -> ShellResult {
    do {
      return try await connection.run(request)
    } catch {
      throw .transport(error)
    }
  }

  private func moduleChecked<T>(_ body: () throws(ModuleFailure) -> T) throws(Stop) -> T {
    do {
      return try body()
    } catch {
      throw .module(error)
    }
  }
}
