import Transport
import Values

/// The owner, mode and other attributes that a task asks for a file: the arguments common to all file modules.
struct FileAttributes: Sendable {
  var mode: FileMode?
  var owner: String?
  var group: String?
  /// Letters for `chattr`, with `+`, `-` or `=` before them.
  var flags: String?
  var seLinux: SELinuxContext
  var isInPlaceAllowed: Bool

  static let arguments: [ArgumentSpec] = [
    ArgumentSpec("mode", .raw, "Permissions, octal (`'0644'`) or symbolic (`u=rw,g=r`)."),
    ArgumentSpec("owner", .string, "User who shall own the file, by name or number."),
    ArgumentSpec("group", .string, "Group of the file, by name or number."),
    ArgumentSpec("attributes", .string, aliases: ["attr"], "Flags as `lsattr` shows them; `+` adds, `-` removes."),
    ArgumentSpec("seuser", .string, "User part of the SELinux context."),
    ArgumentSpec("serole", .string, "Role part of the SELinux context."),
    ArgumentSpec("setype", .string, "Type part of the SELinux context."),
    ArgumentSpec("selevel", .string, "Level part of the SELinux context."),
    ArgumentSpec(
      "unsafe_writes", .bool, default: false, "Write into the existing file where it can't be replaced by a rename."),
  ]

  /// - Throws: when `mode` is neither octal nor symbolic. A caller that knows `mode: preserve` handles it before.
  init(_ arguments: Arguments, mode: Value?) throws(ModuleFailure) {
    if let mode, !mode.isNull { self.mode = try FileMode(mode) }
    owner = arguments.string("owner")
    group = arguments.string("group")
    flags = arguments.string("attributes")
    seLinux = SELinuxContext(
      user: arguments.string("seuser"), role: arguments.string("serole"), type: arguments.string("setype"),
      level: arguments.string("selevel"))
    isInPlaceAllowed = arguments.flag("unsafe_writes")
  }

  init(_ arguments: Arguments) throws(ModuleFailure) { try self.init(arguments, mode: arguments["mode"]) }

  /// The questions that must be answered before `change` can tell.
  func queries(for path: String) -> [any Query] {
    var queries: [any Query] = []
    if let query = ownerQuery { queries.append(query) }
    if !seLinux.isEmpty { queries.append(SELinuxQuery(path)) }
    return queries
  }

  private var ownerQuery: OwnerQuery? {
    owner == nil && group == nil ? nil : OwnerQuery(owner: owner, group: group)
  }

  /// What has to change at a path.
  /// - Parameters:
  ///   - status: what is there, or what a new file would be without the task's wishes.
  ///   - path: the effective path, links followed where they shall be.
  ///   - askedAs: the path as in `queries(for:)`.
  /// - Throws: when the owner or group is not known on the host.
  func change(
    _ status: FileStatus, at path: String, _ observed: Observations, answer: FileAnswer, askedAs: String
  ) throws(ModuleFailure) -> AttributeChange {
    var change = AttributeChange(path: path, isLink: status.kind == .link)
    if let query = ownerQuery, let found = observed(query) {
      if let owner, owner != status.owner, owner != String(status.uid), found.uid != status.uid {
        guard found.uid != nil || found.isOwnerPredicted else {
          throw ModuleFailure(
            "chown failed: failed to look up user \(owner)", values: status.values.merging(["path": .string(path)]))
        }
        change.set(
          "owner", before: .int(status.uid), after: found.uid.map { .int($0) } ?? .string(owner), \.owner, owner)
      }
      if let group, group != status.group, group != String(status.gid), found.gid != status.gid {
        guard found.gid != nil || found.isGroupPredicted else {
          throw ModuleFailure(
            "chgrp failed: failed to look up group \(group)", values: status.values.merging(["path": .string(path)]))
        }
        change.set(
          "group", before: .int(status.gid), after: found.gid.map { .int($0) } ?? .string(group), \.group, group)
      }
    }
    if let mode, status.kind != .link {
      let wanted = mode.bits(current: status.mode, isDirectory: status.kind == .directory, umask: answer.umask)
      if wanted != status.mode {
        change.set(
          "mode", before: .string(status.modeText), after: .string(FileMode.text(wanted)), \.mode, wanted)
      }
      change.finalMode = wanted
    }
    if let flags, status.kind != .link, let wanted = Self.flagChange(flags, current: answer.attributes?.flags ?? "") {
      change.set(
        "attributes", before: .string(answer.attributes?.flags ?? ""), after: .string(wanted), \.flags, flags)
    }
    if !seLinux.isEmpty, let context = observed(SELinuxQuery(askedAs)), let current = context {
      let wanted = seLinux.laid(over: current)
      if wanted != current {
        change.set("secontext", before: .string(current), after: .string(wanted), \.seLinux, seLinux)
      }
    }
    return change
  }

