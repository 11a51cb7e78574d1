import Modules
import Values

/// `include_vars`: reads variables from files while the play runs.
enum IncludeVarsAction: Action {
  static let spec = ModuleSpec(
    name: "include_vars", summary: "Read variables from files while the play runs.",
    arguments: [
      ArgumentSpec("file", .string, "A file of variables."),
      ArgumentSpec("dir", .string, "A directory of such files."),
      ArgumentSpec("name", .string, "The variable to put them under."),
      ArgumentSpec("depth", .int, default: 0, "How deep to look in the directory; 0: all of it."),
      ArgumentSpec("files_matching", .string, "A regular expression for the file names."),
      ArgumentSpec("ignore_files", .list(of: .string), "Regular expressions for file names to leave out."),
      ArgumentSpec("extensions", .list(of: .string), default: ["yaml", "yml", "json"], "The extensions to read."),
      ArgumentSpec("ignore_unknown_extensions", .bool, default: false, "Pass over files of other extensions."),
      ArgumentSpec("hash_behaviour", choices: ["replace", "merge"], "Whether maps are merged."),
    ], rules: [.mutuallyExclusive(["file", "dir"])], freeForm: .argument("file"))

  static func run(_ call: ActionContext) async throws -> TaskResult {
    let search = FileSearch(call.lookup)
    let extensions = (call.arguments.strings("extensions") ?? []).map {
      $0.hasPrefix(".") ? String($0.dropFirst()) : $0
    }
    var paths: [String] = []
    if let name = call.arguments.string("dir") {
      guard let path = search.candidates(name, in: "vars").first(where: LocalFile.isDirectory) else {
        throw Self.failure("\(search.candidates(name, in: "vars").first ?? name) directory does not exist")
      }
      paths = try files(under: path, call, extensions, depth: 1)
    } else if let name = call.arguments.string("file") {
      guard let path = search.find(name, in: "vars") else {
        throw Self.failure(search.complaint(of: name, in: "vars"))
      }
      paths = [path]
    } else {
      throw failure("Could not find file: neither 'file' nor 'dir' names one")
    }
    var variables: Map = [:]
    let merges = call.arguments.string("hash_behaviour") == "merge"
    for path in paths {
      let new = try call.services.files.variables(path)
      for (key, _) in (try call.services.files.document(path).root?.pairs ?? []) {
        if let warning = ReservedNames.warning(key.scalarText ?? "", at: key.place) {
          call.services.listener.receive(.warning(warning))
        }
      }
      variables.merge(new)
    }
    if let name = call.arguments.string("name") { variables = Map().laying(.map(variables), under: name) }
    if merges {
      for (key, value) in variables {
        if case .map(let over) = value, let name = key.string, case .map(let old)? = try call.templar.value(name) {
          variables[key] = .map(VariableLookup.deepMerge(old, over))
        }
      }
    }
    var result = TaskResult(
      values: ["ansible_facts": .map(variables), "ansible_included_var_files": .strings(paths)],
      effects: [.includeVariables(variables)])
    result.hidesValues = paths.contains(where: call.services.files.isVaulted)
    return result
  }

  private static func files(
    under directory: String, _ call: ActionContext, _ extensions: [String], depth: Int
  ) throws -> [String] {
    let limit = call.arguments.int("depth") ?? 0
    guard depth < 100 else { return [] }
    let matching = try call.arguments.string("files_matching").map { try NamePattern($0) }
    let ignored = try (call.arguments.strings("ignore_files") ?? []).map { try NamePattern($0) }
    var result: [String] = []
    for name in LocalFile.names(in: directory) {
      let path = "\(directory)/\(name)"
      if LocalFile.isDirectory(path) {
        if limit == 0 || depth < limit { result += try files(under: path, call, extensions, depth: depth + 1) }
        continue
      }
      if let matching, !matching.finds(in: name) { continue }
      if ignored.contains(where: { $0.finds(in: name) }) { continue }
      guard extensions.contains(fileExtension(of: name)) else {
        if call.arguments.flag("ignore_unknown_extensions") || matching != nil { continue }
        throw Self.failure(
          "\(path) does not have a valid extension: \(extensions.joined(separator: ", "))"
        )
      }
      result.append(path)
    }
    return result
  }

  /// ansible has the text under `message` too.
  private static func failure(_ message: String) -> ModuleFailure {
    ModuleFailure(
      message, values: ["message": .string(message), "ansible_facts": [:], "ansible_included_var_files": []])
  }

  /// Without the dot; empty for a name that has none.
  private static func fileExtension(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return String(name[name.index(after: dot)...])
  }
}

extension Map {
  /// A copy with one more member.
  func laying(_ value: Value, under key: String) -> Map {
    var copy = self
    copy[key] = value
    return copy
  }
}
