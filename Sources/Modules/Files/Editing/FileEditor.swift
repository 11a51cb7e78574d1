import Patterns
import Transport
import Values

/// What lineinfile, blockinfile and replace have in common: read a file, change its text by a pure function, put it back.
struct FileEditor: Sendable {
  /// What an edit comes to.
  struct Edit: Sendable {
    var content: [UInt8]
    /// What was done, in ansible's words; empty when nothing was.
    var message: String
    /// Further keys of the result.
    var values: Map = [:]
  }

  static let arguments: [ArgumentSpec] =
    [
      ArgumentSpec("path", .path, aliases: ["dest", "destfile", "name"], required: true, "The file to edit."),
      ArgumentSpec("backup", .bool, default: false, "Keep a copy of the old file."),
      ArgumentSpec("validate", .string, "Command that must accept the new file; `%s` is its path."),
    ] + FileAttributes.arguments

  /// Larger files are not meant to be edited by a task.
  private static let limit = 64 << 20
  private static let attributesChanged = "ownership, perms or SE linux context changed"

  let path: String
  let creates: Bool
  let backsUp: Bool
  let validate: String?
  let attributes: FileAttributes
  let context: ModuleContext
  /// The result's key for the backup's path; given even without a backup when `alwaysTellsBackup`.
  var backupKey = "backup_file"
  var alwaysTellsBackup = false
  /// Whether content and attributes are told as two differences (replace tells of the content alone).
  var tellsAttributes = true
  /// The file's bytes as text in UTF-8, for the difference.
  var asText: @Sendable ([UInt8]) -> [UInt8] = { $0 }
  /// `rc: 0` and the like, in every result.
  var constantValues: Map = [:]

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    path = arguments.string("path") ?? ""
    creates = arguments.flag("create")
    backsUp = arguments.flag("backup")
    validate = arguments.string("validate")
    attributes = try FileAttributes(arguments)
    self.context = context
  }

  private var query: FileQuery {
    FileQuery(path, contentLimit: Self.limit, wantsAttributes: attributes.flags != nil)
  }

  func queries() -> [any Query] { [query] + attributes.queries(for: path) }

  /// - Parameters:
  ///   - missing: the result for a file that is not there; `nil`: it is created or the task fails.
  ///   - edit: the change; it gets `nil` for a file that is not there.
  func plan(
    _ observed: Observations, missing: Map? = nil, edit: ([UInt8]?) throws(ModuleFailure) -> Edit
  ) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask(queries()) }
    try found.checkTrust(following: found.isLink)
    let target = found.effectivePath(following: true)
    if found.isDirectory { throw ModuleFailure("Path \(found.path) is a directory !", values: ["rc": 256]) }
    if found.target == nil, let missing { return .done(Plan(changed: false, values: missing)) }
    if found.isContentTooLarge {
      throw ModuleFailure("\(found.path) is larger than \(Self.limit >> 20) MiB, too large to be edited by a task")
    }
    let isNew = found.target == nil
    if isNew, !creates { throw failureForMissing(found) }
    if !isNew, found.content == nil {
      guard found.isPredicted else { throw ModuleFailure("\(found.path) can't be read") }
      return .done(
        Plan(
          changed: true, unknown: "the content of \(found.path) is only known once it is written",
          values: constantValues.merging(["msg": ""])))
    }
    let edit = try edit(isNew ? nil : found.content)
    return .done(try finished(edit, found, target, isNew: isNew, observed))
  }

  private func failureForMissing(_ found: FileAnswer) -> ModuleFailure {
    let subject = alwaysTellsBackup ? "Destination" : "Path"
    return ModuleFailure("\(subject) \(found.path) does not exist !", values: ["rc": 257])
  }

  private func finished(
    _ edit: Edit, _ found: FileAnswer, _ target: String, isNew: Bool, _ observed: Observations
  ) throws(ModuleFailure) -> Plan {
    let isContentChanged = !edit.message.isEmpty
    let status =
      found.target
      ?? FileStatus(
        kind: .regular, mode: 0o666 & ~found.umask, uid: context.traits.userID, owner: context.traits.user)
    let change = try attributes.change(status, at: target, observed, answer: found, askedAs: path)
    let areAttributesChanged = !change.isEmpty && (isContentChanged || !isNew)
    var message = edit.message
    if areAttributesChanged { message += (message.isEmpty ? "" : " and ") + Self.attributesChanged }
    var values = constantValues.merging(edit.values)
    values["msg"] = .string(message)
    if alwaysTellsBackup { values[backupKey] = "" }
    var plan = Plan(changed: isContentChanged || areAttributesChanged, values: values)
    if isContentChanged {
      plan.steps = directories(found, &plan.predictions)
      plan.steps.append(
        .write(
          FileWrite(
            path: target, content: .bytes(edit.content), checksum: Digest.sha1(edit.content),
            mode: attributes.mode.map { _ in status.applying(change).mode }, owner: attributes.owner,
            group: attributes.group, seLinux: attributes.seLinux, backsUp: backsUp && !isNew, validate: validate,
            inPlaceAllowed: attributes.isInPlaceAllowed)))
      if change.flags != nil {
        var flagsOnly = AttributeChange(path: target, isLink: false)
        flagsOnly.flags = change.flags
        plan.steps += flagsOnly.steps
      }
      plan.predictions.append(
        .file(change.prediction(found.isLink ? target : found.canonicalPath, .file(content: edit.content))))
    } else if areAttributesChanged {
      plan.steps = change.steps
      plan.predictions = [.file(change.prediction(found.isLink ? target : found.canonicalPath, .same))]
    }
    plan.diffs = diffs(edit, found, isContentChanged, areAttributesChanged ? change : nil)
    if backsUp, isContentChanged, !isNew {
      let (key, index) = (backupKey, plan.steps.count - 1 - (change.flags == nil ? 0 : 1))
      plan.conclude = { (values, outcomes) throws(ModuleFailure) in
        var values = values
        if outcomes.indices.contains(index), let backup = FileWrite.backupFile(outcomes[index]) {
          values[key] = .string(backup)
        }
        return Conclusion(changed: true, values: values)
      }
    }
    return plan
  }

  private func directories(_ found: FileAnswer, _ predictions: inout [Prediction]) -> [Step] {
    var steps: [Step] = []
    for level in stride(from: found.missingAncestors, to: 0, by: -1) {
      let path = FileAnswer.ancestor(of: found.path, up: level)
      steps.append(.run("mkdir -- \(path) || [ -d \(path) ]", failure: "Error creating \(path)"))
      predictions.append(.file(FilePrediction(path: path, .directory)))
    }
    return steps
  }

  private func diffs(_ edit: Edit, _ found: FileAnswer, _ isContentChanged: Bool, _ change: AttributeChange?) -> [Diff]
  {
    guard context.isDiffMode else { return [] }
    var diffs: [Diff] = []
    let path = found.path
    if isContentChanged || tellsAttributes {
      let before = String(lossless: asText(found.content ?? []))
      diffs.append(
        Diff(
          .text(before: before, after: String(lossless: asText(edit.content))),
          beforeHeader: "before: \(path)\(tellsAttributes ? " (content)" : "")",
          afterHeader: "after: \(path)\(tellsAttributes ? " (content)" : "")"))
    }
    if let change, tellsAttributes {
      diffs.append(
        Diff(
          .state(before: .map(change.before.sortedByName), after: .map(change.after.sortedByName)),
          beforeHeader: "before: \(path) (file attributes)", afterHeader: "after: \(path) (file attributes)"))
    }
    return diffs
  }

  /// Compiles a pattern that a user wrote.
  static func pattern(_ text: String, _ flags: PythonPattern.Flags = .bytes) throws(ModuleFailure) -> PythonPattern {
    do {
      return try PatternCache.pattern(text, flags: flags)
    } catch {
      throw ModuleFailure(error.message)
    }
  }
}

extension PythonPattern {
  /// Whether the pattern is found in a line, with the failure a task reports.
  func isFound(in line: [UInt8]) throws(ModuleFailure) -> Bool { try search(line) != nil }

  func search(_ line: [UInt8]) throws(ModuleFailure) -> Match? {
    do {
      return try match(line)
    } catch {
      throw ModuleFailure(error.message)
    }
  }
}

extension [UInt8] {
  /// The lines, each with its line feed.
  var linesWithEnds: [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = startIndex
    while start < endIndex {
      let end = self[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? endIndex
      lines.append(Array(self[start..<end]))
      start = end
    }
    return lines
  }

  /// Without carriage returns and line feeds at the end.
  var withoutLineEnd: [UInt8] {
    var line = self[...]
    while let last = line.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { line.removeLast() }
    return Array(line)
  }

  var endsLine: Bool { last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") }
}
