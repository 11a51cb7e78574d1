import Transport
import Values

extension File {
  // MARK: link

  func planLink(_ found: FileAnswer, _ observed: Observations) throws(ModuleFailure) -> Plan {
    guard let target = source ?? found.linkTarget else {
      throw ModuleFailure("src is required for creating new symlinks", values: [:])
    }
    let sourceAnswer = sourceQuery.flatMap { observed($0) }
    // `~` and variables were expanded on the host; a relative target stays as it is written.
    let text = source == nil || !target.hasPrefix("~") && !target.contains("$") ? target : sourceAnswer?.path ?? target
    if source != nil, !isForced, let sourceAnswer, sourceAnswer.target == nil {
      throw ModuleFailure(
        "src file does not exist, use 'force=yes' if you really want to create the link: \(sourceAnswer.path)",
        values: ["path": .string(found.path), "src": .string(text)])
    }
    var before: Map = [:]
    var after: Map = [:]
    var steps: [Step] = []
    switch found.own?.kind {
    case .link:
      if found.linkTarget != text {
        before["src"] = .string(found.linkTarget ?? "")
        after["src"] = .string(text)
        steps = [Self.replaceByLink(to: text, at: found.path)]
      }
    case .directory:
      guard isForced else {
        throw failure("refusing to convert from directory to symlink for \(found.path)", found)
      }
      if let query = entriesQuery, let entries = observed(query)?.entries, !entries.isEmpty {
        throw failure("the directory \(found.path) is not empty, refusing to convert it", found)
      }
      // `rmdir` refuses a directory that is not empty.
      steps = [
        .run(
          "rmdir -- \(found.path)",
          failure: "the directory \(found.path) is not empty, refusing to convert it"),
        Self.replaceByLink(to: text, at: found.path),
      ]
      (before["state"], after["state"]) = ("directory", "link")
    case nil:
      guard found.missingAncestors == 0 else {
        throw ModuleFailure(
          "Error while linking: [Errno 2] No such file or directory: '\(text)' -> '\(found.path)'",
          values: ["path": .string(found.path)])
      }
      steps = [.run("ln -s -- \(text) \(found.path)", failure: "Error while linking")]
      (before["state"], after["state"]) = ("absent", "link")
    default:
      guard isForced else {
        throw failure("refusing to convert from \(found.state) to symlink for \(found.path)", found)
      }
      steps = [Self.replaceByLink(to: text, at: found.path)]
      (before["state"], after["state"]) = (.string(found.state), "link")
    }

    var warnings: [String] = []
    var status: FileStatus? = found.isLink && steps.isEmpty ? found.own : newStatus(.link, found)
    status?.size = text.utf8.count
    var predictions = [FilePrediction(path: found.canonicalPath, .link(target: text))]
    if follows {
      // The attributes are the target's, as ansible has it; with no target there is nothing to set.
      if let target = sourceAnswer?.target ?? (source == nil ? found.target : nil) {
        let targetPath = sourceAnswer?.effectivePath(following: true) ?? found.effectivePath(following: true)
        let change = try attributes.change(
          target, at: targetPath, observed, answer: sourceAnswer ?? found, askedAs: path)
        if !change.isEmpty { try (sourceAnswer ?? found).checkTrust(following: true) }
        steps += change.steps
        before.merge(change.before)
        after.merge(change.after)
        if !change.isEmpty { predictions.append(change.prediction(targetPath, .same)) }
      } else {
        status = nil
        warnings = [
          "Cannot set fs attributes on a non-existent symlink target. follow should be set to False to avoid this."
        ]
      }
    } else if let own = status {
      let change = try attributes.change(own, at: found.path, observed, answer: found, askedAs: path)
      steps += change.steps
      before.merge(change.before)
      after.merge(change.after)
      status = own.applying(change)
    }
    return finished(
      found.path, pathKey: "dest", changed: !before.isEmpty, status: status, extra: ["src": .string(text)],
      before: before, after: after, steps: steps, predictions: before.isEmpty ? [] : predictions, warnings: warnings)
  }

  /// Old link or new link, never none: made under another name and renamed.
  private static func replaceByLink(to target: String, at path: String) -> Step {
    let temporary = FileAnswer.ancestor(of: path, up: 1) + "/.swiftible-" + Nonce().text
    return .run(
      "ln -s -- \(target) \(temporary) && { mv -fT -- \(temporary) \(path) || { rm -f -- \(temporary); false; }; }",
      failure: "Error while replacing \(path) by a link")
  }

  // MARK: hard link

  func planHardLink(_ found: FileAnswer, _ observed: Observations) throws(ModuleFailure) -> Plan {
    let sourceAnswer = sourceQuery.flatMap { observed($0) }
    guard let sourceAnswer else {
      guard found.exists else { throw ModuleFailure("src is required for creating new hardlinks") }
      return try planAttributes(found, observed)
    }
    guard let target = sourceAnswer.target else {
      throw ModuleFailure(
        "src does not exist", values: ["dest": .string(found.path), "src": .string(sourceAnswer.path)])
    }
    if target.kind == .directory {
      throw ModuleFailure(
        "Error while linking: [Errno 1] Operation not permitted: b'\(sourceAnswer.path)' -> b'\(found.path)'",
        values: ["dest": .string(found.path), "src": .string(sourceAnswer.path)])
    }
    try sourceAnswer.checkTrust(following: true)
    var before: Map = [:]
    var after: Map = [:]
    var steps: [Step] = []
    let isSame =
      found.own.map { $0.inode == target.inode && $0.device == target.device && target.inode != 0 } ?? false
    if !isSame {
      if found.own?.kind == .directory || found.exists && !isForced {
        let values: Map = ["dest": .string(found.path), "src": .string(sourceAnswer.path)]
        let message =
          found.state == "hard"
          ? "Cannot link, different hard link exists at destination"
          : "Cannot link, \(found.state) exists at destination"
        throw ModuleFailure(message, values: values)
      }
      (before["state"], after["state"]) = (.string(found.state), "hard")
      let temporary = FileAnswer.ancestor(of: found.path, up: 1) + "/.swiftible-" + Nonce().text
      let from = sourceAnswer.effectivePath(following: true)
      steps = [
        .run(
          "ln -- \(from) \(temporary) && { mv -f -- \(temporary) \(found.path) || { rm -f -- \(temporary); false; }; }",
          failure: "Error while linking")
      ]
    }
    let change = try attributes.change(target, at: found.path, observed, answer: sourceAnswer, askedAs: path)
    before.merge(change.before)
    after.merge(change.after)
    var status = target.applying(change)
    status.linkCount = max(2, status.linkCount)
    return finished(
      found.path, pathKey: "dest", changed: !before.isEmpty, status: status,
      extra: ["src": .string(source ?? sourceAnswer.path)], before: before, after: after, steps: steps + change.steps,
      predictions: before.isEmpty ? [] : [change.prediction(found.canonicalPath, .file(content: sourceAnswer.content))])
  }
}
