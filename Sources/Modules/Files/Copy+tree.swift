import Transport
import Values

extension Copy {
  /// Where a tree's top goes: its content for `src/`, else itself.
  private func top(_ path: String) -> String {
    var top = path.hasSuffix("/") ? destination : inside(Self.baseName(path))
    while top.hasSuffix("/"), top != "/" { top.removeLast() }
    return top
  }

  func treeQueries(_ tree: LocalFile.Tree, _ path: String) -> [any Query] {
    let top = top(path)
    var queries: [any Query] = [FileQuery(top)]
    queries += tree.directories.map { FileQuery("\(top)/\($0.path)") }
    queries += tree.links.map { FileQuery("\(top)/\($0.path)") }
    queries += tree.files.map { placement.query("\(top)/\($0.path)") }
    return queries
  }

  func planTree(_ tree: LocalFile.Tree, _ path: String, _ observed: Observations) throws(ModuleFailure) -> Plan {
    let top = top(path)
    var plan = Plan(changed: false)
    plan.values = [
      "dest": .string(destination.hasSuffix("/") ? destination : destination + "/"), "src": .string(path),
    ]
    // As with ansible nothing comes of a directory without anything in it.
    if tree.files.isEmpty, tree.directories.isEmpty, tree.links.isEmpty { return plan }
    try planDirectory(top, observed, &plan)
    for directory in tree.directories { try planDirectory("\(top)/\(directory.path)", observed, &plan) }
    for (relative, file) in tree.files {
      let asked = "\(top)/\(relative)"
      guard let found = observed(placement.query(asked)) else { continue }
      if !placement.isForced, found.exists { continue }
      let wanted = try WantedContent(file, context, decrypts: true)
      let outcome = try placement.plan(
        wanted, at: found, asked: asked, observed, mode: preservesMode ? try FileMode(.int(file.mode)) : nil,
        diffName: file.path)
      plan.isChanged = plan.isChanged || outcome.isChanged
      plan.steps += outcome.steps
      plan.diffs += outcome.diffs
      plan.predictions += outcome.predictions
    }
    for (relative, target) in tree.links { try planLink("\(top)/\(relative)", target, observed, &plan) }
    return plan
  }

  private func planDirectory(_ asked: String, _ observed: Observations, _ plan: inout Plan) throws(ModuleFailure) {
    guard let found = observed(FileQuery(asked)) else { return }
    try found.checkTrust(following: found.isLink)
    var attributes = placement.attributes
    attributes.mode = directoryMode
    attributes.flags = nil
    if let status = found.target {
      guard status.kind == .directory else {
        throw ModuleFailure("\(found.path) already exists as a \(status.state)", values: ["path": .string(found.path)])
      }
      let path = found.effectivePath(following: true)
      let change = try attributes.change(status, at: path, observed, answer: found, askedAs: destination)
      if change.isEmpty { return }
      plan.isChanged = true
      plan.steps += change.steps
      plan.predictions.append(.file(change.prediction(path, .same)))
      return
    }
    // The top's own parents may be missing; a directory below follows the one that holds it.
    let missing = plan.predictions.isEmpty ? found.missingAncestors : 0
    for level in stride(from: missing, through: 0, by: -1) {
      let path = FileAnswer.ancestor(of: found.path, up: level)
      let fresh = FileStatus(
        kind: .directory, mode: 0o777 & ~found.umask, uid: context.traits.userID, owner: context.traits.user)
      let change = try attributes.change(fresh, at: path, observed, answer: found, askedAs: destination)
      plan.steps.append(.run("mkdir -- \(path) || [ -d \(path) ]", failure: "could not make the directory \(path)"))
      plan.steps += change.steps
      plan.predictions.append(
        .file(change.prediction(FileAnswer.ancestor(of: found.canonicalPath, up: level), .directory)))
    }
    plan.isChanged = true
  }

  private func planLink(
    _ asked: String, _ target: String, _ observed: Observations, _ plan: inout Plan
  ) throws(ModuleFailure) {
    guard let found = observed(FileQuery(asked)), found.linkTarget != target else { return }
    try found.checkTrust(following: false)
    guard !found.exists || placement.isForced else { return }
    if found.own?.kind == .directory {
      throw ModuleFailure("refusing to convert from directory to symlink for \(found.path)")
    }
    let temporary = FileAnswer.ancestor(of: found.path, up: 1) + "/.swiftible-" + Nonce().text
    plan.isChanged = true
    plan.steps.append(
      .run(
        "ln -s -- \(target) \(temporary) && { mv -f -- \(temporary) \(found.path) || { rm -f -- \(temporary); false; }; }",
        failure: "could not make the link \(found.path)"))
    plan.predictions.append(.file(FilePrediction(path: found.canonicalPath, .link(target: target))))
  }
}
