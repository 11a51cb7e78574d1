import Transport
import Values

/// Copies files and directories to a host, or from one place on it to another.
struct Copy: Module {
  static let spec = ModuleSpec(
    name: "copy", summary: "Copy files to hosts",
    arguments: [
      ArgumentSpec("src", .path, "A file or directory of the controller, or of the host with `remote_src`."),
      ArgumentSpec("content", .raw, "The content itself, instead of a file."),
      ArgumentSpec("dest", .path, required: true, "Where it goes."),
      ArgumentSpec("backup", .bool, default: false, "Keep a copy of the file that is replaced."),
      ArgumentSpec("force", .bool, default: true, "Replace a file that differs; else only make one that is missing."),
      ArgumentSpec("directory_mode", .raw, "Permissions of directories that are copied."),
      ArgumentSpec("remote_src", .bool, default: false, "`src` is a path on the host."),
      ArgumentSpec(
        "follow", .bool, default: false, "Write to what a link at `dest` leads to, instead of replacing the link."),
      ArgumentSpec("local_follow", .bool, default: true, "Copy what links below `src` lead to, instead of the links."),
      ArgumentSpec("checksum", .string, "SHA-1 that the content must have."),
      ArgumentSpec("decrypt", .bool, default: true, "Decrypt a vaulted file."),
      ArgumentSpec("validate", .string, "Command that must accept the new file; `%s` is its path."),
    ] + FileAttributes.arguments,
    supportsDiff: true,
    returns: [
      ReturnSpec("dest", "The file that was written."), ReturnSpec("src", "Where it came from."),
      ReturnSpec("checksum", "SHA-1 of the content."), ReturnSpec("md5sum", "MD5 of the content, when it was copied."),
      ReturnSpec("backup_file", "The copy of the old file."), ReturnSpec("mode", "Permissions."),
      ReturnSpec("owner", "Owner's name."), ReturnSpec("group", "Group's name."), ReturnSpec("uid", "Owner's number."),
      ReturnSpec("gid", "Group's number."), ReturnSpec("size", "Bytes."), ReturnSpec("state", "`file` or `directory`."),
    ])

  enum Source: Sendable {
    case content(WantedContent)
    case file(WantedContent, path: String, mode: Int)
    case tree(LocalFile.Tree, path: String)
    case remote(String)
  }

  let source: Source
  let destination: String
  let placement: FilePlacement
  let preservesMode: Bool
  let directoryMode: FileMode?
  let expectedChecksum: String?
  let context: ModuleContext

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.context = context
    let content = arguments["content"]
    let path = arguments.string("src").flatMap { $0.isEmpty ? nil : $0 }
    if path == nil, content == nil { throw ModuleFailure("src (or content) is required") }
    if path != nil, content != nil { throw ModuleFailure("src and content are mutually exclusive") }
    destination = arguments.string("dest") ?? ""
    if content != nil, destination.hasSuffix("/") { throw ModuleFailure("can not use content with a dir as dest") }
    let isRemote = arguments.flag("remote_src")
    preservesMode = arguments["mode"]?.string == "preserve"
    let mode = preservesMode ? nil : arguments["mode"]
    placement = FilePlacement(
      attributes: try FileAttributes(arguments, mode: mode), follows: arguments.flag("follow"),
      isForced: arguments.bool("force") ?? true, backsUp: arguments.flag("backup"),
      validate: arguments.string("validate"), context: context)
    directoryMode = try arguments["directory_mode"].map { (value) throws(ModuleFailure) in try FileMode(value) }
    expectedChecksum = arguments.string("checksum")

