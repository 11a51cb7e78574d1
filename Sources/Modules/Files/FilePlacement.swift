import Transport
import Values

/// Puts a given content at a path of a host: what copy, template and the editors of files have in common.
struct FilePlacement: Sendable {
  var attributes: FileAttributes
  var follows: Bool
  /// Whether an existing file may be replaced.
  var isForced = true
  var backsUp = false
  var validate: String?
  let context: ModuleContext

  /// Differences beyond this are not shown, as with ansible.
  static let diffLimit = 104_448

  /// What to ask about the destination.
  func query(_ path: String) -> FileQuery {
    FileQuery(
      path, follows: follows, checksum: isForced ? .sha1 : nil,
      contentLimit: context.isDiffMode && isForced ? Self.diffLimit : nil, wantsAttributes: attributes.flags != nil)
  }

  /// The plan for one destination; `values` hold what is known of the result.
  struct Outcome {
    var isContentChanged: Bool
    var attributeChange: AttributeChange
    var path: String
    var status: FileStatus
    var steps: [Step]
    var diffs: [Diff]
    var predictions: [Prediction]
    var isChanged: Bool { isContentChanged || !attributeChange.isEmpty }
  }

  /// Compares and decides.
  /// - Parameters:
  ///   - found: the answer to `query(path)`.
  ///   - asked: the path as it was asked for.
  ///   - after: what to call the new text in a diff.
  func plan(
    _ wanted: WantedContent, at found: FileAnswer, asked: String, _ observed: Observations, mode: FileMode? = nil,
    diffName: String? = nil
  ) throws(ModuleFailure) -> Outcome {
    try found.checkTrust(following: follows && found.isLink)
    var attributes = attributes
    if let mode { attributes.mode = mode }
    // A link to nothing is replaced, as ansible does.
    let isFollowing = follows && found.isLink && found.target != nil
    let path = found.effectivePath(following: isFollowing)
    let existing = isFollowing ? found.target : found.own?.kind == .link ? nil : found.own
    let isSame = existing?.kind == .regular && found.checksum == wanted.checksum
    let base =
      existing
      ?? FileStatus(
        kind: .regular, mode: 0o666 & ~found.umask, uid: context.traits.userID,
        gid: context.traits.userID == 0 ? 0 : -1,
        owner: context.traits.user, group: context.traits.userID == 0 ? "root" : context.traits.user)
    let change = try attributes.change(base, at: path, observed, answer: found, askedAs: asked)
    var status = base.applying(change)
    status.size = wanted.size
    var outcome = Outcome(
      isContentChanged: !isSame, attributeChange: change, path: path, status: status, steps: [], diffs: [],
      predictions: [])
    let predictedPath = isFollowing ? path : found.canonicalPath
    guard !isSame else {
      if !change.isEmpty {
        outcome.steps = change.steps
        outcome.predictions = [.file(change.prediction(predictedPath, .same))]
        let name: Map = ["path": .string(path)]
        outcome.diffs = [
          Diff(
            .state(
              before: .map(change.before.merging(name).sortedByName),
              after: .map(change.after.merging(name).sortedByName)))
        ]
      }
      return outcome
    }
    if let existing, existing.kind != .regular {
      throw ModuleFailure("Destination \(path) is not a regular file", values: ["path": .string(path)])
    }
    outcome.steps = [
      .write(
        FileWrite(
          path: path, content: wanted.content, checksum: wanted.checksum,
          mode: attributes.mode.map { _ in status.mode }, owner: attributes.owner, group: attributes.group,
          seLinux: attributes.seLinux, backsUp: backsUp && existing != nil, validate: validate,
          inPlaceAllowed: attributes.isInPlaceAllowed))
    ]
    if change.flags != nil {
      var flagsOnly = AttributeChange(path: path, isLink: false)
      flagsOnly.flags = change.flags
      outcome.steps += flagsOnly.steps
    }
    outcome.diffs = diffs(wanted, found, existing, path, name: diffName ?? path)
    let bytes = wanted.size <= 1 << 20 ? wanted.bytes : nil
    outcome.predictions = [
      .file(
        FilePrediction(
          path: predictedPath, .file(content: bytes), mode: status.mode, owner: attributes.owner,
          group: attributes.group))
    ]
    return outcome
  }

  private func diffs(
    _ wanted: WantedContent, _ found: FileAnswer, _ existing: FileStatus?, _ path: String, name: String
  ) -> [Diff] {
    guard context.isDiffMode else { return [] }
    let headers = (before: existing == nil ? "before" : "before: \(path)", after: "after: \(name)")
    func note(_ text: String) -> [Diff] {
      [Diff(.note("diff skipped: \(text)"), beforeHeader: headers.before, afterHeader: headers.after)]
    }
    if wanted.size > Self.diffLimit { return note("source file size is greater than \(Self.diffLimit)") }
    if found.isContentTooLarge { return note("destination file size is greater than \(Self.diffLimit)") }
    guard let after = wanted.bytes else { return [] }
    let before = found.content ?? []
    if before.contains(0) { return note("destination file appears to be binary") }
    if after.contains(0) { return note("source file appears to be binary") }
    return [
      Diff(
        .text(before: String(lossless: before), after: String(lossless: after)), beforeHeader: headers.before,
        afterHeader: headers.after)
    ]
  }

  /// The plan of a task about a single file, with copy's and template's result.
  func finished(_ outcome: Outcome, _ wanted: WantedContent, source: String?) -> Plan {
    var values: Map = ["dest": .string(outcome.path), "checksum": .string(wanted.checksum)]
    values.merge(outcome.status.values)
    if outcome.isContentChanged {
      if let source { values["src"] = .string(source) }
      if let md5 = wanted.md5 { values["md5sum"] = .string(md5) }
    } else {
      values["path"] = .string(outcome.path)
    }
    var plan = Plan(
      changed: outcome.isChanged, values: values, diffs: outcome.diffs, steps: outcome.steps,
      predictions: outcome.predictions)
    guard outcome.isChanged else { return plan }
    plan.steps.append(FileReport.step(outcome.path, context.traits))
    let hasBackup = backsUp && outcome.isContentChanged
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      var values = values
      if let status = FileReport.status(outcomes.last) { values.merge(status.values) }
      if hasBackup, let first = outcomes.first, let backup = FileWrite.backupFile(first) {
        values["backup_file"] = .string(backup)
      }
      return Conclusion(changed: true, values: values)
    }
    return plan
  }
}
