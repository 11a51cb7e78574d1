import Transport
import Values

/// Files, directories and links with their attributes: there, gone, or as they shall be.
struct File: Module {
  static let spec = ModuleSpec(
    name: "file", summary: "Manage files, directories, links and their attributes",
    arguments: [
      ArgumentSpec("path", .path, aliases: ["dest", "name"], required: true, "The path to manage."),
      ArgumentSpec(
        "state", .string, choices: ["absent", "directory", "file", "hard", "link", "touch"],
        "What shall be at the path; by default what is there."),
      ArgumentSpec("src", .path, "What a link leads to."),
      ArgumentSpec("recurse", .bool, default: false, "Set the attributes of everything in a directory too."),
      ArgumentSpec(
        "force", .bool, default: false, "Make a link although its target is missing or a file is in its place."),
      ArgumentSpec("follow", .bool, default: true, "Work on what a link leads to."),
      ArgumentSpec("modification_time", .string, "`preserve`, `now` or a time."),
      ArgumentSpec("modification_time_format", .string, default: "%Y%m%d%H%M.%S", "How that time is written."),
      ArgumentSpec("access_time", .string, "`preserve`, `now` or a time."),
      ArgumentSpec("access_time_format", .string, default: "%Y%m%d%H%M.%S", "How that time is written."),
    ] + FileAttributes.arguments,
    supportsDiff: true,
    returns: [ReturnSpec("dest", "The path, for links and `touch`."), ReturnSpec("path", "The path otherwise.")])

  let path: String
  let state: String?
  let source: String?
  let recurses: Bool
  let isForced: Bool
  let follows: Bool
  let modificationTime: FileTime
  let accessTime: FileTime
  let attributes: FileAttributes
  let context: ModuleContext

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    path = arguments.string("path") ?? ""
    recurses = arguments.flag("recurse")
    state = arguments.string("state")
    source = arguments.string("src")
    isForced = arguments.flag("force")
    follows = arguments.bool("follow") ?? true
    attributes = try FileAttributes(arguments)
    self.context = context
    let usual: FileTime = state == "touch" ? .now : .preserve
    modificationTime = try FileTime(
      arguments.string("modification_time"), format: arguments.string("modification_time_format") ?? "",
      default: usual, argument: "modification_time")
    accessTime = try FileTime(
      arguments.string("access_time"), format: arguments.string("access_time_format") ?? "", default: usual,
      argument: "access_time")
    if recurses, let state, state != "directory" { throw Self.recursionFailure }
    if source != nil, let state, !["link", "hard"].contains(state) {
      throw ModuleFailure("src option requires state to be 'link' or 'hard'", values: ["path": .string(path)])
    }
  }

  private static let recursionFailure = ModuleFailure("recurse option requires state to be 'directory'")

  // MARK: Questions

  var query: FileQuery { FileQuery(path, wantsAttributes: attributes.flags != nil) }

  /// A relative link counts from the directory that holds it.
  var sourceQuery: FileQuery? {
    guard let source else { return nil }
    if state == "hard" || source.hasPrefix("/") || source.hasPrefix("~") { return FileQuery(source) }
    guard let slash = path.lastIndex(of: "/") else { return FileQuery(source) }
    return FileQuery("\(path[...slash])\(source)")
  }

  var treeQuery: TreeQuery? {
    recurses || state == "absent" && context.isDiffMode ? TreeQuery(path) : nil
  }

  /// A directory gives way to a link only when it is empty.
  var entriesQuery: TreeQuery? { state == "link" && isForced ? TreeQuery(path, depth: 1) : nil }

  func queries() -> [any Query] {
    var queries: [any Query] = [query]
    if state != "absent" { queries += attributes.queries(for: path) }
    if let sourceQuery { queries.append(sourceQuery) }
    if let treeQuery { queries.append(treeQuery) }
    if let entriesQuery { queries.append(entriesQuery) }
    for case .at(let time) in [modificationTime, accessTime] { queries.append(TimestampQuery(localTime: time)) }
    return queries
  }

  // MARK: Plan

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask(queries()) }
    if found.isUnreachable {
      throw ModuleFailure(
        "the directory that holds \(found.path) may not be searched", values: ["path": .string(found.path)])
    }
    let wanted = state ?? (found.exists ? found.state : recurses ? "directory" : "file")
    if recurses, wanted != "directory" { throw Self.recursionFailure }
    let isFollowing = follows && ["file", "directory", "touch", "hard"].contains(wanted) && found.isLink
    try found.checkTrust(following: isFollowing)
    switch wanted {
    case "absent": return .done(planAbsent(found, observed))
    case "directory": return .done(try planDirectory(found, observed))
    case "link": return .done(try planLink(found, observed))
    case "hard" where state == "hard": return .done(try planHardLink(found, observed))
    case "touch": return .done(try planTouch(found, observed))
    default: return .done(try planAttributes(found, observed))
    }
  }

  /// The plan with the result's usual values, and the diff of `before` and `after`.
  func finished(
    _ path: String, pathKey: String = "path", changed: Bool, status: FileStatus?, extra: Map = [:], before: Map,
    after: Map, steps: [Step], predictions: [FilePrediction] = [], follows: Bool = false, warnings: [String] = []
  ) -> Plan {
    var values = Map()
    values[pathKey] = .string(path)
    if let status { values.merge(status.values) }
    values.merge(extra)
    let name: Map = ["path": .string(path)]
    var plan = Plan(
      changed: changed, values: values,
      diffs: changed
        ? [Diff(.state(before: .map(before.merging(name).sortedByName), after: .map(after.merging(name).sortedByName)))]
        : [],
      steps: steps, predictions: predictions.map { .file($0) }, warnings: warnings)
    if changed, status != nil {
      plan.steps.append(FileReport.step(path, context.traits, follows: follows))
      plan.conclude = { (values, outcomes) throws(ModuleFailure) in
        var values = values
        if let status = FileReport.status(outcomes.last) { values.merge(status.values) }
        values.merge(extra)
        return Conclusion(changed: true, values: values)
      }
    }
    return plan
  }

  /// The status of something that is not there yet.
  func newStatus(_ kind: FileStatus.Kind, _ found: FileAnswer) -> FileStatus {
    let mode = kind == .directory ? 0o777 & ~found.umask : kind == .link ? 0o777 : 0o666 & ~found.umask
    // A directory's size is the file system's business; this is ext4's. A link's is set where its target is known.
    return FileStatus(
      kind: kind, mode: mode, uid: context.traits.userID, gid: context.traits.userID == 0 ? 0 : -1,
      owner: context.traits.user, group: context.traits.userID == 0 ? "root" : context.traits.user,
      size: kind == .directory ? 4096 : 0)
  }

  func failure(_ message: String, _ found: FileAnswer) -> ModuleFailure {
    var values: Map = ["path": .string(found.path)]
    if let status = found.own { values.merge(status.values) }
    return ModuleFailure(message, values: values)
  }
}

extension Map {
  /// The keys of ansible's state diffs stand in the order of the alphabet.
  var sortedByName: Map {
    var result = Map(minimumCapacity: count)
    for (key, value) in sorted(by: { Key.isOrdered($0.key, $1.key) }) { result[key] = value }
    return result
  }
}
