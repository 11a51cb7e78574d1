import Values

/// Puts a rendered template on a host.
struct Template: Module {
  static let spec = ModuleSpec(
    name: "template", summary: "Render a template to a file of the host",
    arguments: [
      ArgumentSpec("src", .path, required: true, "The template, on the controller."),
      ArgumentSpec("dest", .path, required: true, "Where the text goes."),
      ArgumentSpec("backup", .bool, default: false, "Keep a copy of the file that is replaced."),
      ArgumentSpec("force", .bool, default: true, "Replace a file that differs; else only make one that is missing."),
      ArgumentSpec(
        "follow", .bool, default: false, "Write to what a link at `dest` leads to, instead of replacing the link."),
      ArgumentSpec("validate", .string, "Command that must accept the new file; `%s` is its path."),
      ArgumentSpec(
        "newline_sequence", .string, default: "\\n", choices: ["\\n", "\\r", "\\r\\n", "\n", "\r", "\r\n"],
        "How lines end."),
      ArgumentSpec("block_start_string", .string, default: "{%", "What begins a statement."),
      ArgumentSpec("block_end_string", .string, default: "%}", "What ends a statement."),
      ArgumentSpec("variable_start_string", .string, default: "{{", "What begins an expression."),
      ArgumentSpec("variable_end_string", .string, default: "}}", "What ends an expression."),
      ArgumentSpec("comment_start_string", .string, default: "{#", "What begins a comment."),
      ArgumentSpec("comment_end_string", .string, default: "#}", "What ends a comment."),
      ArgumentSpec("trim_blocks", .bool, default: true, "Drop the line end after a statement."),
      ArgumentSpec("lstrip_blocks", .bool, default: false, "Drop the blanks before a statement."),
      ArgumentSpec("output_encoding", .string, default: "utf-8", "The encoding of the file."),
    ] + FileAttributes.arguments,
    supportsDiff: true, returns: Copy.spec.returns)

  private let wanted: WantedContent
  private let source: String
  private let mode: Int
  private let destination: String
  private let placement: FilePlacement
  private let preservesMode: Bool

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    destination = arguments.string("dest") ?? ""
    preservesMode = arguments["mode"]?.string == "preserve"
    placement = FilePlacement(
      attributes: try FileAttributes(arguments, mode: preservesMode ? nil : arguments["mode"]),
      follows: arguments.flag("follow"), isForced: arguments.bool("force") ?? true, backsUp: arguments.flag("backup"),
      validate: arguments.string("validate"), context: context)
    let rendered = try context.renderTemplate(arguments.string("src") ?? "", arguments)
    wanted = WantedContent(try Self.encoded(rendered.content, as: arguments.string("output_encoding")))
    source = rendered.path
    mode = preservesMode ? try LocalFile(rendered.path).mode : 0
  }

  /// - Parameter name: as Python knows the encoding; `nil`: UTF-8, which rendered text is.
  private static func encoded(_ bytes: [UInt8], as name: String?) throws(ModuleFailure) -> [UInt8] {
    guard let name else { return bytes }
    do throws(Diagnostic) {
      return try TextEncoding(name).bytes(String(lossless: bytes))
    } catch {
      throw ModuleFailure([error.message, error.help].compactMap { $0 }.joined(separator: ". "))
    }
  }

  private var inside: String {
    (destination.hasSuffix("/") ? destination : destination + "/") + Copy.baseName(source)
  }

  private var asked: String { destination.hasSuffix("/") ? inside : destination }

  func queries() -> [any Query] {
    placement.attributes.queries(for: destination) + [placement.query(asked)]
  }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    var asked = asked
    guard var found = observed(placement.query(asked)) else { return .ask(queries()) }
    if found.isDirectory {
      asked = inside
      guard let answer = observed(placement.query(asked)) else { return .ask([placement.query(asked)]) }
      found = answer
    }
    if !placement.isForced, found.exists {
      return .done(Plan(changed: false, values: ["dest": .string(found.path), "src": .string(source)]))
    }
    guard found.missingAncestors == 0 else {
      throw ModuleFailure(
        "Destination directory \(FileAnswer.ancestor(of: found.path, up: 1)) does not exist",
        values: ["checksum": .string(wanted.checksum)])
    }
    let outcome = try placement.plan(
      wanted, at: found, asked: asked, observed, mode: preservesMode ? try FileMode(.int(mode)) : nil,
      diffName: source)
    return .done(placement.finished(outcome, wanted, source: source))
  }
}
