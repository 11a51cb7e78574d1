import Patterns
import Transport
import Values

/// Makes one file of the fragments in a directory.
struct Assemble: Module {
  static let spec = ModuleSpec(
    name: "assemble", summary: "Make a file of fragments",
    arguments: [
      ArgumentSpec("src", .path, required: true, "The directory that holds the fragments."),
      ArgumentSpec("dest", .path, required: true, "The file to make."),
      ArgumentSpec("backup", .bool, default: false, "Keep a copy of the file that is replaced."),
      ArgumentSpec("delimiter", .string, "What stands between the fragments; escapes as `\\n` are read."),
      ArgumentSpec("remote_src", .bool, default: true, "`src` is on the host, not on the controller."),
      ArgumentSpec("regexp", .string, "Only fragments whose name the pattern is found in."),
      ArgumentSpec("ignore_hidden", .bool, default: false, "Leave out names that begin with a dot."),
      ArgumentSpec("validate", .string, "Command that must accept the new file; `%s` is its path."),
      ArgumentSpec("decrypt", .bool, default: true, "Decrypt vaulted fragments of the controller."),
    ] + FileAttributes.arguments,
    supportsDiff: true, returns: Copy.spec.returns)

  private static let limit = 32 << 20

  private let source: String
  private let destination: String
  private let delimiter: [UInt8]?
  private let pattern: PythonPattern?
  private let ignoresHidden: Bool
  private let placement: FilePlacement
  /// What the controller's fragments come to; `nil` when they are on the host.
  private let local: WantedContent?

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    source = arguments.string("src") ?? ""
    destination = arguments.string("dest") ?? ""
    ignoresHidden = arguments.flag("ignore_hidden")
    placement = FilePlacement(
      attributes: try FileAttributes(arguments), follows: false, backsUp: arguments.flag("backup"),
      validate: arguments.string("validate"), context: context)
    let delimiter = arguments.string("delimiter").map { Self.unescaped($0) }
    self.delimiter = delimiter
    do {
      pattern = try arguments.string("regexp").map { (text) throws(ModuleFailure) in try FileEditor.pattern(text) }
    } catch {
      throw ModuleFailure("Invalid Regexp (\(error.message)) in \"\(arguments.string("regexp") ?? "")\"")
    }
    guard arguments.bool("remote_src") == false else {
      local = nil
      return
    }
    let directory = try LocalFile(try context.findFile(source))
    guard directory.isDirectory else { throw ModuleFailure("Source (\(source)) is not a directory") }
    var fragments: [[UInt8]] = []
    for name in try directory.children() where try Self.isWanted(name, pattern, ignoresHidden: ignoresHidden) {
      let file = try LocalFile("\(directory.path)/\(name)")
      guard case .regular = file.kind else { continue }
      fragments.append(try context.readFile(file.path, arguments.bool("decrypt") ?? true))
    }
    local = WantedContent(Self.joined(fragments, delimiter))
  }

  private static func isWanted(
    _ name: String, _ pattern: PythonPattern?, ignoresHidden: Bool
  ) throws(ModuleFailure) -> Bool {
    if ignoresHidden, name.hasPrefix(".") { return false }
    return try pattern?.isFound(in: name.losslessBytes) ?? true
  }

  /// Each fragment begins on a line of its own, and so does the delimiter.
  static func joined(_ fragments: [[UInt8]], _ delimiter: [UInt8]?) -> [UInt8] {
    let lineFeed = UInt8(ascii: "\n")
    var result: [UInt8] = []
    for (number, fragment) in fragments.enumerated() {
      if number > 0 {
        if !result.isEmpty, result.last != lineFeed { result.append(lineFeed) }
        if let delimiter {
          result += delimiter
          if delimiter.last != lineFeed { result.append(lineFeed) }
        }
      }
      result += fragment
    }
    return result
  }

  /// A delimiter's `\n`, `\t` and `\\`.
  private static func unescaped(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text.losslessBytes[...]
    let escapes: [UInt8: UInt8] = [
      UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    ]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let next = rest.first, let meant = escapes[next] {
        result.append(meant)
        rest.removeFirst()
      } else {
        result.append(byte)
      }
    }
    return result
  }

  // MARK: Questions

  private var tree: TreeQuery { TreeQuery(source, depth: 1) }

  func queries() -> [any Query] {
    [placement.query(destination)] + placement.attributes.queries(for: destination)
      + (local == nil ? [FileQuery(source), tree] : [])
  }

  // MARK: Plan

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(placement.query(destination)) else { return .ask(queries()) }
    guard let local else {
      switch try remoteFragments(observed) {
      case .ask(let questions): return .ask(questions)
      case .content(let bytes): return .done(try finished(WantedContent(bytes), found, observed))
      }
    }
    return .done(try finished(local, found, observed))
  }

  private enum Fragments {
    case ask([any Query])
    case content([UInt8])
  }

  private func remoteFragments(_ observed: Observations) throws(ModuleFailure) -> Fragments {
    guard let directory = observed(FileQuery(source)), let listing = observed(tree) else { return .ask(queries()) }
    guard directory.exists else { throw ModuleFailure("Source (\(directory.path)) does not exist") }
    guard directory.isDirectory else { throw ModuleFailure("Source (\(directory.path)) is not a directory") }
    var questions: [any Query] = []
    var fragments: [[UInt8]] = []
    for entry in listing.entries.sorted(by: { $0.path.losslessBytes.lexicographicallyPrecedes($1.path.losslessBytes) })
    where try Self.isWanted(Copy.baseName(entry.path), pattern, ignoresHidden: ignoresHidden) {
      guard entry.status.kind == .regular || entry.status.kind == .link else { continue }
      let query = FileQuery(entry.path, contentLimit: Self.limit)
      guard let answer = observed(query) else {
        questions.append(query)
        continue
      }
      guard answer.isRegular else { continue }
      guard let content = answer.content else { throw ModuleFailure("\(entry.path) can't be read") }
      fragments.append(content)
    }
    return questions.isEmpty ? .content(Self.joined(fragments, delimiter)) : .ask(questions)
  }

  private func finished(
    _ wanted: WantedContent, _ found: FileAnswer, _ observed: Observations
  ) throws(ModuleFailure) -> Plan {
    if found.isDirectory { throw ModuleFailure("Destination \(found.path) is a directory") }
    guard found.missingAncestors == 0 else {
      throw ModuleFailure("Destination directory \(FileAnswer.ancestor(of: found.path, up: 1)) does not exist")
    }
    let outcome = try placement.plan(wanted, at: found, asked: destination, observed)
    var plan = placement.finished(outcome, wanted, source: source)
    plan.values["src"] = .string(source)
    plan.values["md5sum"] = wanted.md5.map { .string($0) } ?? .null
    plan.values["msg"] = "OK"
    return plan
  }
}
