import Testing
import Transport
import Values

@testable import Modules

@Suite struct ModuleFileTests {
  private func file(_ text: String, path: String = "/library/own.sh") -> ModuleFile {
    ModuleFile(name: "own", path: path, content: Array(text.utf8))
  }

  @Test(arguments: [
    ("#!/bin/sh\n. $1\n", ModuleFile.Style.keyValues),
    ("#!/usr/bin/python\n# WANT_JSON\n", .wantsJSON),
    ("#!/bin/sh\necho '<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>' WANT_JSON\n", .takesJSONInText),
    ("\u{7F}ELF\u{2}\u{1}", .binary),
  ])
  func howArgumentsAreTaken(_ text: String, _ style: ModuleFile.Style) {
    #expect(file(text).style == style)
    #expect(file(text).obstacle == nil)
  }

  @Test(arguments: [
    "from ansible.module_utils.basic import AnsibleModule", "import ansible.module_utils.basic",
    "  from ansible import constants", "from ansible_collections.a.b.plugins.module_utils.c import d",
    "from ..module_utils.c import d", "from ... module_utils import c", "#<<INCLUDE_ANSIBLE_MODULE_COMMON>>",
  ])
  func ansiblesPythonIsAnObstacle(_ line: String) {
    #expect(file("#!/usr/bin/python\n\(line)\n").obstacle == .needsAnsiblesPython)
  }

  @Test(arguments: [
    "import json", "from ansiblelint import x", "# from ansible.module_utils.basic import AnsibleModule",
    "print('from ansible')", "from . import helpers", "from .helpers import module_utils",
  ])
  func otherImportsAreNone(_ line: String) { #expect(file("#!/usr/bin/python\n\(line)\n").obstacle == nil) }

  @Test func windowsAndUnreadTextsAreObstacles() {
    #expect(file("#!powershell\n#Requires -Version 5\n").obstacle == .isPowerShell)
    #expect(file("#!powershell\n", path: "/library/own.ps1").obstacle == .isPowerShell)
    #expect(file("echo {}\n").obstacle == .hasNoInterpreter)
  }

  @Test func onlyAModuleThatNamesCheckModeKnowsIt() {
    #expect(file("#!/bin/sh\n[ $_ansible_check_mode = True ]\n").knowsCheckMode)
    #expect(!file("#!/bin/sh\n. $1\n").knowsCheckMode)
  }

  // MARK: arguments

  /// Runs the module on this machine's shells and gives what it printed.
  private func run(
    _ text: String, _ arguments: Map, on shell: LocalShell, variables: Map = [:], reserved: Map = [:]
  ) throws -> Conclusion {
    var context = ModuleContext.test()
    context.variable = { name throws(ModuleFailure) in variables[name] }
    context.reservedArguments = { reserved }
    let work = try ModuleFileCall(file(text), Arguments(validated: arguments), context)
    guard case .done(let plan) = try work.plan(Observations()),
      case .run(let script, let input, _, _)? = plan.steps.first
    else { throw ModuleFailure("no plan") }
    #expect(!script.text.contains("hunter2"))
    let outcome = try shell.run(script, input: input)
    let conclude = try #require(plan.conclude)
    return try conclude([:], [outcome])
  }

  @Test(arguments: LocalShell.all)
  func argumentsAreForTheUserOnlyAndAreRemoved(_ shell: LocalShell) throws {
    let module = """
      #!/bin/sh
      . "$1"
      d=$(dirname "$0")
      printf '{"password": "%s", "modes": "%s", "directory": "%s", "umask": "%s", "command": "%s"}' \
        "$password" "$(stat -c %a "$d" "$1" "$0" | tr '\\n' ' ')" "$d" "$(umask)" "$(tr '\\0' ' ' </proc/$PPID/cmdline | grep -c hunter2)"
      """
    let password = Value.secret(Secret("hunter2 it's"))
    let conclusion = try run(module, ["password": password], on: shell)
    #expect(conclusion.values["password"] == "hunter2 it's")
    #expect(conclusion.values["modes"] == "700 600 600 ")
    #expect(conclusion.values["umask"] == "0022")
    #expect(conclusion.values["command"] == "0")
    let directory = try #require(conclusion.values["directory"]?.string)
    #expect(try shell.run("test -e \(directory)").status == 1)
  }

  @Test(arguments: LocalShell.all)
  func emptyArgumentsLeaveTheTextWhole(_ shell: LocalShell) throws {
    #expect(try run("#!/bin/sh\necho '{\"msg\": \"whole\"}'\n", [:], on: shell).values["msg"] == "whole")
  }

  @Test func secretsReachTheModuleInJSON() throws {
    let arguments: Map = ["list": [.secret(Secret("hunter2"))]]
    let module = "#!/bin/sh\n# WANT_JSON\nprintf '{\"told\": %s}' \"$(cat \"$1\")\"\n"
    #expect(
      try run(module, arguments, on: LocalShell(), reserved: ["_ansible_x": 1]).values["told"] == ["list": ["hunter2"]])
  }

