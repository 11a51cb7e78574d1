import Patterns
import Values

/// Keeps a block of lines, between two marker lines, in a file.
struct BlockInFile: Module {
  static let spec = ModuleSpec(
    name: "blockinfile", summary: "Manage a marked block of lines in a text file",
    arguments: FileEditor.arguments + [
      ArgumentSpec(
        "state", .string, default: "present", choices: ["absent", "present"], "Whether the block shall be there."),
      ArgumentSpec(
        "marker", .string, default: "# {mark} ANSIBLE MANAGED BLOCK", "The marker line; `{mark}` is replaced."),
      ArgumentSpec("block", .string, aliases: ["content"], default: "", "The lines between the markers."),
      ArgumentSpec("insertafter", .string, "`EOF`, or a pattern: where a new block goes."),
      ArgumentSpec("insertbefore", .string, "`BOF`, or a pattern: where a new block goes."),
      ArgumentSpec("create", .bool, default: false, "Make the file when it is missing."),
      ArgumentSpec("marker_begin", .string, default: "BEGIN", "What stands for `{mark}` in the first marker."),
      ArgumentSpec("marker_end", .string, default: "END", "What stands for `{mark}` in the last marker."),
      ArgumentSpec("append_newline", .bool, default: false, "Keep an empty line after the block."),
      ArgumentSpec("prepend_newline", .bool, default: false, "Keep an empty line before the block."),
    ],
    rules: [.mutuallyExclusive(["insertbefore", "insertafter"])],
    supportsDiff: true,
    returns: [ReturnSpec("msg", "What was done."), ReturnSpec("backup_file", "The copy of the old file.")])

  private let editor: FileEditor
  private let edit: BlockEdit

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    editor = try FileEditor(arguments, context)
    edit = try BlockEdit(arguments)
  }

  func queries() -> [any Query] { editor.queries() }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    let missing: Map? = edit.isAbsent && editor.creates ? ["msg": .string("File \(editor.path) not present")] : nil
    return try editor.plan(observed, missing: missing) { (content) throws(ModuleFailure) in try edit.apply(to: content)
    }
  }
}

/// The change of a text that `blockinfile` makes: a pure function.
struct BlockEdit: Sendable {
  private static let lineFeed = UInt8(ascii: "\n")

  /// The markers with the block between them, each line with its end; empty when no block shall be there.
  let block: [[UInt8]]
  let begin: [UInt8]
  let end: [UInt8]
  let position: LineEdit.Position
  let isNewlineAppended: Bool
  let isNewlinePrepended: Bool
  let isAbsent: Bool
  /// Whether the pattern of the position begins with `(?m)` or its like: then it is looked for in the whole text.
  let spansLines: Bool

  init(_ arguments: Arguments) throws(ModuleFailure) {
    let marker = arguments.string("marker") ?? ""
    func line(_ argument: String) -> [UInt8] {
      marker.replacing("{mark}", with: arguments.string(argument) ?? "").losslessBytes + [Self.lineFeed]
    }
    begin = line("marker_begin")
    end = line("marker_end")
    var text = (arguments.string("block") ?? "").losslessBytes
    isAbsent = arguments.string("state") == "absent"
    if isAbsent || text.isEmpty {
      block = []
    } else {
      if text.last != Self.lineFeed { text.append(Self.lineFeed) }
      block = [begin] + text.linesWithEnds + [end]
    }
    switch (arguments.string("insertafter"), arguments.string("insertbefore")) {
    case (_, "BOF"): position = .start
    case (let after?, _) where after != "EOF": position = .after(try FileEditor.pattern(after))
    case (nil, let before?): position = .before(try FileEditor.pattern(before))
    default: position = .end
    }
    let pattern = arguments.string("insertafter") ?? arguments.string("insertbefore") ?? ""
    spansLines = pattern.hasPrefix("(?") && pattern.dropFirst(2).prefix { $0.isLetter }.contains("m")
    isNewlineAppended = arguments.flag("append_newline")
    isNewlinePrepended = arguments.flag("prepend_newline")
  }

  /// - Parameter content: `nil` for a file that is not there.
  func apply(to content: [UInt8]?) throws(ModuleFailure) -> FileEditor.Edit {
    var lines = (content ?? []).linesWithEnds
    func isMarker(_ line: [UInt8], _ marker: [UInt8]) -> Bool { line == marker || line + [Self.lineFeed] == marker }
    let first = lines.lastIndex { isMarker($0, begin) }
    let last = lines.lastIndex { isMarker($0, end) }
    var place: Int
    if let first, let last {
      place = min(first, last)
      lines.removeSubrange(place...max(first, last))
    } else {
      if let whole = try multilinePlace(in: content ?? []) {
        place = whole
      } else {
        place = try self.place(in: lines)
      }
    }
    if place > 0, !block.isEmpty, lines[place - 1].last != Self.lineFeed { lines[place - 1].append(Self.lineFeed) }
    if isNewlinePrepended, !block.isEmpty, place > 0, lines[place - 1] != [Self.lineFeed] {
      lines.insert([Self.lineFeed], at: place)
      place += 1
    }
    lines.insert(contentsOf: block, at: place)
    let after = place + block.count
    if isNewlineAppended, !block.isEmpty, after < lines.count, lines[after] != [Self.lineFeed] {
      lines.insert([Self.lineFeed], at: after)
    }
    let result = Array(lines.joined())
    let message =
      content == nil && isAbsent
      ? ""
      : result == content ? "" : content == nil ? "File created" : block.isEmpty ? "Block removed" : "Block inserted"
    return FileEditor.Edit(content: result, message: message)
  }

  /// Where a pattern that begins with `(?m)` matches, maybe over several lines; `nil` for other patterns.
  private func multilinePlace(in content: [UInt8]) throws(ModuleFailure) -> Int? {
    guard spansLines else { return nil }
    let lines = content.linesWithEnds.count
    switch position {
    case .start, .end: return nil
    case .after(let pattern):
      guard let range = try pattern.search(content)?.range else { return lines }
      return min(content[..<range.upperBound].count { $0 == Self.lineFeed } + 1, lines)
    case .before(let pattern):
      guard let range = try pattern.search(content)?.range else { return lines }
      return content[..<range.lowerBound].count { $0 == Self.lineFeed }
    }
  }

  private func place(in lines: [[UInt8]]) throws(ModuleFailure) -> Int {
    switch position {
    case .start: return 0
    case .end: return lines.count
    case .after(let pattern):
      var place: Int?
      for (number, line) in lines.enumerated() where try pattern.isFound(in: line) { place = number + 1 }
      return place ?? lines.count
    case .before(let pattern):
      var place: Int?
      for (number, line) in lines.enumerated() where try pattern.isFound(in: line) { place = number }
      return place ?? lines.count
    }
  }
}
