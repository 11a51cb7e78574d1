import Transport
import Values

extension File {
  // MARK: absent

  func planAbsent(_ found: FileAnswer, _ observed: Observations) -> Plan {
    var result = finished(
      found.path, changed: found.exists, status: nil, extra: ["state": "absent"],
      before: ["state": .string(found.state)], after: ["state": "absent"], steps: [])
    guard found.exists else { return result }
    if found.own?.kind == .directory {
      if let tree = treeQuery, let content = observed(tree),
        case .state(.map(var before), let after)? = result.diffs.first?.content
      {
        let directories = content.entries.filter { $0.status.kind == .directory }.map(\.path)
        let files = content.entries.filter { $0.status.kind != .directory }.map(\.path)
        before["path_content"] = [
          "directories": .list(directories.map { .string($0) }), "files": .list(files.map { .string($0) }),
        ]
        result.diffs = [Diff(.state(before: .map(before.sortedByName), after: after))]
      }
      result.steps = [.run("rm -rf -- \(found.path)", failure: "rmtree failed")]
    } else {
      result.steps = [.run("rm -f -- \(found.path)", failure: "unlinking failed")]
    }
    result.predictions = [.file(FilePrediction(path: found.canonicalPath, .absent))]
    return result
  }

  // MARK: file

  /// Sets attributes of what is there.
  func planAttributes(_ found: FileAnswer, _ observed: Observations) throws(ModuleFailure) -> Plan {
    let isFollowing = follows && found.isLink
    let path = found.effectivePath(following: isFollowing)
    guard let status = isFollowing ? found.target : found.own else {
      throw ModuleFailure(
        "file (\(path)) is absent, cannot continue", values: ["path": .string(path), "state": "absent"])
    }
    if status.kind == .directory || status.kind == .link, state == "file" {
      throw failure("file (\(path)) is \(status.state), cannot continue", found)
    }
    var change = try attributes.change(status, at: path, observed, answer: found, askedAs: self.path)
    let times = timeSteps(path, status, observed, &change)
    return finished(
      path, changed: !change.isEmpty, status: status.applying(change), before: change.before, after: change.after,
      steps: change.steps + times,
      predictions: [change.prediction(isFollowing ? path : found.canonicalPath, .same)])
  }

  // MARK: directory

  func planDirectory(_ found: FileAnswer, _ observed: Observations) throws(ModuleFailure) -> Plan {
    let isFollowing = follows && found.isLink
    let path = found.effectivePath(following: isFollowing)
    if let status = isFollowing ? found.target : found.own {
      guard status.kind == .directory else {
        throw failure("\(path) already exists as a \(status.state)", found)
      }
      return try planExistingDirectory(path, status, found, observed, isFollowing)
    }
    if found.isBelowFile {
      throw failure(
        "There was an issue creating \(path) as requested: [Errno 20] Not a directory: b'\(path)'", found)
    }
    // Every directory that is made on the way gets the attributes too, as ansible has it.
    var steps: [Step] = []
    var predictions: [FilePrediction] = []
    var last = AttributeChange(path: path, isLink: false)
    let fresh = newStatus(.directory, found)
    for level in stride(from: found.missingAncestors, through: 0, by: -1) {
      let directory = FileAnswer.ancestor(of: path, up: level)
      last = try attributes.change(fresh, at: directory, observed, answer: found, askedAs: self.path)
      // Closed to others until its attributes are right.
      let make: ShellScript =
        last.isEmpty ? "mkdir -- \(directory)" : "umask 077; mkdir -- \(directory)"
      steps.append(
        .run(make + " || [ -d \(directory) ]", failure: "There was an issue creating \(directory) as requested"))
      if !last.isEmpty, last.mode == nil { last.mode = fresh.mode }
      steps += last.steps
      predictions.append(
        last.prediction(FileAnswer.ancestor(of: found.canonicalPath, up: level), .directory))
    }
    var times = last
    steps += timeSteps(path, fresh, observed, &times)
    return finished(
      path, changed: true, status: fresh.applying(last),
      before: last.before.merging(["state": "absent"]), after: last.after.merging(["state": "directory"]),
      steps: steps, predictions: predictions)
  }

