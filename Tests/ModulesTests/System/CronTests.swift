import Testing
import Transport
import Values

@testable import Modules

@Suite struct CronTests {
  private func plan(
    _ arguments: Map, text: String?, after predictions: [Prediction] = [], answer: String? = nil
  ) throws -> Plan {
    let module = try Cron(Arguments(validated: arguments), .test(diff: true))
    guard let query = module.queries().first as? CrontabQuery else { throw ModuleFailure("no query") }
    let raw = answer ?? (text.map { "yes\n\($0)\u{1}0 " } ?? "yes\n\u{1}none no crontab for root")
    var state = PredictedState()
    state.record(predictions)
    var observed = Observations()
    observed.record(
      query.answer(try query.answer(QueryOutput(status: 0, stdout: Array(raw.utf8))), after: state), to: query)
    guard case .done(let plan) = try module.plan(observed) else { throw ModuleFailure("asks on") }
    return plan
  }

  private func written(_ plan: Plan) -> String? {
    for step in plan.steps.reversed() {
      switch step {
      case .run(_, let input, _, _): return String(decoding: input, as: UTF8.self)
      case .write(let write):
        if case .bytes(let bytes) = write.content { return String(decoding: bytes, as: UTF8.self) }
      }
    }
    return nil
  }

  @Test func addsAJobUnderItsName() throws {
    let plan = try plan(["name": "dirs", "hour": "5,2", "job": "ls > /dev/null\n"], text: "MAILTO=x\n")
    #expect(written(plan) == "MAILTO=x\n#Ansible: dirs\n* 5,2 * * * ls > /dev/null\n")
    #expect(plan.values == ["jobs": ["dirs"], "envs": ["MAILTO"]])
    #expect(plan.diffs.first?.beforeHeader == "crontab")
  }

  @Test(
    arguments: [
      (["special_time": "daily"], "@daily ls"), (["disabled": true], "#* * * * * ls"),
      (["minute": "1", "day": "2", "month": "3", "weekday": "4"], "1 * 2 3 4 ls"),
    ] as [(Map, String)])
  func writesTheTime(arguments: Map, line: String) throws {
    let plan = try plan(Map(dictionaryLiteral: ("name", "j"), ("job", "ls")).merging(arguments), text: nil)
    #expect(written(plan) == "#Ansible: j\n\(line)\n")
  }

  @Test func leavesARightJobAlone() throws {
    let plan = try plan(["name": "j", "job": "ls"], text: "#Ansible: j\n* * * * * ls\n")
    #expect(!plan.isChanged && plan.steps.isEmpty && plan.diffs.isEmpty)
  }

  @Test func changesAndAdoptsAndRemovesJobs() throws {
    let old = "#Ansible: a\n* * * * * x\n#Ansible: b\n* * * * * y\n"
    #expect(
      try written(plan(["name": "a", "job": "z"], text: old)) == "#Ansible: a\n* * * * * z\n#Ansible: b\n* * * * * y\n")
    #expect(try written(plan(["name": "a", "state": "absent"], text: old)) == "#Ansible: b\n* * * * * y\n")
    #expect(try plan(["name": "c", "state": "absent"], text: old).isChanged == false)
    #expect(try written(plan(["name": "c", "job": "x"], text: "* * * * * x\n")) == "#Ansible: c\n* * * * * x\n")
  }

  @Test func mendsAMissingLineBreak() throws {
    #expect(
      try written(plan(["name": "j", "job": "ls"], text: "#Ansible: j\n* * * * * ls")) == "#Ansible: j\n* * * * * ls\n")
  }

  @Test func keepsVariables() throws {
    let text = "A=\"1\"\nB=\"2\"\n"
    #expect(try written(plan(["name": "C", "env": true, "job": "3"], text: text)) == "C=\"3\"\n" + text)
    #expect(
      try written(plan(["name": "C", "env": true, "job": "3", "insertafter": "A"], text: text))
        == "A=\"1\"\nC=\"3\"\nB=\"2\"\n")
    #expect(try written(plan(["name": "B", "env": true, "job": "9"], text: text)) == "A=\"1\"\nB=\"9\"\n")
    #expect(try written(plan(["name": "A", "env": true, "state": "absent"], text: text)) == "B=\"2\"\n")
    #expect(throws: ModuleFailure("Variable named 'Z' not found.")) {
      try plan(["name": "C", "env": true, "job": "3", "insertbefore": "Z"], text: text)
    }
  }

  @Test func writesAFileOfJobs() throws {
    let arguments: Map = ["name": "j", "job": "ls", "user": "root", "cron_file": "mine"]
    let plan = try plan(arguments, text: nil, answer: "yes\n\u{1}none")
    #expect(written(plan) == "#Ansible: j\n* * * * * root ls\n")
    guard case .write(let write) = plan.steps.last else {
      Issue.record("no file is written")
      return
    }
    #expect(write.path == "/etc/cron.d/mine")
    #expect(write.mode == 0o644)
    let gone = try self.plan(
      ["name": "j", "state": "absent", "cron_file": "mine"], text: nil, after: plan.predictions,
      answer: "yes\n\u{1}none")
    #expect(gone.isChanged)
    #expect(gone.predictions == [.file(FilePrediction(path: "/etc/cron.d/mine", .absent))])
  }

  @Test func takesACrontabThatAPackageWillBring() throws {
    let cron = Prediction.package(name: "cron", PackagePrediction(installed: true))
    #expect(throws: ModuleFailure.self) { try plan(["name": "j", "job": "ls"], text: nil, answer: "no\n") }
    let first = try plan(["name": "j", "job": "ls"], text: nil, after: [cron], answer: "no\n")
    #expect(first.isChanged)
    #expect(
      try plan(["name": "j", "job": "ls"], text: nil, after: [cron] + first.predictions, answer: "no\n").isChanged
        == false)
  }

  @Test(
    arguments: [
      (["cron_file": "x", "job": "ls"], "To use cron_file=... parameter you must specify user=... as well"),
      ([:], "You must specify 'job' to install a new cron job or variable"),
      (
        ["job": "x", "special_time": "daily", "hour": "1"],
        "You cannot combine special_time with any of the time or day/date parameters."
      ),
      (["job": "x", "insertafter": "A"], "Insertafter and insertbefore parameters are valid only with env=yes"),
      (
        ["job": "x", "user": "root", "cron_file": "/etc/crontab"],
        "Will not manage /etc/crontab via cron_file, see documentation."
      ),
    ] as [(Map, String)])
  func refusesWrongArguments(arguments: Map, message: String) throws {
    #expect(throws: ModuleFailure(message)) {
      try Cron(Arguments(validated: Map(dictionaryLiteral: ("name", "j")).merging(arguments)), .test())
    }
  }

  @Test func skipsTheHeaderOfOldCrons() {
    let text =
      "# DO NOT EDIT THIS FILE - edit the master and reinstall.\n# (/tmp/x installed on Mon)\n# (Cron version V5.0)\n1 * * * * a\n"
    let crontab = Crontab(text, hasHeader: true)
    #expect(crontab.lines == ["1 * * * * a"])
    #expect(crontab.original == "1 * * * * a\n")
  }
}
