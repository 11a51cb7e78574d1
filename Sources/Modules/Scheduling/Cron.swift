import Transport
import Values

/// Keeps jobs and variables of crontabs.
struct Cron: Module {
  static let spec = ModuleSpec(
    name: "cron", summary: "Keep jobs and variables of crontabs",
    arguments: [
      ArgumentSpec("name", required: true, "What the job is called, or the variable's name with `env`."),
      ArgumentSpec("job", .string, aliases: ["value"], "The command, or the variable's value with `env`."),
      ArgumentSpec("state", default: "present", choices: ["absent", "present"], "Whether it is there."),
      ArgumentSpec("user", .string, "Whose crontab."),
      ArgumentSpec("cron_file", .path, "A file instead of a user's crontab; relative to `/etc/cron.d`."),
      ArgumentSpec("backup", .bool, default: false, "Keep a copy of the crontab before a change."),
      ArgumentSpec("minute", default: "*", "Minute."),
      ArgumentSpec("hour", default: "*", "Hour."),
      ArgumentSpec("day", aliases: ["dom"], default: "*", "Day of the month."),
      ArgumentSpec("month", default: "*", "Month."),
      ArgumentSpec("weekday", aliases: ["dow"], default: "*", "Day of the week."),
      ArgumentSpec(
        "special_time", .string, choices: ["reboot", "yearly", "annually", "monthly", "weekly", "daily", "hourly"],
        "A nickname for the time."),
      ArgumentSpec("disabled", .bool, default: false, "Keep the job as a comment."),
      ArgumentSpec("env", .bool, default: false, "It is a variable, not a job."),
      ArgumentSpec("insertafter", .string, "The variable after which a new one stands."),
      ArgumentSpec("insertbefore", .string, "The variable before which a new one stands."),
    ],
    rules: [.mutuallyExclusive(["insertafter", "insertbefore"])], supportsDiff: true,
    returns: [
      ReturnSpec("jobs", "the names of all jobs"), ReturnSpec("envs", "the names of all variables"),
      ReturnSpec("cron_file", "the value of `cron_file`"), ReturnSpec("backup_file", "the copy that was kept"),
    ])

  private let arguments: Arguments
  private let context: ModuleContext
  private let name: String
  private let isWanted: Bool
  private let query: CrontabQuery

  init(_ arguments: Arguments, _ context: ModuleContext) throws(ModuleFailure) {
    self.arguments = arguments
    self.context = context
    name = arguments.string("name") ?? ""
    isWanted = arguments.string("state") != "absent"
    let user = arguments.string("user")
    if let file = arguments.string("cron_file"), !file.isEmpty {
      let path = PathText.expanded(file, context.traits)
      query = CrontabQuery(source: .file(path.hasPrefix("/") ? path : "/etc/cron.d/\(path)"))
      if file == "/etc/crontab" {
        throw ModuleFailure("Will not manage /etc/crontab via cron_file, see documentation.")
      }
    } else {
      query = CrontabQuery(source: .user(user))
    }
    try check(user)
  }

  private func check(_ user: String?) throws(ModuleFailure) {
    let times = ["minute", "hour", "day", "month", "weekday"]
    if arguments.string("special_time") != nil, times.contains(where: { arguments.string($0) ?? "*" != "*" }) {
      throw ModuleFailure("You cannot combine special_time with any of the time or day/date parameters.")
    }
    if isWanted {
      if arguments.string("cron_file").map({ !$0.isEmpty }) ?? false, user ?? "" == "" {
        throw ModuleFailure("To use cron_file=... parameter you must specify user=... as well")
      }
      if arguments.string("job") == nil {
        throw ModuleFailure("You must specify 'job' to install a new cron job or variable")
      }
      if arguments.string("insertafter") ?? arguments.string("insertbefore") != nil, !arguments.flag("env") {
        throw ModuleFailure("Insertafter and insertbefore parameters are valid only with env=yes")
      }
    }
    if arguments.flag("env"), name.contains(" ") { throw ModuleFailure("Invalid name for environment variable") }
    if name.utf8.contains(UInt8(ascii: "\n")) { throw ModuleFailure("The name of a cron job can't hold a line break.") }
  }

  func queries() -> [any Query] { [query] }

  func plan(_ observed: Observations) throws(ModuleFailure) -> Planning {
    guard let found = observed(query) else { return .ask([query]) }
    guard found.hasCrontab else { throw ModuleFailure("Failed to find required executable \"crontab\" on the host.") }
    if let error = found.error { throw ModuleFailure("Unable to read crontab: \(error)") }
    let before = Crontab(found.text ?? "", hasHeader: file == nil)
    var after = before
    let isEdited = try edit(&after)
    var plan = Plan(changed: isEdited || before.isUnterminated)
    plan.warnings = warnings
    if isEdited, !isWanted, !arguments.flag("env"), let file, after.isBlank {
      planRemoval(of: file, before, &plan)
      return .done(plan)
    }
    plan.values = [
      "jobs": .list(after.jobNames.map { .string($0) }), "envs": .list(after.variableNames.map { .string($0) }),
    ]
    if let file = arguments.string("cron_file"), !file.isEmpty { plan.values["cron_file"] = .string(file) }
    if plan.isChanged { planWriting(before, after, isNew: found.text == nil, &plan) }
    return .done(plan)
  }

