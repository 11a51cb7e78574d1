import Patterns
import Transport
import Values

/// Finds files by name, age, size, type, mode and content; changes nothing.
struct Find: Module {
  static let spec = ModuleSpec(
    name: "find", summary: "Find files by many criteria",
    arguments: [
      ArgumentSpec("paths", .list(of: .path), aliases: ["name", "path"], required: true, "The directories to search."),
      ArgumentSpec(
        "patterns", .list(of: .string), aliases: ["pattern"], default: [],
        "Names to find: globs, or patterns with `use_regex`."),
      ArgumentSpec("excludes", .list(of: .string), aliases: ["exclude"], "Names to leave out, written the same way."),
      ArgumentSpec("contains", .string, "A pattern that a line of the file must match."),
      ArgumentSpec("read_whole_file", .bool, default: false, "Search the whole text at once instead of by lines."),
      ArgumentSpec(
        "file_type", .string, default: "file", choices: ["any", "directory", "file", "link"], "What to find."),
      ArgumentSpec("age", .string, "Files at least so old (`2d`), or at most (`-2d`)."),
      ArgumentSpec(
        "age_stamp", .string, default: "mtime", choices: ["atime", "ctime", "mtime"], "Which time the age counts from."),
      ArgumentSpec("size", .string, "Files at least so large (`1m`), or at most (`-1m`)."),
      ArgumentSpec("recurse", .bool, default: false, "Search directories below too."),
      ArgumentSpec("hidden", .bool, default: false, "Find names that begin with a dot too."),
      ArgumentSpec("follow", .bool, default: false, "Enter directories through links."),
      ArgumentSpec("get_checksum", .bool, default: false, "Tell checksums of the files found."),
      ArgumentSpec(
        "checksum_algorithm", .string, aliases: ["checksum", "checksum_algo"], default: "sha1",
        choices: ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"], "How to compute them."),
      ArgumentSpec("use_regex", .bool, default: false, "`patterns` and `excludes` are regular expressions."),
      ArgumentSpec("depth", .int, "How deep to search, with `recurse`."),
      ArgumentSpec("mode", .raw, "Permissions that the files must have."),
      ArgumentSpec("exact_mode", .bool, default: true, "Exactly these permissions, not at least these."),
      ArgumentSpec("encoding", .string, "The encoding of the files, for `contains`."),
      ArgumentSpec("limit", .int, "Stop after so many."),
    ],
    returns: [
      ReturnSpec("files", "What was found, each with what `stat` tells."), ReturnSpec("matched", "How many."),
      ReturnSpec("examined", "How many were looked at."),
      ReturnSpec("skipped_paths", "Paths that could not be searched, and why."),
    ])

  private let paths: [String]
  private let patterns: [PythonPattern]
  private let excludes: [PythonPattern]
  private let contains: PythonPattern?
  private let readsWholeFile: Bool
  private let type: String
  private let age: Int?
  private let ageStamp: String
  private let size: Int?
  private let isRecursive: Bool
  private let findsHidden: Bool
  private let follows: Bool
  private let checksum: FileQuery.Checksum?
  private let depth: Int?
  private let mode: FileMode?
  private let isModeExact: Bool
  private let limit: Int?
  private let now: Double

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    paths = arguments.strings("paths") ?? []
    let areExpressions = arguments.flag("use_regex")
    func compiled(_ texts: [String]) throws(ModuleFailure) -> [PythonPattern] {
      var result: [PythonPattern] = []
      for text in texts { result.append(try FileEditor.pattern(areExpressions ? text : Self.expression(glob: text))) }
      return result
    }
    patterns = try compiled(arguments.strings("patterns") ?? [])
    excludes = try compiled(arguments.strings("excludes") ?? [])
    readsWholeFile = arguments.flag("read_whole_file")
    contains = try arguments.string("contains").map { (text) throws(ModuleFailure) in
      try FileEditor.pattern(text, .bytes)
    }
    type = arguments.string("file_type") ?? "file"
    age = try arguments.string("age").map { (text) throws(ModuleFailure) in
      guard let seconds = Self.quantity(text, units: ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]) else {
        throw ModuleFailure("failed to process age", values: ["age": .string(text)])
      }
      return seconds
    }
    size = try arguments.string("size").map { (text) throws(ModuleFailure) in
      guard let bytes = Self.quantity(text, units: ["b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40])
      else {
        throw ModuleFailure("failed to process size", values: ["size": .string(text)])
      }
      return bytes
    }
    ageStamp = arguments.string("age_stamp") ?? "mtime"
    isRecursive = arguments.flag("recurse")
    findsHidden = arguments.flag("hidden")
    follows = arguments.flag("follow")
    let algorithm = arguments.string("checksum_algorithm").flatMap(FileQuery.Checksum.init) ?? .sha1
    checksum = arguments.flag("get_checksum") ? algorithm : nil
    depth = arguments.int("depth")
    mode = try arguments["mode"].map { (value) throws(ModuleFailure) in try FileMode(value) }
    isModeExact = arguments.bool("exact_mode") ?? true
    limit = arguments.int("limit")
    now = Double(context.now().microseconds) / 1_000_000
  }

  /// `-2d` to seconds, `1k` to bytes.
  static func quantity(_ text: String, units: [Character: Int]) -> Int? {
    var body = text.lowercased()
    var factor = 1
    if let last = body.last, let unit = units[last] {
      factor = unit
      body.removeLast()
    }
    guard let number = Int(body) else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  /// The regular expression of a glob pattern (Python's `fnmatch`).
  static func expression(glob: String) -> String {
    var result = "(?s:"
    var rest = glob[...]
    while let character = rest.popFirst() {
      switch character {
      case "*": result += ".*"
      case "?": result += "."
      case "[":
        // A bracket that is not closed stands for itself; one right behind the opening belongs to the set.
        let isNegated = rest.first == "!"
        let body = rest.dropFirst(isNegated ? 1 : 0)
        guard let end = body.dropFirst().firstIndex(of: "]") else {
          result += "\\["
          continue
        }
        let set = body[..<end].map { "\\[]^".contains($0) ? "\\\($0)" : String($0) }.joined()
        result += "[" + (isNegated ? "^" : "") + set + "]"
        rest = body[body.index(after: end)...]
      default: result += PythonPattern.escaped(String(character))
      }
    }
    return result + ")\\Z"
  }

  // MARK: Questions

  private func tree(_ path: String) -> TreeQuery {
    TreeQuery(path, depth: isRecursive ? depth : 1, followsLinks: follows, checksum: checksum)
  }

  func queries() -> [any Query] { paths.map { tree($0) } }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    var files: [Value] = []
    var examined = 0
    var skipped = Map()
    var warnings: [String] = []
    var questions: [any Query] = []
    for path in paths {
      guard let found = observed(tree(path)) else { return .ask(queries()) }
      guard found.isDirectory else {
        let reason = "'\(found.path)' is not a directory"
        skipped[found.path] = .string(reason)
        warnings.append("Skipped '\(found.path)' path due to this access issue: \(reason)")
        continue
      }
      for problem in found.problems.split(separator: "\n") {
        warnings.append("Skipped a path due to this access issue: \(problem)")
        skipped[found.path] = .string(String(problem))
      }
      examined += found.entries.count
      for entry in found.entries where try matches(entry) {
        if let contains, entry.status.kind == .regular {
          let query = FileQuery(entry.path, follows: false, contentLimit: Self.contentLimit)
          guard let answer = observed(query) else {
            questions.append(query)
            continue
          }
          guard let content = answer.content, try isFound(contains, in: content) else { continue }
        }
        if let limit, files.count >= limit { break }
        files.append(.map(facts(entry)))
      }
    }
    if !questions.isEmpty { return .ask(questions) }
    let isLimited = limit.map { files.count >= $0 } ?? false
    let message =
      isLimited
      ? "Limit of matches reached"
      : skipped.isEmpty ? "All paths examined" : "Not all paths examined, check warnings for details"
    return .done(
      Plan(
        changed: false,
        values: [
          "files": .list(files), "examined": .int(examined), "matched": .int(files.count), "msg": .string(message),
          "skipped_paths": .map(skipped),
        ], warnings: warnings))
  }

  /// Larger files are not searched for text.
  private static let contentLimit = 16 << 20

  private func facts(_ entry: TreeQuery.Entry) -> Map {
    var facts: Map = ["path": .string(entry.path)]
    facts.merge(entry.status.facts)
    if let checksum = entry.checksum { facts["checksum"] = .string(checksum) }
    return facts.sortedByName
  }

  private func isFound(_ pattern: PythonPattern, in content: [UInt8]) throws(ModuleFailure) -> Bool {
    if readsWholeFile { return try pattern.isFound(in: content) }
    for line in content.linesWithEnds {
      do {
        // By lines the pattern must match from a line's beginning.
        if try pattern.match(line, anchored: true) != nil { return true }
      } catch {
        throw ModuleFailure(error.message)
      }
    }
    return false
  }

  private func matches(_ entry: TreeQuery.Entry) throws(ModuleFailure) -> Bool {
    let status = entry.status
    let name = Copy.baseName(entry.path)
    if !findsHidden, name.hasPrefix(".") { return false }
    switch type {
    case "file": guard status.kind == .regular else { return false }
    case "directory": guard status.kind == .directory else { return false }
    case "link": guard status.kind == .link else { return false }
    default: break
    }
    let bytes = name.losslessBytes
    if !patterns.isEmpty, try !Self.isMatched(bytes, by: patterns) { return false }
    if try Self.isMatched(bytes, by: excludes) { return false }
    if let age {
      let time =
        ageStamp == "atime" ? status.accessTime : ageStamp == "ctime" ? status.changeTime : status.modificationTime
      let elapsed = now - time
      guard age >= 0 ? elapsed >= Double(age) : elapsed <= Double(age.magnitude) else { return false }
    }
    if let size {
      guard size >= 0 ? status.size >= size : status.size <= Int(clamping: size.magnitude) else { return false }
    }
    if let mode {
      let wanted = mode.bits(current: isModeExact ? status.mode : 0, isDirectory: status.kind == .directory, umask: 0)
      guard isModeExact ? status.mode == wanted : status.mode & wanted == wanted else { return false }
    }
    return true
  }

  private static func isMatched(_ name: [UInt8], by patterns: [PythonPattern]) throws(ModuleFailure) -> Bool {
    for pattern in patterns {
      do {
        if try pattern.match(name, anchored: true) != nil { return true }
      } catch {
        throw ModuleFailure(error.message)
      }
    }
    return false
  }
}
