import Patterns
import Values

/// Replaces every match of a pattern in a file.
struct Replace: Module {
  static let spec = ModuleSpec(
    name: "replace", summary: "Replace all matches of a pattern in a file",
    arguments: FileEditor.arguments + [
      ArgumentSpec("regexp", .string, required: true, "What to replace."),
      ArgumentSpec("replace", .string, default: "", "What to put there, with `\\1` and `\\g<name>` for groups."),
      ArgumentSpec("after", .string, "Only what comes after a match of this pattern."),
      ArgumentSpec("before", .string, "Only what comes before a match of this pattern."),
      ArgumentSpec("encoding", .string, default: "utf-8", "The encoding of the file."),
    ],
    supportsDiff: true,
    returns: [ReturnSpec("msg", "What was done."), ReturnSpec("backup_file", "The copy of the old file.")])

  private let editor: FileEditor
  private let regexp: String
  private let replacement: String
  private let after: String?
  private let before: String?

  private let isLatin1: Bool

  private static let unicodeNames: Set = ["utf-8", "utf8", "utf_8", "ascii", "us-ascii"]
  private static let latin1Names: Set = ["latin-1", "latin1", "latin_1", "iso-8859-1", "iso8859-1", "l1"]

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    var editor = try FileEditor(arguments, context)
    editor.constantValues = ["rc": 0]
    editor.tellsAttributes = false
    regexp = arguments.string("regexp") ?? ""
    replacement = arguments.string("replace") ?? ""
    after = arguments.string("after")
    before = arguments.string("before")
    let encoding = arguments.string("encoding") ?? "utf-8"
    isLatin1 = Self.latin1Names.contains(encoding.lowercased())
    if isLatin1 { editor.asText = { Self.utf8(fromLatin1: $0) } }
    guard isLatin1 || Self.unicodeNames.contains(encoding.lowercased()) else {
      throw ModuleFailure("the encoding \(encoding) is not supported; files in UTF-8, ASCII and Latin-1 can be edited")
    }
    self.editor = editor
    _ = try FileEditor.pattern(regexp, [.multiline])
  }

  func queries() -> [any Query] { editor.queries() }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    var note: String?
    let planning = try editor.plan(observed) { (content) throws(ModuleFailure) in
      var (edit, text) = try self.edit(isLatin1 ? Self.utf8(fromLatin1: content ?? []) : content ?? [])
      note = text
      if isLatin1 { edit.content = try Self.latin1(edit.content) }
      return edit
    }
    guard case .done(var plan) = planning, let note, !plan.isChanged else { return planning }
    plan.values["msg"] = .string(note)
    return .done(plan)
  }

  /// The change: a pure function. The note is the message when nothing was to be searched.
  private func edit(_ content: [UInt8]) throws(ModuleFailure) -> (FileEditor.Edit, note: String?) {
    // Text is searched by characters, anything else byte by byte.
    let flags: PythonPattern.Flags = String(validating: content, as: UTF8.self) == nil ? .bytes : []
    let pattern = try FileEditor.pattern(regexp, flags.union(.multiline))
    var section = 0..<content.count
    if let text = sectionPattern {
      let finder = try FileEditor.pattern(text, flags.union(.dotAll))
      guard let match = try finder.search(content), let group = finder.groupNames["subsection"],
        group < match.ranges.count, let range = match.ranges[group]
      else {
        return (
          FileEditor.Edit(content: content, message: ""),
          "Pattern for before/after params did not match the given file: \(text)"
        )
      }
      section = range
    }
    do {
      let result = try pattern.replacing(in: Array(content[section]), with: replacement)
      let new = content[..<section.lowerBound] + result.bytes + content[section.upperBound...]
      let isChanged = result.count > 0 && Array(new) != content
      return (
        FileEditor.Edit(content: Array(new), message: isChanged ? "\(result.count) replacements made" : ""), nil
      )
    } catch {
      throw ModuleFailure("Unable to process replace due to error: \(error.message)")
    }
  }

  private static func utf8(fromLatin1 bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in byte < 0x80 ? [byte] : [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
  }

  private static func latin1(_ text: [UInt8]) throws(ModuleFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else {
        throw ModuleFailure("the new text holds \(scalar), which can't be written in Latin-1")
      }
      bytes.append(byte)
    }
    return bytes
  }

  private var sectionPattern: String? {
    switch (after, before) {
    case (let after?, let before?): "\(after)(?P<subsection>.*?)\(before)"
    case (let after?, nil): "\(after)(?P<subsection>.*)"
    case (nil, let before?): "(?P<subsection>.*)\(before)"
    case (nil, nil): nil
    }
  }
}
