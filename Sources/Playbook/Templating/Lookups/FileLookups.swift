import Jinja
import Values

/// Lookups that read files of the controller.
enum FileLookups {
  static let all: [LookupFunction] = [
    LookupFunction("file", "The content of files.") { call in
      try call.texts.map { name in
        let path = try find(name, "files", call)
        var text = String(lossless: try read(path, call))
        if call.flag("lstrip") { text = String(text.drop { $0.isWhitespace }) }
        if call.flag("rstrip", default: true) { while text.last?.isWhitespace == true { text.removeLast() } }
        return .string(text)
      }
    },
    LookupFunction("unvault", "The content of files, decrypted.") { call in
      try call.texts.map { .string(String(lossless: try read(try find($0, "files", call), call))) }
    },
    LookupFunction("lines", "The lines that commands print.") { call in
      try call.texts.flatMap { command -> [Value] in
        let output = try ControllerProcess.run(command)
        guard output.status == 0 else {
          throw call.failure("lookup_plugin.lines(\(command)) returned \(output.status)")
        }
        return output.text.split(separator: "\n", omittingEmptySubsequences: false).map { .string(String($0)) }
          .droppingLastEmpty
      }
    },
    LookupFunction("template", "The text that template files render to.") { call in
      try call.texts.map { name in
        let path = try find(name, "templates", call)
        guard let files = (call.templar.scope.attachment as? TemplatingContext)?.lookup.snapshot.projectFiles else {
          throw call.failure("templates can't be read here")
        }
        var options = JinjaOptions()
        options.trimBlocks = call.flag("trim_blocks", default: true)
        options.lstripBlocks = call.flag("lstrip_blocks")
        options.keepTrailingNewline = true
        var locals: [String: ScopeEntry] = [:]
        if case .map(let variables)? = call.options["template_vars"] {
          for (key, value) in variables { if let name = key.string { locals[name] = .value(value) } }
        }
        locals["template_path"] = .value(.string(path))
        return try call.templar.engine.render(
          try files.source(path), options: options, in: call.templar.scope.child(locals))
      }
    },
    LookupFunction("fileglob", "The files that match patterns.") { call in
      call.texts.flatMap { pattern -> [Value] in
        let name = LocalFile.name(of: pattern)
        let folder = pattern.contains("/") ? LocalFile.directory(of: pattern) : ""
        let directories =
          folder.isEmpty ? call.files.candidates("", in: "files") : call.files.candidates(folder, in: "files")
        guard let directory = directories.first(where: LocalFile.isDirectory) else { return [] }
        let base = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        return LocalFile.names(in: base).filter {
          Wildcard.matches($0, name) && ($0.hasPrefix(".") == name.hasPrefix("."))
        }
        .map { "\(base)/\($0)" }.filter(LocalFile.isFile).map { .string($0) }
      }
    },
    LookupFunction("first_found", "The first of several files that exists.") { call in try firstFound(call) },
  ]

  static func find(_ name: String, _ folder: String, _ call: LookupCall) throws -> String {
    if let path = call.files.find(name, in: folder), LocalFile.isFile(path) { return path }
    throw Diagnostic(
      .file, "Unable to access the file '\(name)'.",
      help: "Looked for: \(call.files.candidates(name, in: folder).joined(separator: ", ")).")
  }

  private static func read(_ path: String, _ call: LookupCall) throws -> [UInt8] {
    if let files = call.templar.lookup.snapshot.projectFiles { return try files.bytes(path, decrypt: true) }
    return try LocalFile.read(path)
  }

  private static func firstFound(_ call: LookupCall) throws -> [Value] {
    var names: [String] = []
    var skips = call.flag("skip")
    func add(_ term: Value) {
      switch term {
      case .map(let map):
        let files = ListLookups.flatten([map["files"] ?? .list([])], levels: 2).flatMap { split(LookupCall.text($0)) }
        let paths = ListLookups.flatten([map["paths"] ?? .list([])], levels: 2).flatMap {
          split(LookupCall.text($0), colon: true)
        }
        if map["skip"].flatMap(Coercion.bool) == true { skips = true }
        names += paths.isEmpty ? files : paths.flatMap { path in files.map { "\(path)/\($0)" } }
      case .list(let list): for item in list { add(item) }
      default: names += split(LookupCall.text(term))
      }
    }
    if !call.options.isEmpty { add(.map(call.options)) }
    for term in call.terms { add(term) }
    for name in names {
      for folder in ["files", "templates", "vars", "tasks"] {
        if let path = call.files.find(name, in: folder) { return [.string(path)] }
      }
    }
    if skips { return [] }
    throw call.failure("No file was found when using first_found.")
  }

  private static func split(_ text: String, colon: Bool = false) -> [String] {
    text.split { $0 == "," || $0 == ";" || colon && $0 == ":" }.map { String($0).trimmingBlanks }
  }
}

extension [Value] {
  /// Without the empty text that the last line break leaves.
  var droppingLastEmpty: [Value] { last?.string == "" ? Array(dropLast()) : self }
}
