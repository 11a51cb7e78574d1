import Testing
import Values

@testable import Modules

/// The messages are those of ansible-core 2.19 for the same arguments.
@Suite struct ArgumentValidatorTests {
  private func spec(_ arguments: [ArgumentSpec], rules: [ArgumentRule] = []) -> ModuleSpec {
    ModuleSpec(name: "demo", summary: "", arguments: arguments, rules: rules)
  }

  private func problem(_ raw: Map, _ arguments: [ArgumentSpec], rules: [ArgumentRule] = []) -> String? {
    do {
      _ = try ArgumentValidator.validate(raw, against: spec(arguments, rules: rules))
      return nil
    } catch {
      return error.message
    }
  }

  private func value(_ raw: Value, as kind: ArgumentSpec.Kind) -> Value? {
    try? ArgumentValidator.validate(["a": raw], against: spec([ArgumentSpec("a", kind, "")]))["a"]
  }

  @Test func tellsUnknownNamesWithTheNameThatWasMeant() throws {
    let arguments = [
      ArgumentSpec("path", .path, aliases: ["dest", "name"], ""), ArgumentSpec("state", .string, ""),
    ]
    #expect(
      problem(["path": "/x", "stat": "file", "foo": 1], arguments)
        == "Unsupported parameters for (ansible.builtin.demo) module: foo, stat. "
        + "Supported parameters include: path, state (dest, name).")
    let problems = ArgumentValidator.problems(in: ["path": "/x", "stat": "file"], of: spec(arguments))
    #expect(problems.map(\.argument) == ["stat"])
    #expect(problems.map(\.suggestion) == ["state"])
  }

  @Test func tellsMissingArguments() {
    let arguments = [ArgumentSpec("src", .path, required: true, ""), ArgumentSpec("path", .path, required: true, "")]
    #expect(problem([:], arguments) == "missing required arguments: path, src")
  }

  @Test func tellsWrongTypes() {
    #expect(
      problem(["a": "x"], [ArgumentSpec("a", .int, "")])
        == "argument 'a' is of type str and we were unable to convert to int: \"'x'\" cannot be converted to an int")
    #expect(
      problem(["a": [1]], [ArgumentSpec("a", .bool, "")])
        == "argument 'a' is of type list and we were unable to convert to bool: <class 'list'> cannot be converted to a bool"
    )
    #expect(
      problem(["a": "1,x"], [ArgumentSpec("a", .list(of: .int), "")])
        == "Elements value for option 'a' is of type str and we were unable to convert to int: \"'x'\" cannot be converted to an int"
    )
    #expect(
      problem(["a": "x"], [ArgumentSpec("a", .map, "")])
        == "argument 'a' is of type str and we were unable to convert to dict: dictionary requested, could not parse JSON or key=value"
    )
  }

  @Test func hidesSecretsInProblems() {
    let message = problem(["a": .secret(Secret("hunter2"))], [ArgumentSpec("a", .int, "")])
    #expect(message?.contains("hunter2") == false)
    #expect(problem(["a": "hunter2"], [ArgumentSpec("a", .int, secret: true, "")])?.contains("hunter2") == false)
  }

  @Test func tellsWrongChoices() {
    let state = ArgumentSpec("state", choices: ["absent", "present"], "")
    #expect(problem(["state": "gone"], [state]) == "value of state must be one of: absent, present, got: gone")
    let list = ArgumentSpec("a", .list(of: .string), choices: ["p", "q"], "")
    #expect(problem(["a": "p,r,s"], [list]) == "value of a must be one or more of: p, q. Got no match for: r, s")
  }

  private static let brokenRules: [(ArgumentRule, Map, String)] = [
    (.mutuallyExclusive(["a", "b", "c"]), ["a": "1", "b": "2"], "parameters are mutually exclusive: a|b|c"),
    (.requiredTogether(["a", "b", "c"]), ["a": "1"], "parameters are required together: a, b, c"),
    (.requiredOneOf(["a", "b"]), ["c": "1"], "one of the following is required: a, b"),
    (
      .requiredIf(argument: "a", equals: "1", ["b", "c"], any: false), ["a": "1"],
      "a is 1 but all of the following are missing: b, c"
    ),
    (
      .requiredIf(argument: "a", equals: "1", ["b", "c"], any: true), ["a": "1"],
      "a is 1 but any of the following are missing: b, c"
    ),
    (.requiredBy(argument: "a", ["b", "c"]), ["a": "1"], "missing parameter(s) required by 'a': b, c"),
  ]

  @Test(arguments: brokenRules)
  func tellsBrokenRules(rule: ArgumentRule, raw: Map, message: String) {
    let arguments = ["a", "b", "c"].map { ArgumentSpec($0, .string, "") }
    #expect(problem(raw, arguments, rules: [rule]) == message)
  }

  @Test func looksIntoSuboptions() {
    let inner = [ArgumentSpec("x", .int, required: true, "")]
    #expect(
      problem(["a": ["z": 1]], [ArgumentSpec("a", .map, suboptions: inner, "")])
        == "missing required arguments: x found in a; Unsupported parameters for (ansible.builtin.demo) module: a.z. "
        + "Supported parameters include: x.")
    #expect(
      problem(["a": [["x": "q"]]], [ArgumentSpec("a", .list(of: .map), suboptions: inner, "")])
        == "argument 'x' is of type str found in 'a'. and we were unable to convert to int: \"'q'\" cannot be converted to an int"
    )
  }

  @Test func convertsAsAnsibleDoes() {
    #expect(value(" 4 ", as: .int) == 4)
    #expect(value("1_0", as: .int) == 10)
    #expect(value(3.0, as: .int) == 3)
    #expect(value("TRUE", as: .bool) == true)
    #expect(value("n", as: .bool) == false)
    #expect(value(true, as: .string) == "True")
    #expect(value([1], as: .string) == "[1]")
    #expect(value(" a , b", as: .list(of: .string)) == [" a ", " b"])
    #expect(value(1, as: .list(of: .string)) == ["1"])
    #expect(value("a='b c', d=e", as: .map) == ["a": "b c", "d": "e"])
    #expect(value("2.5M", as: .bytes) == 2_621_440)
    #expect(value("1Kb", as: .bytes) == nil)
  }

  @Test func takesBooleansForTheWordsOfAChoice() throws {
    let choice = ArgumentSpec("a", choices: ["on", "off"], "")
    #expect(try ArgumentValidator.validate(["a": false], against: spec([choice]))["a"] == "off")
  }

  @Test func resolvesAliasesAndFillsDefaults() throws {
    let arguments = [
      ArgumentSpec("path", .path, aliases: ["dest"], ""), ArgumentSpec("force", .bool, default: true, ""),
      ArgumentSpec("mode", .raw, ""),
    ]
    let result = try ArgumentValidator.validate(["dest": "/x", "mode": .omit], against: spec(arguments))
    #expect(result.values == ["path": "/x", "force": true])
    let both = try ArgumentValidator.validate(["path": "/x", "dest": "/y"], against: spec(arguments))
    #expect(both.string("path") == "/y")
    #expect(both.warnings == ["Both option path and its alias dest are set."])
  }

  @Test func leavesTemplatesAloneBeforeTheRun() {
    let file = SourceFile(path: "site.yml", text: "")
    let template = Value.string(Text("{{ x }}", writtenAt: Place(file, line: 1, column: 1)))
    let arguments = [
      ArgumentSpec("a", .int, required: true, ""), ArgumentSpec("b", .bool, ""),
      ArgumentSpec("c", .list(of: .int), ""), ArgumentSpec("d", choices: ["x"], ""),
    ]
    let rules = [ArgumentRule.mutuallyExclusive(["a", "b"])]
    let found = ArgumentValidator.problems(
      in: ["a": template, "b": "maybe", "c": [template, "x"], "d": template], of: spec(arguments, rules: rules))
    #expect(found.map(\.argument) == ["b", "c"])
  }
}