  private func planExistingDirectory(
    _ path: String, _ status: FileStatus, _ found: FileAnswer, _ observed: Observations, _ isFollowing: Bool
  ) throws(ModuleFailure) -> Plan {
    var change = try attributes.change(status, at: path, observed, answer: found, askedAs: self.path)
    let times = timeSteps(path, status, observed, &change)
    var steps = change.steps + times
    var isChanged = !change.isEmpty
    var predictions = [change.prediction(isFollowing ? path : found.canonicalPath, .same)]
    if recurses, let tree = treeQuery.flatMap({ observed($0) }) {
      var below = AttributeChange(path: path, isLink: false)
      var modes: [(path: String, mode: Int)] = []
      for entry in tree.entries {
        let one = try attributes.change(entry.status, at: entry.path, observed, answer: found, askedAs: self.path)
        guard !one.isEmpty else { continue }
        isChanged = true
        if let mode = one.mode { modes.append((entry.path, mode)) }
        below.owner = one.owner ?? below.owner
        below.group = one.group ?? below.group
        below.flags = one.flags ?? below.flags
        predictions.append(one.prediction(entry.path, .same))
      }
      steps += recursiveSteps(path, below, changesModes: !modes.isEmpty)
    }
    return finished(
      path, changed: isChanged, status: status.applying(change), before: change.before, after: change.after,
      steps: steps, predictions: predictions)
  }

  /// The tools' own recursion never follows links inside the tree, whoever may swap files for links meanwhile.
  private func recursiveSteps(_ path: String, _ change: AttributeChange, changesModes: Bool) -> [Step] {
    var steps: [Step] = []
    if change.owner != nil || change.group != nil {
      let wanted = (attributes.owner ?? "") + (attributes.group.map { ":" + $0 } ?? "")
      steps.append(.run("chown -hR -- \(wanted) \(path)", failure: "chown failed"))
    }
    if changesModes, let mode = attributes.mode {
      steps.append(.run("chmod -R -- \(mode.text) \(path)", failure: "chmod failed"))
    }
    if let flags = change.flags {
      let operation = flags.first.map { "+-=".contains($0) } ?? false ? flags : "=" + flags
      steps.append(.run("chattr -R -- \(operation) \(path)", failure: "chattr failed", mayFail: true))
    }
    return steps
  }

  // MARK: touch

  func planTouch(_ found: FileAnswer, _ observed: Observations) throws(ModuleFailure) -> Plan {
    let isFollowing = follows && found.isLink
    let path = found.effectivePath(following: isFollowing)
    if let status = isFollowing ? found.target : found.own {
      var change = try attributes.change(status, at: path, observed, answer: found, askedAs: self.path)
      let times = timeSteps(path, status, observed, &change)
      var before = change.before
      if !times.isEmpty { before["state"] = .string(status.state) }
      let after = times.isEmpty ? change.after : change.after.merging(["state": "touch"])
      return finished(
        path, pathKey: "dest", changed: !change.isEmpty, status: status.applying(change), before: before, after: after,
        steps: times + change.steps,
        predictions: [change.prediction(isFollowing ? path : found.canonicalPath, .same)])
    }
    guard found.missingAncestors == 0, !found.isBelowFile else {
      throw ModuleFailure("Error, could not touch target.", values: ["path": .string(path)])
    }
    let fresh = newStatus(.regular, found)
    var change = try attributes.change(fresh, at: path, observed, answer: found, askedAs: self.path)
    let attributeSteps = change.steps
    let times = timeSteps(path, fresh, observed, &change, isNew: true)
    return finished(
      path, pathKey: "dest", changed: true, status: fresh.applying(change),
      before: change.before.merging(["state": "absent"]), after: change.after.merging(["state": "touch"]),
      steps: [.run("set -C; : >\(path)", failure: "Error, could not touch target.")] + attributeSteps + times,
      predictions: [change.prediction(found.canonicalPath, .file(content: []))])
  }

  /// Steps that set the times, with the change noted in `change`.
  private func timeSteps(
    _ path: String, _ status: FileStatus, _ observed: Observations, _ change: inout AttributeChange, isNew: Bool = false
  ) -> [Step] {
    var steps: [Step] = []
    let wanted: [(FileTime, ShellScript, String, Double)] = [
      (modificationTime, "-m", "mtime", status.modificationTime), (accessTime, "-a", "atime", status.accessTime),
    ]
    var marks = Map()
    for (time, option, name, current) in wanted {
      switch time {
      case .preserve: continue
      case .now:
        if isNew { continue }
        steps.append(.run("touch -c -h \(option) -- \(path)", failure: "Error while updating the times of \(path)"))
        marks[name] = .double(Double(context.now().microseconds) / 1_000_000)
      case .at(let local):
        guard let seconds = observed(TimestampQuery(localTime: local)), Double(seconds) != current else { continue }
        let stamp = local.filter(\.isNumber)
        let text = stamp.prefix(12) + "." + stamp.suffix(2)
        steps.append(
          .run(
            "touch -c -h \(option) -t \(String(text)) -- \(path)",
            failure: "Error while updating the times of \(path)"))
        marks[name] = .double(Double(seconds))
      }
      change.note(name, before: .double(current), after: marks[name] ?? .null)
    }
    return steps
  }
}

extension AttributeChange {
  /// Adds a change that has steps of its own.
  mutating func note(_ name: String, before old: Value, after new: Value) {
    set(name, before: old, after: new, \.noted, true)
  }
}
