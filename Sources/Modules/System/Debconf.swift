import Transport
import Values

/// Answers the questions that packages ask when they are configured.
struct Debconf: Module {
  static let spec = ModuleSpec(
    name: "debconf", summary: "Answer the questions of Debian packages",
    arguments: [
      ArgumentSpec("name", aliases: ["pkg"], required: true, "The package."),
      ArgumentSpec("question", aliases: ["selection", "setting"], "The question."),
      ArgumentSpec(
        "vtype",
        choices: [
          "boolean", "error", "multiselect", "note", "password", "seen", "select", "string", "text", "title",
        ], "The type of the answer."),
      ArgumentSpec("value", .raw, aliases: ["answer"], "The answer."),
      ArgumentSpec("unseen", .bool, default: false, "Leave the question marked as not asked yet."),
    ],
    rules: [.requiredTogether(["question", "vtype", "value"])], supportsDiff: true,
    returns: [ReturnSpec("current", "The answers of the package after the change.")])

  private let package: String
  private let question: String?
  private let type: String
  private let value: String
  private let isUnseen: Bool
  private let isDiffMode: Bool

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    package = arguments.string("name") ?? ""
    question = arguments.string("question")
    type = arguments.string("vtype") ?? ""
    let raw: String
    switch arguments["value"] {
    case .secret(let secret)?: raw = secret.reveal()
    case .list(let items)? where type == "multiselect": raw = items.map(\.pythonString).joined(separator: ", ")
    case .bool(let bool)?: raw = bool ? "true" : "false"
    case let value?: raw = value.pythonString
    case nil: raw = ""
    }
    value =
      type == "boolean" ? ArgumentConversion.boolWords[raw.lowercased()].map { $0 ? "true" : "false" } ?? raw : raw
    isUnseen = arguments.flag("unseen")
    isDiffMode = context.isDiffMode
    guard !raw.contains("\n"), !(question ?? "").contains(where: \.isWhitespace) else {
      throw ModuleFailure("a question is one word and its answer one line")
    }
  }

  /// A password is never told by `debconf-show`, so it is asked for in debconf's own protocol.
  private var query: ScriptQuery {
    var script: ShellScript = """
      command -v debconf-set-selections >/dev/null 2>&1 || exit 1
      debconf-show -- \(package)
      """
    if type == "password", let question {
      script += "\necho --\nprintf 'get %s\\n' \(question) | debconf-communicate -- \(package)"
    }
    return ScriptQuery(script)
  }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let output = observed(query) else { return .ask(queries()) }
    guard output.status == 0 else {
      throw ModuleFailure("Failed to find required executable \"debconf-set-selections\" on the host.")
    }
    let parts = output.text.split(separator: "--\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var current = Self.answers(parts.first ?? "")
    guard let question else { return .done(Plan(changed: false, values: ["current": .map(current), "msg": ""])) }
    if type == "password", let answer = parts.dropFirst().first, answer.hasPrefix("0 ") {
      current[question] = .string(answer.dropFirst(2).trimmed)
    }
    let old = current[question]?.string
    guard old != value else {
      return .done(Plan(changed: false, values: ["current": .map(Self.hiding(question, type, current)), "msg": ""]))
    }
    // What is told is only this question when it was answered before, and everything when it was not; as ansible has it.
    var before: Map = old.map { [.string(question): .string($0)] } ?? current
    var after: Map = old == nil ? current : [:]
    before[question] = .string(old ?? "")
    after[question] = .string(value)
    let option: ShellScript = isUnseen ? "-u " : ""
    // The answer may be a password: it goes through standard input.
    let line = "\(package) \(question) \(type) \(value)\n"
    var plan = Plan(
      changed: true,
      values: [
        "current": .map(Self.hiding(question, type, [.string(question): .string(value)])),
        "previous": .map(Self.hiding(question, type, before)),
        "msg": "",
      ],
      steps: [
        .run("debconf-set-selections \(option)", input: line.losslessBytes, failure: "could not set the answer")
      ])
    if isDiffMode {
      if type == "password" { (before, after) = ([.string(question): ""], [.string(question): ""]) }
      plan.diffs = [Diff(.state(before: .map(before), after: .map(after)))]
    }
    return .done(plan)
  }

  /// Lines `* package/question: answer`.
  private static func answers(_ text: String) -> Map {
    var answers = Map()
    for line in text.split(separator: "\n") {
      let body = line.drop { $0 == "*" || $0 == " " }
      guard let colon = body.firstIndex(of: ":") else { continue }
      answers[String(body[..<colon])] = .string(body[body.index(after: colon)...].trimmed)
    }
    return answers
  }

  private static func hiding(_ question: String, _ type: String, _ answers: Map) -> Map {
    guard type == "password", let answer = answers[question]?.string else { return answers }
    var answers = answers
    answers[question] = .secret(Secret(answer, place: nil))
    return answers
  }
}