  /// What the flags would be; `nil` when they are that already.
  static func flagChange(_ wanted: String, current: String) -> String? {
    let have = Set(current)
    let letters = Set(wanted.drop { "+-=".contains($0) })
    let result =
      switch wanted.first {
      case "+": have.union(letters)
      case "-": have.subtracting(letters)
      default: letters
      }
    return result == have ? nil : String(result.sorted())
  }
}

/// The attributes of one path that have to change, with their values before and after.
struct AttributeChange: Sendable {
  let path: String
  let isLink: Bool
  var mode: Int?
  /// The mode in the end, changed or not, when the task asks for one.
  var finalMode: Int?
  var owner: String?
  var group: String?
  var flags: String?
  var seLinux: SELinuxContext?
  /// Something beside these fields changes.
  var noted: Bool?
  private(set) var before: Map = [:]
  private(set) var after: Map = [:]

  init(path: String, isLink: Bool) {
    self.path = path
    self.isLink = isLink
  }

  var isEmpty: Bool { before.isEmpty }

  mutating func set<T>(
    _ name: String, before old: Value, after new: Value, _ field: WritableKeyPath<AttributeChange, T?>, _ value: T
  ) {
    before[name] = old
    after[name] = new
    self[keyPath: field] = value
  }

  /// The steps that make the change. A path that has become a link since it was looked at is left alone: its target may
  /// belong to somebody else.
  var steps: [Step] {
    var steps: [Step] = []
    let path = path
    let failure = { (what: String) in "\(what) failed" }
    if owner != nil || group != nil {
      let wanted = (owner ?? "") + (group.map { ":" + $0 } ?? "")
      steps.append(.run("chown -h -- \(wanted) \(path)", failure: failure("chown")))
    }
    let guarded: ShellScript = "if [ -h \(path) ]; then echo 'it has become a symbolic link' >&2; exit 1; fi; "
    if let mode {
      steps.append(.run(guarded + "chmod \(FileMode.text(mode)) \(path)", failure: failure("chmod")))
    }
    if let flags {
      let operation = flags.first.map { "+-=".contains($0) } ?? false ? flags : "=" + flags
      steps.append(.run(guarded + "chattr -- \(operation) \(path)", failure: failure("chattr")))
    }
    if let seLinux {
      steps.append(
        .run("chcon -h \(seLinux.options) -- \(path)", failure: "setting the SELinux context failed"))
    }
    return steps
  }

  /// What will be true of the path; `kind` says what is there.
  func prediction(_ path: String, _ kind: FilePrediction.Kind) -> FilePrediction {
    FilePrediction(path: path, kind, mode: mode ?? finalMode, owner: owner, group: group)
  }
}

extension FileStatus {
  /// `uid`, `gid`, `owner`, `group`, `mode`, `size`, `state`: what ansible adds to every result about a file.
  var values: Map {
    [
      "gid": .int(gid), "group": .string(group), "mode": .string(modeText), "owner": .string(owner),
      "size": .int(size), "state": .string(state), "uid": .int(uid),
    ]
  }

  /// The status after a change.
  func applying(_ change: AttributeChange) -> FileStatus {
    var status = self
    if let mode = change.mode { status.mode = mode }
    if let owner = change.owner {
      status.owner = owner
      status.uid = change.after["owner"]?.int ?? status.uid
    }
    if let group = change.group {
      status.group = group
      status.gid = change.after["group"]?.int ?? status.gid
    }
    return status
  }
}

extension SELinuxContext {
  /// The context `user:role:type:level` with this one's parts in it.
  func laid(over context: String) -> String {
    var parts = context.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    for (index, part) in [user, role, type, level].enumerated() {
      guard let part, part != "_default", index < parts.count else { continue }
      parts[index] = part
    }
    return parts.joined(separator: ":")
  }
}
