import Testing
import Transport
import Values

@testable import Modules

@Suite struct SystemdTests {
  static func shown(load: String = "loaded", active: String, file: String) -> String {
    "yes\nshow\nId=web.service\nLoadState=\(load)\nActiveState=\(active)\nUnitFileState=\(file)\nend\n"
  }

  private func plan(
    _ arguments: Map, answer: String, after predictions: [Prediction] = []
  ) throws -> Plan {
    let module = try Systemd(Arguments(validated: arguments), .test())
    var state = PredictedState()
    state.record(predictions)
    var observed = Observations()
    let query = UnitQuery(name: "web", scope: .system)
    let found = try query.answer(QueryOutput(status: 0, stdout: Array(answer.utf8)))
    observed.record(query.answer(found, after: state), to: query)
    guard case .done(let plan) = try module.plan(observed) else { throw ModuleFailure("asks on") }
    return plan
  }

  private func commands(_ plan: Plan) -> [String] {
    plan.steps.compactMap { if case .run(let script, _, _, _) = $0 { script.text } else { nil } }
  }

  @Test func leavesARunningServiceAlone() throws {
    let plan = try plan(
      ["name": "web", "state": "started", "enabled": true], answer: Self.shown(active: "active", file: "enabled"))
    #expect(!plan.isChanged && plan.steps.isEmpty)
    #expect(plan.values["enabled"] == true)
    #expect(plan.values["state"] == "started")
    #expect(plan.values["status"]?["Id"] == "web.service")
  }

  @Test(arguments: [
    ("started", "inactive", ["systemctl start -- web"]), ("started", "activating", []),
    ("stopped", "active", ["systemctl stop -- web"]), ("stopped", "deactivating", ["systemctl stop -- web"]),
    ("stopped", "failed", []), ("restarted", "active", ["systemctl restart -- web"]),
    ("restarted", "inactive", ["systemctl start -- web"]), ("reloaded", "active", ["systemctl reload -- web"]),
  ])
  func bringsAServiceToAState(state: String, active: String, expected: [String]) throws {
    let plan = try plan(
      ["name": "web", "state": .string(state)], answer: Self.shown(active: active, file: "enabled"))
    #expect(commands(plan) == expected)
  }

  @Test(arguments: [
    ("disabled", true, ["systemctl enable -- web"]), ("static", true, []),
    ("indirect", true, ["systemctl enable -- web"]),
    ("enabled", false, ["systemctl disable -- web"]), ("disabled", false, []),
  ])
  func enablesAndDisables(file: String, wanted: Bool, expected: [String]) throws {
    let plan = try plan(
      ["name": "web", "enabled": .bool(wanted)], answer: Self.shown(active: "active", file: file))
    #expect(commands(plan) == expected)
  }

  @Test func saysThatAServiceIsMissing() throws {
    let missing = Self.shown(load: "not-found", active: "inactive", file: "")
    let failure = ModuleFailure("Could not find the requested service web: host")
    #expect(throws: failure) { try plan(["name": "web", "state": "started"], answer: missing) }
  }

  @Test func knowsAUnitFileThatAnEarlierTaskWouldWrite() throws {
    let missing = Self.shown(load: "not-found", active: "inactive", file: "")
    let file = Prediction.file(FilePrediction(path: "/etc/systemd/system/web.service", .file(content: nil)))
    let plan = try plan(["name": "web", "state": "started", "enabled": true], answer: missing, after: [file])
    #expect(commands(plan) == ["systemctl enable -- web", "systemctl start -- web"])
    #expect(plan.predictions == [.unit(name: "web.service", UnitPrediction(active: true, enabled: true))])
    let again = try self.plan(
      ["name": "web", "state": "started", "enabled": true], answer: missing, after: [file] + plan.predictions)
    #expect(!again.isChanged)
  }

  @Test func readsValuesOfSeveralLines() {
    let text = "ExecStart={ path=/bin/x ; argv[]=/bin/x\n a=b }\nDescription={ not closed\nAfter=a b"
    let map = SystemctlShow.parse(text.split(separator: "\n"))
    #expect(
      map == ["ExecStart": "{ path=/bin/x ; argv[]=/bin/x\n a=b }", "Description": "{ not closed", "After": "a b"])
  }

  @Test func refusesPatterns() throws {
    #expect(throws: ModuleFailure.self) {
      try Systemd(Arguments(validated: ["name": "web*", "state": "started"]), .test())
    }
  }

  @Test func asksARealHost() throws {
    let found = try LocalShell().ask(UnitQuery(name: "ssh", scope: .system))
    // This machine may or may not have systemd; either way the answer is whole.
    #expect(found.hasSystemctl || found.status.isEmpty)
  }
}
