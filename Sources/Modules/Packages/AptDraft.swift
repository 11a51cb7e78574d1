import Transport
import Values

/// A plan of `apt` in the making: its steps in order, and what their answers mean.
struct AptDraft {
  /// The command that changes packages.
  struct Main: Sendable {
    enum Kind: Sendable {
      case install
      case remove
      case cleaning
    }

    var words: [String]
    var kind: Kind

    init(_ words: [String], _ kind: Kind) {
      self.words = words
      self.kind = kind
    }
  }

  var main: Main?
  /// The packages that are to be there afterwards.
  var wanted: [PackageSpec] = []
  var predictions: [Prediction] = []
  /// Why the outcome can't be foretold.
  var unknown: String?

  private let module: Apt
  private let packages: PackageQuery.Answer
  private var steps: [Step] = []
  private var isChanged = false
  private var updateIndex: Int?
  private var mainIndex: Int?

  init(_ module: Apt, _ packages: PackageQuery.Answer) {
    self.module = module
    self.packages = packages
  }

  mutating func clean(hasArchives: Bool) {
    guard hasArchives else { return }
    isChanged = true
    steps.append(.run("apt-get clean </dev/null", failure: "apt-get clean failed"))
  }

  mutating func update() {
    updateIndex = steps.count
    steps.append(.run(module.commands.update, failure: "Failed to update apt cache"))
  }

  /// Whether apt must be asked what it would do before the plan is whole.
  var needsSimulation: Bool {
    module.context.isCheckMode || module.context.isDiffMode
      || wanted.contains { $0.comparison != nil && $0.comparison != .equal }
  }

  /// The plan without a simulation: nothing to do, or apt decides while it runs.
  func finish() -> Plan {
    var draft = self
    draft.addMain()
    return draft.plan(isChanged: isChanged || unknown != nil || main != nil || isOnlyUpdate)
  }

  /// The plan that a simulation confirms.
  /// - Throws: what apt said when it can't do it.
  func finish(_ simulated: AptSimulationQuery.Answer) throws(ModuleFailure) -> Plan {
    var draft = self
    if simulated.status != 0 {
      guard updateIndex != nil else { throw failure(simulated.status, simulated.stdout, simulated.stderr) }
      draft.unknown = "the package lists have to be updated first"
      draft.addMain()
      return draft.plan(isChanged: true)
    }
    if updateIndex == nil { try checkVersions(simulated.actions) }
    let changes = changes(simulated)
    // After an update apt may find more to do than it knows of now.
    if changes || updateIndex != nil { draft.addMain() }
    if !changes, updateIndex != nil, module.state == "latest" || module.upgrade != nil {
      draft.unknown = "the package lists have to be updated first"
    }
    draft.predictions += simulated.actions.map { action in
      .package(name: action.name, PackagePrediction(installed: action.kind == .install, version: action.version))
    }
    var plan = draft.plan(isChanged: isChanged || changes || draft.unknown != nil || isOnlyUpdate)
    if module.context.isCheckMode, changes {
      plan.values["stdout"] = .string(simulated.stdout)
      plan.values["stderr"] = .string(simulated.stderr)
    }
    if module.context.isDiffMode, changes {
      plan.diffs = [Diff(.prepared(AptOutput.difference(simulated.stdout)))]
    }
    return plan
  }

  private func changes(_ simulated: AptSimulationQuery.Answer) -> Bool {
    switch main?.kind {
    case .cleaning: simulated.stdout.contains("Del ")
    // What is to be removed may only be there by then, so the simulation can't know it.
    case .remove: true
    case .install, nil:
      !simulated.actions.isEmpty || wanted.contains { packages.toBeRemoved.contains($0.plainName) }
    }
  }

  // MARK: The plan

  private var isOnlyUpdate: Bool { updateIndex != nil && main == nil && wanted.isEmpty && module.specs.isEmpty }

  private mutating func addMain() {
    guard let main else { return }
    mainIndex = steps.count
    steps.append(.run(module.commands.script(main.words), failure: "apt-get failed", mayFail: true))
  }