    if let content {
      source = .content(WantedContent(Self.bytes(content)))
    } else if isRemote {
      source = .remote(path ?? "")
    } else {
      let path = path ?? ""
      let isContentOnly = path.hasSuffix("/")
      var found = try context.findFile(path)
      while found.hasSuffix("/"), found != "/" { found.removeLast() }
      let file = try LocalFile(found)
      if file.isDirectory {
        let tree = try file.tree(followsLinks: arguments.bool("local_follow") ?? true)
        source = .tree(tree, path: isContentOnly ? found + "/" : found)
      } else {
        let wanted = try WantedContent(file, context, decrypts: arguments.bool("decrypt") ?? true)
        source = .file(wanted, path: found, mode: file.mode)
      }
    }
    if let expectedChecksum, let wanted = Self.wanted(source), wanted.checksum != expectedChecksum.lowercased() {
      throw ModuleFailure(
        "Copied file does not match the expected checksum. Transfer failed.",
        values: ["checksum": .string(wanted.checksum), "expected_checksum": .string(expectedChecksum)])
    }
  }

  private static func wanted(_ source: Source) -> WantedContent? {
    switch source {
    case .content(let wanted), .file(let wanted, _, _): wanted
    case .tree, .remote: nil
    }
  }

  /// A structure is written as JSON, as ansible does.
  private static func bytes(_ content: Value) -> [UInt8] {
    switch content {
    case .string(let text): text.string.losslessBytes
    case .secret(let secret): secret.reveal().losslessBytes
    case .map, .list: JSONWriter(revealsSecrets: true).bytes(content)
    default: Array(content.pythonString.utf8)
    }
  }

  // MARK: Questions

  /// Where a file of this name goes when the destination is a directory.
  func inside(_ name: String) -> String {
    destination.hasSuffix("/") ? destination + name : "\(destination)/\(name)"
  }

  static func baseName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  func queries() -> [any Query] {
    var queries = placement.attributes.queries(for: destination)
    switch source {
    case .content: queries.append(placement.query(destination))
    case .file(_, let path, _):
      queries.append(placement.query(destination.hasSuffix("/") ? inside(Self.baseName(path)) : destination))
    case .tree(let tree, let path): queries += treeQueries(tree, path)
    case .remote(let path):
      queries.append(FileQuery(path, checksum: .sha1))
      queries.append(FileQuery(path, checksum: .md5))
      queries.append(placement.query(destination))
    }
    return queries
  }

  // MARK: Plan

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    switch source {
    case .content(let wanted):
      guard let found = observed(placement.query(destination)) else { return .ask(queries()) }
      if found.own?.kind == .directory { throw ModuleFailure("can not use content with a dir as dest") }
      return .done(try planFile(wanted, found, asked: destination, observed, source: nil, mode: nil))
    case .file(let wanted, let path, let mode):
      let inner = inside(Self.baseName(path))
      var asked = destination.hasSuffix("/") ? inner : destination
      guard var found = observed(placement.query(asked)) else { return .ask(queries()) }
      if found.isDirectory {
        asked = inner
        guard let answer = observed(placement.query(inner)) else { return .ask([placement.query(inner)]) }
        found = answer
      }
      return .done(
        try planFile(
          wanted, found, asked: asked, observed, source: path,
          mode: preservesMode ? try FileMode(.int(mode)) : nil))
    case .tree(let tree, let path):
      return .done(try planTree(tree, path, observed))
    case .remote(let path):
      return try planRemote(path, observed)
    }
  }

  /// - Parameter source: the path it comes from; `nil` for content.
  func planFile(
    _ wanted: WantedContent, _ found: FileAnswer, asked: String, _ observed: Observations, source: String?,
    mode: FileMode?
  ) throws(ModuleFailure) -> Plan {
    if !placement.isForced, found.exists {
      var values: Map = ["dest": .string(found.path)]
      if let source { values["src"] = .string(source) }
      return Plan(changed: false, values: values)
    }
    var directories: [Step] = []
    var predictions: [Prediction] = []
    if found.missingAncestors > 0 {
      let parent = FileAnswer.ancestor(of: found.path, up: 1)
      guard source != nil, destination.hasSuffix("/") else {
        throw ModuleFailure(
          "Destination directory \(parent) does not exist", values: ["checksum": .string(wanted.checksum)])
      }
      directories = try makeDirectories(found, &predictions)
    }
    var outcome = try placement.plan(
      wanted, at: found, asked: asked, observed, mode: mode, diffName: source)
    outcome.steps = directories + outcome.steps
    outcome.predictions = predictions + outcome.predictions
    return placement.finished(outcome, wanted, source: source)
  }

  /// The directories that are missing above a file.
  private func makeDirectories(_ found: FileAnswer, _ predictions: inout [Prediction]) throws(ModuleFailure) -> [Step] {
    var steps: [Step] = []
    for level in stride(from: found.missingAncestors, to: 0, by: -1) {
      let path = FileAnswer.ancestor(of: found.path, up: level)
      steps.append(
        .run("mkdir -- \(path) || [ -d \(path) ]", failure: "Destination directory \(path) could not be made"))
      var mode: Int?
      if let directoryMode {
        mode = directoryMode.bits(current: 0o777 & ~found.umask, isDirectory: true, umask: found.umask)
        steps.append(.run("chmod \(FileMode.text(mode ?? 0)) \(path)", failure: "chmod failed"))
      }
      predictions.append(.file(FilePrediction(path: path, .directory, mode: mode)))
    }
    return steps
  }
}
