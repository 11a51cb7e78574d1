import Testing
import Transport
import Values

@testable import Modules

@Suite struct UserTests {
  static let passwd = """
    p:ada:x:1001:1001:Ada:/home/ada:/bin/bash
    s:ada:!$6$salt$hash:19000:0:99999:7:::
    g:root:x:0:
    g:ada:x:1001:
    g:adm:x:4:ada,bob
    g:wheel:x:10:
    h:
    end:

    """
  static let nobody = "g:root:x:0:\ng:wheel:x:10:\nend:\n"

  private func plan(
    _ arguments: Map, answer: String = UserTests.passwd, after predictions: [Prediction] = [], check: Bool = false
  ) throws -> Plan {
    let module = try User(Arguments(validated: arguments), .test(check: check))
    var state = PredictedState()
    state.record(predictions)
    var observed = Observations()
    let query = module.query
    let found = try query.answer(QueryOutput(status: 0, stdout: Array(answer.utf8)))
    observed.record(query.answer(found, after: state), to: query)
    guard case .done(let plan) = try module.plan(observed) else { throw ModuleFailure("asks on") }
    return plan
  }

  private func commands(_ plan: Plan) -> [String] {
    plan.steps.dropLast().compactMap { if case .run(let script, _, _, _) = $0 { script.text } else { nil } }
  }

  @Test func leavesARightAccountAlone() throws {
    let plan = try plan([
      "name": "ada", "uid": 1001, "comment": "Ada", "shell": "/bin/bash", "groups": ["adm"], "password_lock": true,
      "password": "$6$salt$hash",
    ])
    #expect(!plan.isChanged && plan.steps.isEmpty)
    #expect(plan.values["uid"] == 1001)
    #expect(plan.values["group"] == 1001)
    #expect(plan.values["home"] == "/home/ada")
    #expect(plan.values["password"] == "NOT_LOGGING_PASSWORD")
  }

  @Test func addsAnAccountWithItsPasswordOnStandardInput() throws {
    let plan = try plan(
      [
        "name": "eve", "password": "$6$a$b", "group": "root", "groups": ["wheel"], "expires": 1_893_456_000.0,
        "home": "/srv/eve",
      ],
      answer: Self.nobody)
    #expect(
      commands(plan) == [
        "[ -d /srv ] || mkdir -p -- /srv || exit\nuseradd -g root -G wheel -d /srv/eve -e 2030-01-01 -m -- eve",
        "chpasswd -e",
      ])
    guard case .run(_, let input, _, _) = plan.steps[1] else { return }
    #expect(String(decoding: input, as: UTF8.self) == "eve:$6$a$b\n")
    #expect(
      plan.predictions == [
        .user(name: "eve", UserPrediction(exists: true, primaryGroup: "root", groups: ["wheel"], home: "/srv/eve"))
      ])
  }

  @Test(
    arguments: [
      (["comment": "A B"], "usermod -c 'A B' -- ada"), (["groups": ["wheel"]], "usermod -G wheel -- ada"),
      (["groups": ["wheel"], "append": true], "usermod -a -G wheel -- ada"), (["groups": []], "usermod -G '' -- ada"),
      (["password_lock": false], "usermod -U -- ada"), (["expires": 0.0], "usermod -e 1970-01-01 -- ada"),
      (["home": "/x", "move_home": true], "usermod -d /x -m -- ada"), (["group": "wheel"], "usermod -g 10 -- ada"),
      (["password_expire_max": 30, "password_expire_min": 0], "chage -M 30 -- ada"),
    ] as [(Map, String)])
  func changesOnlyWhatDiffers(arguments: Map, command: String) throws {
    let plan = try plan(Map(dictionaryLiteral: ("name", "ada")).merging(arguments))
    #expect(plan.isChanged)
    #expect(commands(plan) == [command])
  }

  @Test func setsAPasswordOnlyOnCreationWhenAsked() throws {
    #expect(try plan(["name": "ada", "password": "$6$x$y", "update_password": "on_create"]).isChanged == false)
    #expect(try commands(plan(["name": "ada", "password": "$6$x$y"])) == ["chpasswd -e"])
  }

  @Test func removesAnAccount() throws {
    let plan = try plan(["name": "ada", "state": "absent", "remove": true, "force": true])
    #expect(plan.steps.count == 1)
    #expect(plan.values["remove"] == true)
    #expect(plan.predictions == [.user(name: "ada", UserPrediction(exists: false))])
    #expect(try self.plan(["name": "eve", "state": "absent"], answer: Self.nobody).isChanged == false)
  }

  @Test func knowsGroupsAndUsersThatEarlierTasksWouldMake() throws {
    #expect(throws: ModuleFailure("Group web does not exist")) {
      try plan(["name": "eve", "groups": ["web"]], answer: Self.nobody)
    }
    let group = Prediction.group(name: "web", GroupPrediction(exists: true))
    #expect(try plan(["name": "eve", "groups": ["web"]], answer: Self.nobody, after: [group]).isChanged)
    let user = Prediction.user(name: "eve", UserPrediction(exists: true, groups: ["web"], shell: "/bin/sh"))
    let again = try plan(
      ["name": "eve", "groups": ["web"], "shell": "/bin/sh"], answer: Self.nobody, after: [group, user])
    #expect(!again.isChanged)
  }

  @Test func warnsOfAPasswordInTheClear() throws {
    #expect(try plan(["name": "ada", "password": "secret"]).warnings.count == 1)
    #expect(PasswordHash.isPlausible("$y$j9T$abc$" + String(repeating: "x", count: 43)))
    #expect(!PasswordHash.isPlausible("$6$salt$short"))
  }

  @Test(arguments: LocalShell.all.indices)
  func readsTheAccountsOfThisMachine(shell: Int) throws {
    let query = UserQuery(name: "root", isLocal: false, home: nil, sshKey: ".ssh/id_rsa")
    let found = try LocalShell.all[shell].ask(query)
    #expect(found.account?.uid == 0)
    #expect(found.account?.home == "/root")
    #expect(found.shadow != nil)
    #expect(found.homeExists)
    #expect(found.primaryGroup?.name == "root")
    #expect(try LocalShell.all[shell].ask(UserQuery(name: "no.such*user", isLocal: false)).account == nil)
    #expect(try LocalShell.all[shell].ask(GroupQuery(name: "adm", gid: 0, isLocal: false)).group?.gid == 4)
    #expect(try LocalShell.all[shell].ask(GroupQuery(name: "adm", gid: 0, isLocal: false)).ownerOfNumber == "root")
  }

  @Test func readsDatabasesIntoFacts() throws {
    let module = try Getent(Arguments(validated: ["database": "passwd", "key": "root"]), .test())
    let plan = try LocalShell().plan(module)
    #expect(plan.facts["getent_passwd"]?["root"]?.list?[1] == "0")
    let missing: Map = ["database": "group", "key": "nosuchgroup", "fail_key": false]
    #expect(
      try LocalShell().plan(Getent(Arguments(validated: missing), .test())).facts["getent_group"] == [
        "nosuchgroup": nil
      ])
  }
}
