import Foundation
import Testing
import Transport
import Values

@testable import Modules

@Suite struct CommandTests {
  @Test(arguments: [
    (#"echo "a b" 'c d' e\ f"#, ["echo", "a b", "c d", "e f"]), (#""a\"b\\c\d""#, [#"a"b\c\d"#]), ("a''b", ["ab"]),
    ("''", [""]), ("  x\ty\nz ", ["x", "y", "z"]), ("", []),
  ])
  func splitsAsShlex(line: String, words: [String]) throws {
    #expect(try ProgramWords.split(line) == words)
  }

  @Test func saysWhyALineCannotBeSplit() {
    let failure = ModuleFailure(
      "The command can't be split into words: a quotation is not closed, or it ends with a backslash.")
    #expect(throws: failure) { try ProgramWords.split("echo 'x") }
    #expect(throws: failure) { try ProgramWords.split("echo \\") }
  }

  @Test(arguments: LocalShell.all.indices)
  func handsArgumentsOverUnread(shell: Int) throws {
    let words = ["printf", "<%s>", "$(id)", "`id`", ";id", "a'b\"c\\", "*", "| cat", "é", ""]
    let module = try Command(Arguments(validated: ["argv": .list(words.map { .string($0) })]), .test())
    let result = try LocalShell.all[shell].apply(module)
    let expected = words.dropFirst(2).map { "<\($0)>" }.joined()
    #expect(result.values["stdout"] == .string(expected))
    #expect(result.values["rc"] == 0)
  }

  @Test(arguments: LocalShell.all.indices)
  func expandsVariablesThatTheHostKnows(shell: Int) throws {
    let line = #"printf '%s|' $HOME '${HOME}/x y' $NO_SUCH_NAME ${NO_SUCH_NAME} $1 $ ~ ~/a ~nosuchuser a~ '${HOME'"#
    let result = try LocalShell.all[shell].apply(Command(Arguments(validated: ["_raw_params": .string(line)]), .test()))
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    #expect(
      result.values["stdout"]
        == .string("\(home)|\(home)/x y|$NO_SUCH_NAME|${NO_SUCH_NAME}|$1|$|\(home)|\(home)/a|~nosuchuser|a~|${HOME|"))
  }

  @Test func leavesVariablesAloneWhenAsked() throws {
    let arguments: Map = ["argv": ["printf", "%s", "$HOME"], "expand_argument_vars": false]
    let result = try LocalShell().apply(Command(Arguments(validated: arguments), .test()))
    #expect(result.values["stdout"] == "$HOME")
  }

  @Test(
    arguments: LocalShell.all.indices,
    [
      ("nosuchprogram x", "[Errno 2] No such file or directory: b'nosuchprogram'", 2),
      ("/no-such-directory/program", "[Errno 2] No such file or directory: b'/no-such-directory/program'", 2),
      ("/etc/passwd", "[Errno 13] Permission denied: b'/etc/passwd'", 13),
      ("/etc", "[Errno 13] Permission denied: b'/etc'", 13),
      ("export x", "[Errno 2] No such file or directory: b'export'", 2),
    ])
  func saysWhyAProgramDoesNotStart(shell: Int, command: (line: String, why: String, rc: Int)) throws {
    let module = try Command(Arguments(validated: ["_raw_params": .string(command.line)]), .test())
    let failure = #expect(throws: ModuleFailure.self) { try LocalShell.all[shell].apply(module) }
    #expect(failure?.message == "Error executing command: \(command.why)")
    #expect(failure?.values["rc"] == .int(command.rc))
  }

  @Test(arguments: LocalShell.all.indices)
  func saysWhyADirectoryCannotBeEntered(shell: Int) throws {
    let module = try Command(Arguments(validated: ["_raw_params": "pwd", "chdir": "/no-such-directory"]), .test())
    let failure = #expect(throws: ModuleFailure.self) { try LocalShell.all[shell].apply(module) }
    #expect(
      failure?.message
        == "Unable to change directory before execution: [Errno 2] No such file or directory: b'/no-such-directory'")
  }

  @Test func reportsAFailedCommandWithItsOutput() throws {
    let module = try Shell(Arguments(validated: ["_raw_params": "echo out; echo err >&2; exit 3"]), .test())
    let failure = #expect(throws: ModuleFailure.self) { try LocalShell().apply(module) }
    #expect(failure?.message == "non-zero return code")
    #expect(failure?.values["rc"] == 3)
    #expect(failure?.values["stdout_lines"] == ["out"])
    #expect(failure?.values["stderr"] == "err")
    #expect(failure?.values["start"] == "2026-11-21 11:25:28.647785")
    #expect(failure?.values["delta"] == "0:00:00")
  }

  @Test func feedsStandardInput() throws {
    let arguments: Map = ["_raw_params": "cat; printf '\\n\\n'", "stdin": "a b", "strip_empty_ends": false]
    #expect(try LocalShell().apply(Shell(Arguments(validated: arguments), .test())).values["stdout"] == "a b\n\n\n")
  }

  @Test(arguments: LocalShell.all.indices)
  func createsAndRemovesDecideWhetherToRun(shell: Int) throws {
    func plan(_ guards: Map, check: Bool = false) throws -> Plan {
      let arguments = Map(dictionaryLiteral: ("_raw_params", "true")).merging(guards)
      return try LocalShell.all[shell].plan(Command(Arguments(validated: arguments), .test(check: check)))
    }
    let skipped = try plan(["creates": "/etc/pass*"])
    #expect(!skipped.isChanged && skipped.steps.isEmpty)
    #expect(skipped.values["msg"] == "Did not run command since '/etc/pass*' exists")
    #expect(skipped.values["stdout"] == "skipped, since /etc/pass* exists")
    #expect(
      try plan(["removes": "/no-such-directory/*"], check: true).values["msg"]
        == "Would not run command since '/no-such-directory/*' does not exist")
    #expect(try plan(["creates": "passw[!a-ce-z]", "chdir": "/etc"]).isChanged == false)
    #expect(try plan(["creates": "/etc/*; id"]).isChanged)
    let unguarded = try plan([:], check: true)
    #expect(unguarded.isChanged && unguarded.unknown == CommandRun.unknowable)
  }

  @Test func knowsFilesThatEarlierTasksWouldMake() throws {
    let query = CommandGuardQuery(directory: "/srv/app", creates: "*.lock", removes: "/old/x")
    let found = CommandGuardQuery.Answer(directoryError: .noEntry, createsExists: false, removesExists: true)
    var state = PredictedState()
    state.record([
      .file(FilePrediction(path: "/srv/app", .directory)),
      .file(FilePrediction(path: "/srv/app/a.lock", .file(content: nil))), .file(FilePrediction(path: "/old", .absent)),
    ])
    #expect(
      query.answer(found, after: state)
        == CommandGuardQuery.Answer(directoryError: nil, createsExists: true, removesExists: false))
  }

  @Test func leavesLaterTasksInDoubt() throws {
    let module = try Shell(Arguments(validated: ["_raw_params": "make all\nmake install"]), .test(check: true))
    #expect(try LocalShell().plan(module).predictions == [.vague(reason: "'make all' would be run")])
  }

  @Test func wallTimeReadsAsPythonPrintsIt() {
    let leapDay = WallTime(microseconds: 951_827_696_000_000, offset: -3600)
    #expect(leapDay.localDescription == "2000-02-29 11:34:56")
    #expect(
      WallTime(microseconds: 90_061_000_001).durationDescription(since: WallTime(microseconds: 0))
        == "1 day, 1:01:01.000001")
  }
}
