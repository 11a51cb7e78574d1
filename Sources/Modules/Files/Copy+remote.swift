import Transport
import Values

extension Copy {
  /// Copies from the host to itself.
  func planRemote(_ path: String, _ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let from = observed(FileQuery(path, checksum: .sha1)) else { return .ask(queries()) }
    guard let status = from.target else {
      throw ModuleFailure("Source \(from.path) not found")
    }
    if status.kind == .directory { return try planRemoteTree(from, observed, isContentOnly: path.hasSuffix("/")) }
    guard from.isPredicted || from.isReadable else { throw ModuleFailure("Source \(from.path) not readable") }
    var asked = destination.hasSuffix("/") ? inside(Self.baseName(from.path)) : destination
    guard var found = observed(placement.query(asked)) else { return .ask([placement.query(asked)]) }
    if found.isDirectory {
      asked = inside(Self.baseName(from.path))
      guard let answer = observed(placement.query(asked)) else { return .ask([placement.query(asked)]) }
      found = answer
    }
    let source = from.effectivePath(following: true)
    let wanted = WantedContent(remote: source, checksum: from.checksum ?? "", size: status.size)
    if let expectedChecksum, expectedChecksum.lowercased() != wanted.checksum {
      throw ModuleFailure(
        "Copied file does not match the expected checksum. Transfer failed.",
        values: ["checksum": .string(wanted.checksum), "expected_checksum": .string(expectedChecksum)])
    }
    var plan = try planFile(
      wanted, found, asked: asked, observed, source: from.path,
      mode: preservesMode ? try FileMode(.int(status.mode)) : nil)
    plan.values["src"] = .string(from.path)
    plan.values.removeValue(forKey: "path")
    plan.values["md5sum"] = observed(FileQuery(path, checksum: .md5))?.checksum.map { .string($0) } ?? .null
    if from.checksum == nil {
      plan.unknown = "the content of \(from.path) is only known once it is written"
      plan.isChanged = true
      plan.values["checksum"] = .null
    }
    return .done(plan)
  }

  private func planRemoteTree(
    _ from: FileAnswer, _ observed: Observations, isContentOnly: Bool
  ) throws(ModuleFailure) -> Planning {
    let source = from.path
    let target = isContentOnly ? destination : inside(Self.baseName(source))
    let wantedTree = TreeQuery(source, checksum: .sha1)
    let presentTree = TreeQuery(target, checksum: .sha1)
    guard let wanted = observed(wantedTree), let present = observed(presentTree), let top = observed(FileQuery(target))
    else { return .ask([wantedTree, presentTree, FileQuery(target)]) }
    try top.checkTrust(following: top.isLink)
    if let status = top.target, status.kind != .directory {
      throw ModuleFailure("cannot copy the directory \(source) over the file \(top.path)")
    }
    let there = Dictionary(
      present.entries.map { (String($0.path.dropFirst(present.path.count)), $0) }, uniquingKeysWith: { $1 })
    var plan = Plan(changed: false)
    if top.target == nil {
      plan.isChanged = true
      plan.steps.append(.run("mkdir -p -- \(top.path)", failure: "could not make the directory \(top.path)"))
      plan.predictions.append(.file(FilePrediction(path: top.canonicalPath, .directory)))
    }
    for entry in wanted.entries {
      let relative = String(entry.path.dropFirst(wanted.path.count))
      try planEntry(entry, at: top.path + relative, old: there[relative], top, observed, &plan)
    }
    let slash = isContentOnly ? "/" : ""
    plan.values = [
      "dest": .string((isContentOnly || top.parent != nil ? top.path : destination) + slash),
      "src": .string(source + slash), "checksum": .null,
      "md5sum": .null,
    ]
    if let status = top.target { plan.values.merge(status.values) }
    if plan.isChanged {
      plan.steps.append(FileReport.step(top.path, context.traits))
      plan.conclude = { (values, outcomes) throws(ModuleFailure) in
        let status = FileReport.status(outcomes.last)?.values ?? [:]
        return Conclusion(changed: true, values: values.merging(status))
      }
    }
    return .done(plan)
  }

  private func planEntry(
    _ entry: TreeQuery.Entry, at path: String, old: TreeQuery.Entry?, _ top: FileAnswer, _ observed: Observations,
    _ plan: inout Plan
  ) throws(ModuleFailure) {
    switch entry.status.kind {
    case .directory:
      var attributes = placement.attributes
      attributes.mode = directoryMode
      // What is new keeps the permissions it has where it comes from.
      if directoryMode == nil, preservesMode || old == nil { attributes.mode = try FileMode(.int(entry.status.mode)) }
      let fresh = FileStatus(
        kind: .directory, mode: 0o777 & ~top.umask, uid: context.traits.userID, owner: context.traits.user)
      let base = old?.status ?? fresh
      let change = try attributes.change(base, at: path, observed, answer: top, askedAs: destination)
      if old == nil {
        plan.isChanged = true
        plan.steps.append(.run("mkdir -- \(path) || [ -d \(path) ]", failure: "could not make the directory \(path)"))
        plan.predictions.append(.file(change.prediction(path, .directory)))
      }
      plan.isChanged = plan.isChanged || !change.isEmpty
      plan.steps += change.steps
    case .regular:
      if let old, !placement.isForced || old.checksum == entry.checksum && old.status.kind == .regular {
        return
      }
      if old?.status.kind == .directory { throw ModuleFailure("cannot copy a file over the directory \(path)") }
      var mode: Int? = entry.status.mode
      if let wanted = placement.attributes.mode {
        mode = wanted.bits(current: old?.status.mode ?? 0o666 & ~top.umask, isDirectory: false, umask: top.umask)
      }
      plan.isChanged = true
      plan.steps.append(
        .write(
          FileWrite(
            path: path, content: .remoteFile(path: entry.path), checksum: entry.checksum,
            mode: mode, owner: placement.attributes.owner, group: placement.attributes.group,
            seLinux: placement.attributes.seLinux, backsUp: placement.backsUp && old != nil)))
      plan.predictions.append(.file(FilePrediction(path: path, .file(content: nil), mode: mode)))
    case .link:
      guard old == nil else { return }
      plan.isChanged = true
      plan.steps.append(.run("cp -P -- \(entry.path) \(path)", failure: "could not copy the link \(entry.path)"))
    default:
      return
    }
  }
}
