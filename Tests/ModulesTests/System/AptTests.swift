import Testing
import Transport
import Values

@testable import Modules

@Suite struct AptTests {
  private static let installed =
    "apt\np nginx amd64 1.22.1-9 install installed\np old amd64 1.0 deinstall config-files\na nginx\nt 1000 2000\nend\n"

  private func plan(
    _ arguments: Map, answer: String = AptTests.installed, simulation: String = "\u{1}0 ", check: Bool = false,
    after predictions: [Prediction] = []
  ) throws -> Plan {
    let module = try Apt(Arguments(validated: arguments), .test(check: check, diff: check))
    var state = PredictedState()
    state.record(predictions)
    var observed = Observations()
    func record(_ query: any Query) throws {
      switch query {
      case let query as PackageQuery:
        observed.record(query.answer(try query.answer(output(answer)), after: state), to: query)
      case let query as AptSimulationQuery:
        observed.record(query.answer(try query.answer(output(simulation)), after: state), to: query)
      case let query as AptArchiveQuery: observed.record(true, to: query)
      default: throw ModuleFailure("unexpected question")
      }
    }
    for query in module.queries() { try record(query) }
    for _ in 0..<3 {
      switch try module.plan(observed) {
      case .done(let plan): return plan
      case .ask(let more): for query in more { try record(query) }
      }
    }
    throw ModuleFailure("asks on")
  }

  private func output(_ text: String) -> QueryOutput { QueryOutput(status: 0, stdout: Array(text.utf8)) }

  private func commands(_ plan: Plan) -> [String] {
    plan.steps.compactMap { step in
      guard case .run(let script, _, _, _) = step else { return nil }
      return script.text.split(separator: "\n").last.map(String.init)
    }
  }

  private let options = ShellScript(words: [
    "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=60",
  ]).text
  private var defaults: Map { ["dpkg_options": "force-confdef,force-confold", "lock_timeout": 60] }

  @Test func leavesAnInstalledPackageButMarksItAsWanted() throws {
    let plan = try plan(["package": ["nginx"], "state": "present"])
    #expect(!plan.isChanged)
    #expect(commands(plan) == ["apt-mark manual nginx >/dev/null"])
    #expect(plan.values["cache_update_time"] == 1000)
  }

  @Test func letsAptDecideInARealRun() throws {
    let plan = try plan(defaults.merging(["package": ["nginx", "tree"]]))
    #expect(plan.isChanged)
    #expect(commands(plan).first == "apt-get -y \(options) install -- tree </dev/null")
    let nothing = ShellResult(
      status: 0, stdout: Array("0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n".utf8))
    #expect(try plan.conclude?(plan.values, [nothing]).isChanged == false)
  }