  private var file: String? {
    if case .file(let path) = query.source { path } else { nil }
  }

  private func edit(_ crontab: inout Crontab) throws(ModuleFailure) -> Bool {
    let job = arguments.string("job") ?? ""
    switch (arguments.flag("env"), isWanted) {
    case (true, true):
      let position: Crontab.Position =
        arguments.string("insertafter").map { .after($0) } ?? arguments.string("insertbefore").map { .before($0) }
        ?? .top
      return try crontab.setVariable(name, "\(name)=\"\(job)\"", at: position)
    case (true, false): return crontab.removeVariable(name)
    case (false, true): return crontab.setJob(name, jobLine)
    case (false, false): return crontab.removeJob(name)
    }
  }

  private var jobLine: String {
    let time =
      arguments.string("special_time").map { "@\($0)" }
      ?? ["minute", "hour", "day", "month", "weekday"].map { arguments.string($0) ?? "*" }.joined(separator: " ")
    let user = file == nil ? [] : [arguments.string("user") ?? ""]
    return (arguments.flag("disabled") ? "#" : "") + ([time] + user + [command]).joined(separator: " ")
  }

  /// The command without line breaks at its ends.
  private var command: String {
    var scalars = (arguments.string("job") ?? "").unicodeScalars[...]
    while let last = scalars.last, last == "\n" || last == "\r" { scalars = scalars.dropLast() }
    while let first = scalars.first, first == "\n" || first == "\r" { scalars = scalars.dropFirst() }
    return String(scalars)
  }

  private var warnings: [String] {
    var warnings: [String] = []
    if let file = arguments.string("cron_file"), !file.isEmpty {
      let last = PathText.lastComponent(file)
      let isPlain =
        !last.isEmpty
        && last.utf8.allSatisfy {
          switch $0 {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
          default: false
          }
        }
      if !isPlain {
        warnings.append(
          "Filename portion of cron_file (\"\(last)\") should consist solely of upper- and lower-case letters, digits, "
            + "underscores, and hyphens")
      }
    }
    if isWanted, !arguments.flag("env"), command.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) {
      warnings.append("Job should not contain line breaks")
    }
    return warnings
  }

  // MARK: Changes

  private func planRemoval(of file: String, _ before: Crontab, _ plan: inout Plan) {
    plan.values = ["cron_file": .string(arguments.string("cron_file") ?? file), "state": "absent"]
    addBackup(before, &plan)
    plan.steps.append(.run("rm -f -- \(file)", failure: "Could not remove \(file)"))
    plan.predictions = [.file(FilePrediction(path: file, .absent))]
    if context.isDiffMode {
      plan.diffs = [Diff(.text(before: before.original, after: ""), beforeHeader: file, afterHeader: "/dev/null")]
    }
  }

  private func planWriting(_ before: Crontab, _ after: Crontab, isNew: Bool, _ plan: inout Plan) {
    let content = after.text.losslessBytes
    addBackup(before, &plan)
    if let file {
      plan.steps.append(.write(FileWrite(path: file, content: .bytes(content), mode: isNew ? 0o644 : nil)))
    } else {
      plan.steps.append(.run("crontab\(userOption) -", input: content, failure: "Failed to install new cronfile"))
    }
    plan.predictions = [.file(FilePrediction(path: predictionPath, .file(content: content)))]
    if context.isDiffMode {
      let header = file ?? arguments.string("user").map { "crontab for user \"\($0)\"" } ?? "crontab"
      plan.diffs = [
        Diff(.text(before: before.original, after: after.text), beforeHeader: header, afterHeader: header)
      ]
    }
  }

  private var predictionPath: String {
    if case .user(nil) = query.source { return query.path("") }
    return query.path(context.traits.user)
  }

  private var userOption: ShellScript {
    guard let user = arguments.string("user"), user != context.traits.user else { return "" }
    return " -u \(user)"
  }

  private func addBackup(_ before: Crontab, _ plan: inout Plan) {
    guard arguments.flag("backup") else { return }
    let script: ShellScript = """
      umask 077
      f=$(mktemp "${TMPDIR:-/tmp}/crontabXXXXXXXX") && cat >"$f" && printf %s "$f"
      """
    plan.steps.append(.run(script, input: before.text.losslessBytes, failure: "Could not back up the crontab"))
    plan.conclude = { (values, outcomes) throws(ModuleFailure) in
      var values = values
      if let first = outcomes.first { values["backup_file"] = .string(String(lossless: first.stdout)) }
      return Conclusion(changed: true, values: values)
    }
  }
}
