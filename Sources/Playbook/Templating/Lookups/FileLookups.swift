import Jinja
import Values

/// Lookups that read files of the controller.
enum FileLookups {
  static let all: [LookupFunction] = [
    LookupFunction("file", "The content of files.") { call in
      try call.strings().map { name in
        var text = try call.read(try call.find(name, in: "files"))
        if call.flag("lstrip") { text = String(text.drop { $0.isWhitespace }) }
        if call.flag("rstrip", default: true) { while text.last?.isWhitespace == true { text.removeLast() } }
        return .string(text)
      }
    },
    LookupFunction("unvault", "The content of files, decrypted.") { call in
      try call.strings().map { .string(try call.read(try call.find($0, in: "files"))) }
    },
    LookupFunction("lines", "The lines that commands print.") { call in
      try call.strings().flatMap { command -> [Value] in
        try ControllerLookups.output(of: command, call).split(separator: "\n", omittingEmptySubsequences: false)
          .map { .string(String($0)) }.droppingLastEmpty
      }
    },
    LookupFunction("template", "What template files render to.") { call in
      try call.strings().map { try render($0, call) }
    },
    LookupFunction("fileglob", "The files that patterns match.") { call in
      try call.strings().flatMap { pattern -> [Value] in
        let name = PathText.split(pattern).tail
        let folder = PathText.split(pattern).head
        // A pattern with a folder is looked for where that folder is found first, another one in each place until one has it.
        let places =
          folder.isEmpty
          ? call.files.candidates("", in: "files") : call.files.find(folder, in: "files").map { [$0] } ?? []
        for place in places {
          let found = LocalFile.matching(PathText.join([place, name])).filter(LocalFile.isFile)
          if !found.isEmpty { return found.map { .string($0) } }
        }
        return []
      }
    },
    LookupFunction("first_found", "The first of several files that exists.") { call in try firstFound(call) },
    LookupFunction("csvfile", "A cell of a table in a file, found by its row's key.") { call in
      guard !call.terms.isEmpty else { throw call.failure("Search key is required but was not found") }
      return try call.strings().flatMap { term -> [Value] in
        switch try cell(term, call) {
        case .list(let list)?: list
        case let value?: [value]
        case nil: []
        }
      }
    },
    LookupFunction("ini", "Values of an INI or properties file.") { call in
      try call.strings().flatMap { try INILookup(call, term: $0).values() }
    },
  ]

  private static func render(_ name: String, _ call: LookupCall) throws -> Value {
    let path = try call.find(name, in: "templates")
    guard let files = call.templar.lookup.snapshot.projectFiles else {
      throw call.failure("templates can't be read here")
    }
    var options = JinjaOptions()
    options.trimBlocks = call.flag("trim_blocks", default: true)
    options.lstripBlocks = call.flag("lstrip_blocks")
    for (name, option) in [
      ("variable_start_string", \JinjaOptions.variableStart), ("variable_end_string", \.variableEnd),
      ("comment_start_string", \.commentStart), ("comment_end_string", \.commentEnd),
    ] {
      if let text = call.string(name), !text.isEmpty { options[keyPath: option] = text }
    }
    var locals = TemplateFile.variables(
      path, shownAs: name, destination: nil, call.templar.lookup)
    if case .map(let variables)? = call.options["template_vars"] {
      for (key, value) in variables { if let name = key.string { locals[name] = .value(value) } }
    }
    return try call.templar.engine.evaluate(
      try files.source(path), options: options, in: call.templar.scope.child(locals))
  }

  // MARK: first_found

  private static func firstFound(_ call: LookupCall) throws -> [Value] {
    var search = try FirstFoundSearch(call)
    let folder =
      switch call.templar.lookup.task?.action.name {
      case let action? where action.contains("template"): "templates"
      case let action? where action.contains("var"): "vars"
      default: "files"
      }
    for term in call.terms { try search.add(term) }
    if call.options["files"] != nil, call.terms.isEmpty { try search.add(.map(call.options)) }
    for name in search.names {
      if let path = call.files.find(name, in: folder), LocalFile.isFile(path) { return [.string(path)] }
    }
    if search.isOptional { return [] }
    throw Diagnostic(
      .file, "No file was found when using first_found.",
      help: search.names.isEmpty
        ? "No name of a file was given."
        : "Looked for: \(search.names.joined(separator: ", ")). With skip=true none is no error.")
  }

  // MARK: csvfile

  private static let csvOptions = ["col", "keycol", "default", "delimiter", "file", "encoding"]

  private static func cell(_ term: String, _ outer: LookupCall) throws -> Value? {
    let (key, call) = try outer.inline(term, accepting: csvOptions)
    guard !key.isEmpty else { throw call.failure("Search key is required but was not found") }
    let delimiter = call.string("delimiter") ?? "TAB"
    let column = try call.integer("col", default: 1, of: "csvfile")
    let keyColumn = try call.integer("keycol", default: 0, of: "csvfile")
    let path = try call.find(call.string("file") ?? "ansible.csv", in: "files")
    var format = CSVFormat()
    guard let character = (delimiter == "TAB" ? "\t" : delimiter).unicodeScalars.first,
      delimiter == "TAB" || delimiter.unicodeScalars.count == 1
    else { throw call.failure("the option 'delimiter' must be one character or TAB, not '\(delimiter)'") }
    format.delimiter = character
    for row in try format.rows(try TextEncoding(call.string("encoding") ?? "utf-8").text(try LocalFile.read(path))) {
      guard row.indices.contains(keyColumn), row[keyColumn] == key else { continue }
      guard row.indices.contains(column) else {
        throw call.failure("the row of '\(key)' in '\(path)' has \(row.count) columns, none with the number \(column)")
      }
      return .string(row[column])
    }
    return call.options["default"].flatMap { $0.isNull ? nil : $0 }
  }
}

/// The files that `first_found` looks for, in order.
private struct FirstFoundSearch {
  private(set) var names: [String] = []
  /// Whether finding none is no error.
  private(set) var isOptional: Bool

  init(_ call: LookupCall) throws(Diagnostic) { isOptional = call.flag("skip") }

  mutating func add(_ term: Value) throws(Diagnostic) {
    switch term {
    case .map(let map):
      let files = try Self.split(map["files"], at: ",;")
      let paths = try Self.split(map["paths"], at: ",:;")
      if let skip = map["skip"] { isOptional = Coercion.bool(skip) ?? isOptional }
      names += paths.isEmpty ? files : paths.flatMap { path in files.map { PathText.join([path, $0]) } }
    case .list(let list): for item in list { try add(item) }
    case .string, .secret: names.append(LookupCall.text(term))
    case .null, .omit: break
    default:
      throw Diagnostic(
        .template, "first_found wants names of files, lists or dictionaries of them, not '\(term.typeName)'")
    }
  }

  private static func split(_ value: Value?, at separators: String) throws(Diagnostic) -> [String] {
    switch value {
    case nil, .null: return []
    case .list(let list):
      var names: [String] = []
      for item in list { names += try split(item, at: separators) }
      return names
    case let value?:
      return LookupCall.text(value).split { separators.contains($0) }.map { String($0).trimmingBlanks }
    }
  }
}

extension [Value] {
  /// Without the empty text that the last line break leaves.
  var droppingLastEmpty: [Value] { last?.string == "" ? Array(dropLast()) : self }
}
