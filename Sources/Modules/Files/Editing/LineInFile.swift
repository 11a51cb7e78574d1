import Patterns
import Values

/// Makes sure that a line is in a file, or that none is.
struct LineInFile: Module {
  static let spec = ModuleSpec(
    name: "lineinfile", summary: "Manage lines in text files",
    arguments: FileEditor.arguments + [
      ArgumentSpec(
        "state", .string, default: "present", choices: ["absent", "present"], "Whether the line shall be there."),
      ArgumentSpec(
        "regexp", .string, aliases: ["regex"], "Which line to replace (the last that matches) or to remove."),
      ArgumentSpec("search_string", .string, "The same, as plain text that the line holds."),
      ArgumentSpec("line", .string, aliases: ["value"], "The line."),
      ArgumentSpec("insertafter", .string, "`EOF`, or a pattern: where a new line goes."),
      ArgumentSpec("insertbefore", .string, "`BOF`, or a pattern: where a new line goes."),
      ArgumentSpec(
        "backrefs", .bool, default: false, "Put the groups of `regexp` into the line; nothing happens without a match."),
      ArgumentSpec("create", .bool, default: false, "Make the file when it is missing."),
      ArgumentSpec("firstmatch", .bool, default: false, "The first match counts instead of the last."),
    ],
    rules: [
      .mutuallyExclusive(["insertbefore", "insertafter"]), .mutuallyExclusive(["regexp", "search_string"]),
      .mutuallyExclusive(["backrefs", "search_string"]),
    ],
    supportsDiff: true,
    returns: [
      ReturnSpec("msg", "What was done."), ReturnSpec("backup", "The copy of the old file."),
      ReturnSpec("found", "How many lines were removed."),
    ])

  private let editor: FileEditor
  private let isPresent: Bool
  private let edit: LineEdit
  private let warnings: [String]

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    var editor = try FileEditor(arguments, context)
    editor.backupKey = "backup"
    editor.alwaysTellsBackup = true
    self.editor = editor
    isPresent = arguments.string("state") != "absent"
    edit = try LineEdit(arguments)
    let regexp = arguments.string("regexp")
    if isPresent {
      if arguments.flag("backrefs"), regexp == nil { throw ModuleFailure("regexp is required with backrefs=true") }
      guard edit.line != nil else { throw ModuleFailure("line is required with state=present") }
    } else if regexp == nil, edit.searchString == nil, edit.line == nil {
      throw ModuleFailure("one of line, search_string, or regexp is required with state=absent")
    }
    warnings =
      regexp == "" || edit.searchString == []
      ? [
        "The \(regexp == "" ? "regular expression" : "search string") is an empty string, which will match every line in the file. "
          + "This may have unintended consequences, such as replacing the last line in the file rather than appending."
          + (regexp == ""
            ? " If this is desired, use '^' to match every line in the file and avoid this warning." : "")
      ] : []
  }

  func queries() -> [any Query] { editor.queries() }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    let planning = try editor.plan(observed, missing: isPresent ? nil : ["msg": "file not present"]) {
      (content) throws(ModuleFailure) in
      isPresent ? try edit.present(in: content ?? []) : try edit.absent(from: content ?? [])
    }
    guard case .done(var plan) = planning else { return planning }
    plan.warnings += warnings
    return .done(plan)
  }
}

/// The change of a text that `lineinfile` makes: a pure function.
struct LineEdit: Sendable {
  var line: [UInt8]?
  var regexp: PythonPattern?
  var searchString: [UInt8]?
  /// The place for a new line.
  enum Position: Sendable {
    case start, end
    case before(PythonPattern)
    case after(PythonPattern)
  }
  var position: Position
  /// The text of `line`, whose groups are put in; `nil` without `backrefs`.
  var template: String?
  var takesFirstMatch: Bool

  init(_ arguments: Arguments) throws(ModuleFailure) {
    line = arguments.string("line")?.losslessBytes
    regexp = try arguments.string("regexp").map { (text) throws(ModuleFailure) in try FileEditor.pattern(text) }
    searchString = arguments.string("search_string")?.losslessBytes
    template = arguments.flag("backrefs") ? arguments.string("line") : nil
    takesFirstMatch = arguments.flag("firstmatch")
    switch (arguments.string("insertafter"), arguments.string("insertbefore")) {
    case ("BOF", _), (_, "BOF"): position = .start
    case (let after?, _) where after != "EOF": position = .after(try FileEditor.pattern(after))
    case (nil, let before?): position = .before(try FileEditor.pattern(before))
    default: position = .end
    }
  }

  private func matches(_ current: [UInt8]) throws(ModuleFailure) -> Bool {
    if let regexp { return try regexp.isFound(in: current) }
    if let searchString { return current.firstIndex(ofSequence: searchString) != nil }
    return current.withoutLineEnd == line
  }

  func absent(from content: [UInt8]) throws(ModuleFailure) -> FileEditor.Edit {
    var kept: [[UInt8]] = []
    var removed = 0
    for current in content.linesWithEnds {
      if try matches(current) { removed += 1 } else { kept.append(current) }
    }
    return FileEditor.Edit(
      content: Array(kept.joined()), message: removed > 0 ? "\(removed) line(s) removed" : "",
      values: ["found": .int(removed)])
  }

  func present(in content: [UInt8]) throws(ModuleFailure) -> FileEditor.Edit {
    var lines = content.linesWithEnds
    let line = line ?? []
    var index: Int?
    if regexp != nil || searchString != nil {
      for (number, current) in lines.enumerated() where try matches(current) {
        index = number
        if takesFirstMatch { break }
      }
    }
    let isPatternFound = index != nil
    var insertion: Int?
    if index == nil {
      for (number, current) in lines.enumerated() {
        if current.withoutLineEnd == line {
          index = number
        } else if let place = try place(current, number) {
          insertion = place
          if takesFirstMatch { break }
        }
      }
    }
    func edit(_ message: String) -> FileEditor.Edit {
      FileEditor.Edit(content: Array(lines.joined()), message: message)
    }

    if let index {
      var new = line
      if let template, isPatternFound, let regexp, let match = try regexp.search(lines[index]) {
        do {
          new = try regexp.expandBytes(template, match, of: lines[index])
        } catch {
          throw ModuleFailure(error.message)
        }
      }
      if new.last != UInt8(ascii: "\n") { new.append(UInt8(ascii: "\n")) }
      guard lines[index] != new else { return edit("") }
      lines[index] = new
      return edit("line replaced")
    }
    if template != nil { return edit("") }
    let added = line + [UInt8(ascii: "\n")]
    switch (position, insertion) {
    case (.start, _):
      lines.insert(added, at: 0)
    case (.after, let place?) where place < lines.count:
      // A line that stands there already is not doubled.
      guard lines[place].withoutLineEnd != line else { return edit("") }
      lines.insert(added, at: place)
    case (.before, let place?):
      lines.insert(added, at: place)
    default:
      if let last = lines.last, !last.endsLine { lines[lines.count - 1].append(UInt8(ascii: "\n")) }
      lines.append(added)
    }
    return edit("line added")
  }

  /// Where a new line goes when `current` is the one to look for.
  private func place(_ current: [UInt8], _ number: Int) throws(ModuleFailure) -> Int? {
    switch position {
    case .after(let pattern): try pattern.isFound(in: current) ? number + 1 : nil
    case .before(let pattern): try pattern.isFound(in: current) ? number : nil
    case .start, .end: nil
    }
  }
}