  private func plan(isChanged: Bool) -> Plan {
    var plan = Plan(changed: isChanged, unknown: unknown, steps: steps, predictions: predictions)
    if module.context.isCheckMode, isOnlyUpdate {
      plan.unknown = "whether the repositories have news can't be known before they are asked"
    }
    if mainIndex != nil || unknown != nil {
      let isInstalled = main?.kind != .remove
      plan.predictions += wantedNames.map { .package(name: $0, PackagePrediction(installed: isInstalled)) }
        .filter { !predicts($0) }
    }
    if module.state != "absent" || updateIndex != nil {
      plan.values["cache_updated"] = .bool(updateIndex != nil)
      if let time = packages.listTime { plan.values["cache_update_time"] = .int(time) }
    }
    markManual(&plan)
    guard updateIndex != nil || mainIndex != nil else { return plan }
    plan.conclude = { [self] (values, outcomes) throws(ModuleFailure) in try conclude(values, outcomes) }
    return plan
  }

  private var wantedNames: [String] {
    main?.kind == .remove ? module.specs.filter { !$0.isPattern }.map(\.plainName) : wanted.map(\.plainName)
  }

  private func predicts(_ prediction: Prediction) -> Bool {
    guard case .package(let name, _) = prediction else { return false }
    return predictions.contains { if case .package(name, _) = $0 { true } else { false } }
  }

  /// A package that is asked for by name must survive an autoremove; as in ansible this is no reported change.
  private func markManual(_ plan: inout Plan) {
    let names = wanted.map(\.plainName).filter { packages.automatic.contains($0) }
    guard !names.isEmpty, module.state != "absent" else { return }
    plan.steps.append(.run("apt-mark manual \(names) >/dev/null", failure: "apt-mark failed", mayFail: true))
  }

  private func checkVersions(_ actions: [AptOutput.Action]) throws(ModuleFailure) {
    for spec in wanted where spec.comparison != nil {
      let versions =
        packages.installed(spec.name).map(\.version)
        + actions.filter { $0.kind == .install && $0.name == spec.plainName }.compactMap(\.version)
      // A package that is only predicted has no version yet.
      if versions.contains(where: { $0.isEmpty || spec.isSatisfied(by: $0) }) { continue }
      throw ModuleFailure(
        "no available installation candidate for \(spec.name)\(spec.comparison?.rawValue ?? "")\(spec.version ?? "")")
    }
  }

  // MARK: The result

  private func conclude(_ values: Map, _ outcomes: [ShellResult]) throws(ModuleFailure) -> Conclusion {
    var values = values
    var didChange = isChanged
    if let updateIndex, updateIndex < outcomes.count {
      let output = outcomes[updateIndex].stdout
      let times = (output.lastIndex(of: 1).map { String(lossless: output[($0 + 1)...]) } ?? "").split(separator: " ")
      let isUpdated = times.first != times.last
      values["cache_updated"] = .bool(isUpdated)
      if let time = times.last.flatMap({ Int($0) }) { values["cache_update_time"] = .int(time) }
      if isOnlyUpdate { didChange = isUpdated }
    }
    guard let mainIndex, let main, mainIndex < outcomes.count else {
      return Conclusion(changed: didChange, values: values)
    }
    let outcome = outcomes[mainIndex]
    let stdout = String(lossless: outcome.stdout)
    let stderr = String(lossless: outcome.stderr)
    if outcome.status != 0 { throw failure(outcome.status, stdout, stderr) }
    switch main.kind {
    case .install, .remove: didChange = didChange || AptOutput.didChange(stdout)
    case .cleaning: didChange = didChange || stdout.contains("Del ")
    }
    values["stdout"] = .string(stdout)
    values["stderr"] = .string(stderr)
    values["stdout_lines"] = .list(CommandOutput.lines(stdout).map { .string($0) })
    values["stderr_lines"] = .list(CommandOutput.lines(stderr).map { .string($0) })
    if module.upgrade != nil { values["msg"] = .string(stdout) }
    return Conclusion(changed: didChange, values: values)
  }

  private func failure(_ status: Int, _ stdout: String, _ stderr: String) -> ModuleFailure {
    let words = ["apt-get"] + (main?.words ?? [])
    let message = AptOutput.failure(stderr) ?? "'\(ShellScript(words: words).text)' failed: \(stderr.trimmed)"
    return ModuleFailure(
      message,
      values: [
        "rc": .int(status), "stdout": .string(stdout), "stderr": .string(stderr),
        "stdout_lines": .list(CommandOutput.lines(stdout).map { .string($0) }),
        "stderr_lines": .list(CommandOutput.lines(stderr).map { .string($0) }),
      ])
  }
}