  @Test func aVariableNamesTheInterpreter() throws {
    let module = "#!/no/such/shell -e\nfalse\necho '{\"msg\": \"reached\"}'\n"
    #expect(throws: ModuleFailure.self) { try run(module, [:], on: LocalShell()) }
    // With the words after it: `-e` ends the module at its first failure.
    #expect(throws: ModuleFailure.self) {
      try run(module, [:], on: LocalShell(), variables: ["ansible_shell_interpreter": "/bin/sh"])
    }
    let calm = module.replacing(" -e", with: "")
    let variables: Map = ["ansible_shell_interpreter": "/bin/sh"]
    #expect(try run(calm, [:], on: LocalShell(), variables: variables).values["msg"] == "reached")
  }

  // MARK: answers

  private func answer(_ stdout: String, stderr: String = "", status: Int = 0) throws -> Conclusion {
    let outcome = ShellResult(status: status, stdout: Array(stdout.utf8), stderr: Array(stderr.utf8))
    return try ModuleFileAnswer(outcome, interpreter: "/no/sh").conclusion()
  }

  @Test func whatStandsAroundTheObjectIsCut() throws {
    let conclusion = try answer("Welcome!\n[x]\n {\"changed\": true,\n\"msg\": \"a\"}\nBye\n\n")
    #expect(conclusion.isChanged)
    #expect(conclusion.values == ["msg": "a"])
    #expect(conclusion.warnings == ["Module invocation had junk after the JSON data: Bye\n"])
    #expect(try answer("{}\n \n").warnings.isEmpty)
  }

  @Test(arguments: [
    ("", "No start of json char found"), ("{\"a\": 1\n", "No end of json char found"),
    ("{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"),
  ])
  func whatIsNoObjectIsAFailure(_ stdout: String, _ reason: String) throws {
    let failure = try #require(throws: ModuleFailure.self) { try answer(stdout, stderr: "why", status: 3) }
    #expect(failure.message == "Module result deserialization failed: \(reason)")
    #expect(failure.values == ["module_stdout": .string(stdout), "module_stderr": "why", "rc": 3])
  }

  @Test(arguments: ["sh: 9: /no/sh: not found\n", "bash: line 9: /no/sh: No such file or directory\n"])
  func aMissingInterpreterIsToldOf(_ stderr: String) throws {
    let failure = try #require(throws: ModuleFailure.self) { try answer("", stderr: stderr, status: 127) }
    #expect(failure.message == "The module interpreter '/no/sh' was not found.")
  }

  @Test func aStatusOtherThanNoughtIsAFailureUnlessTheModuleSays() throws {
    #expect(try answer("{\"rc\": 1}").isFailed)
    #expect(try !answer("{\"rc\": \"0\"}").isFailed)
    #expect(try !answer("{\"rc\": 1, \"failed\": false}").isFailed)
    #expect(try answer("{\"failed\": \"yes\"}").isFailed)
    #expect(try !answer("{}", status: 1).isFailed)
  }

  @Test func theEnginesKeysAreNotTheModules() throws {
    let conclusion = try answer(
      "{\"_ansible_no_log\": true, \"a\": [{\"_ansible_b\": 1, \"c\": 2}], \"results\": \"text\"}")
    #expect(conclusion.values == ["a": [["c": 2]], "ansible_module_results": "text"])
    #expect(conclusion.warnings.first == "Removed unexpected internal key in module return: _ansible_no_log = True")
  }

  @Test func warningsDeprecationsFactsAndDifferences() throws {
    let conclusion = try answer(
      """
      {"warnings": ["hot"], "deprecations": [{"msg": "a", "version": "3", "collection_name": "x.y"}, {"msg": "b."}],
       "ansible_facts": {"ansible_hat": 1}, "diff": {"before": "1", "after": "2", "before_header": "file"}}
      """)
    #expect(conclusion.warnings == ["hot"])
    #expect(
      conclusion.deprecations == [
        "a. This feature will be removed from collection 'x.y' version 3.",
        "b. This feature will be removed in the future.",
      ])
    #expect(conclusion.facts == ["ansible_hat": 1])
    #expect(
      conclusion.diffs == [Diff(.text(before: "1", after: "2"), beforeHeader: "before: file", afterHeader: "after")])
  }
}