  @Test func foretellsWithASimulation() throws {
    let simulation =
      "Reading state information...\nThe following NEW packages will be installed:\n  tree\n1 upgraded, 1 newly installed\nInst libt (2.0 Debian:12 [amd64])\nInst tree (2.1.0-1 Debian:12 [amd64])\nConf tree (2.1.0-1)\n\u{1}0 "
    let plan = try plan(defaults.merging(["package": ["tree"]]), simulation: simulation, check: true)
    #expect(plan.isChanged)
    #expect(
      plan.predictions == [
        .package(name: "libt", PackagePrediction(installed: true, version: "2.0")),
        .package(name: "tree", PackagePrediction(installed: true, version: "2.1.0-1")),
      ])
    #expect(
      plan.diffs == [
        Diff(.prepared("The following NEW packages will be installed:\n  tree\n1 upgraded, 1 newly installed"))
      ])
    let again = try self.plan(["package": ["tree"]], check: true, after: plan.predictions)
    #expect(!again.isChanged)
    #expect(try self.plan(["package": ["tree"], "state": "absent"], check: true, after: plan.predictions).isChanged)
  }

  @Test func saysThatAPackageIsUnknown() throws {
    let simulation = "\u{1}100 E: Unable to locate package nosuch"
    #expect(throws: ModuleFailure.self) { try plan(["package": ["nosuch"]], simulation: simulation, check: true) }
    do { _ = try plan(["package": ["nosuch"]], simulation: simulation, check: true) } catch let failure as ModuleFailure
    {
      #expect(failure.message == "No package matching 'nosuch' is available")
    }
    let updating = try plan(["package": ["nosuch"], "update_cache": true], simulation: simulation, check: true)
    #expect(updating.isChanged)
    #expect(updating.unknown == "the package lists have to be updated first")
  }

  @Test(arguments: [(0, true), (500, true), (1000, false), (5000, false)])
  func updatesListsThatAreTooOld(validity: Int, updates: Bool) throws {
    let plan = try plan(["update_cache": true, "cache_valid_time": .int(validity)])
    #expect(plan.isChanged == updates)
    #expect(plan.values["cache_updated"] == .bool(updates))
  }

  @Test func saysThatNoVersionIsGoodEnough() throws {
    #expect(throws: ModuleFailure("no available installation candidate for nginx>=99")) {
      try plan(["package": ["nginx>=99"]])
    }
  }

  @Test func removesWhatIsThere() throws {
    #expect(
      try commands(plan(defaults.merging(["package": ["nginx", "none"], "state": "absent", "purge": true])))
        == ["apt-get -q -y \(options) --purge remove -- nginx </dev/null"])
    #expect(try plan(["package": ["old"], "state": "absent"]).isChanged == false)
    #expect(try plan(["package": ["old"], "state": "absent", "purge": true]).isChanged)
  }

  @Test(
    arguments: [
      (["only_upgrade": true], "--only-upgrade"), (["install_recommends": false], "APT::Install-Recommends=no"),
      (["default_release": "sid"], "-t sid"), (["fail_on_autoremove": true], "--no-remove"),
      (["allow_unauthenticated": true], "--allow-unauthenticated"), (["allow_downgrade": true], "--allow-downgrades"),
      (["allow_change_held_packages": true], "--allow-change-held-packages"),
      (["force": true], "--allow-remove-essential"),
      (["autoremove": true], "--auto-remove"), (["lock_timeout": 5], "DPkg::Lock::Timeout=5"),
    ] as [(Map, String)])
  func handsArgumentsToApt(arguments: Map, word: String) throws {
    let plan = try plan(Map(dictionaryLiteral: ("package", ["nginx"]), ("state", "latest")).merging(arguments))
    #expect(commands(plan).first?.contains(word) == true)
  }

  @Test(arguments: [
    ("nginx=1.22.1-9", true), ("nginx=1.22.*", true), ("nginx>=1.20", true), ("nginx>=2", false), ("nginx=1.0", false),
    ("nginx<2", true), ("nginx:amd64", true), ("nginx:i386", false),
  ])
  func readsVersionsOfPackages(item: String, isSatisfied: Bool) throws {
    let spec = try PackageSpec(item)
    let query = PackageQuery(names: [spec.name], asksForTime: false)
    let found = try query.answer(output(Self.installed)).installed(spec.name)
    #expect(found.contains { spec.isSatisfied(by: $0.version) } == isSatisfied)
  }

  @Test func refusesWhatIsNoPackage() {
    for item in ["a=b=c", "-o Dir=/", "a b", "../x"] { #expect(throws: ModuleFailure.self) { try PackageSpec(item) } }
  }

  @Test(arguments: [
    ("1.0", "1.0-1", -1), ("1.0~rc1", "1.0", -1), ("2:1", "10", 1), ("1.10", "1.9", 1), ("1.0a", "1.0+", -1),
    ("1.0", "1.0-0", 0), ("0:1", "1", 0), ("1.2-3", "1.2-10", -1), ("", "1", -1), ("1.0~~", "1.0~", -1),
  ])
  func ordersVersionsAsDpkg(left: String, right: String, order: Int) {
    let (a, b) = (DebianVersion(left), DebianVersion(right))
    #expect((a < b) == (order < 0))
    #expect((a == b) == (order == 0))
    #expect((b < a) == (order > 0))
  }

  @Test(arguments: [
    ("*", "", true), ("a*c", "abbc", true), ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true),
    ("[!a-c]x", "bx", false), ("[]]", "]", true), ("[", "[", true), ("a*b*c", "aXbYbZc", true), ("*.x", "a.y", false),
  ])
  func matchesPatternsAsFnmatch(pattern: String, text: String, isMatch: Bool) {
    #expect(FilenamePattern.matches(pattern, text) == isMatch)
  }
}
