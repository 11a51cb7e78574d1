import Testing
import Values

@testable import Modules

@Suite struct PipTests {
  @Test(arguments: [
    (["django>1.11.1", "<1.11.3", "six"], ["django>1.11.1,<1.11.3", "six"]),
    (["bottle>0.10,<0.20,!=0.11"], ["bottle>0.10,<0.20,!=0.11"]), (["a[x,y]>1,b"], ["a[x,y]>1", "b"]),
    (["six"], ["six"]),
  ])
  func commasStandBetweenPackagesAndBetweenBounds(_ written: [String], _ packages: [String]) {
    #expect(PipRequirement.packages(in: written) == packages)
  }

  @Test(arguments: [
    ("Foo_Bar.baz", "Foo_Bar.baz", "foo-bar-baz"), ("a >=1, <2", "a<2,>=1", "a"),
    ("a[y, x] == 1.*", "a[x,y]==1.*", "a"),
    ("git+https://x/y", "git+https://x/y", nil), ("./dir", "./dir", nil),
    ("a ; python_version < '3'", "a ; python_version < '3'", nil),
    ("a @ https://x/a.whl", "a @ https://x/a.whl", nil), ("a==", "a==", nil), ("a>=1.*", "a>=1.*", nil),
    ("a=1", "a=1", nil),
  ])
  func readsRequirements(_ written: String, _ text: String, _ name: String?) {
    let requirement = PipRequirement(written)
    #expect(requirement.text == text)
    #expect(requirement.name == name)
  }

  /// As `packaging` answers, pre-releases allowed.
  @Test(arguments: [
    ("==1.0", "1.0.0", true), ("==1.0", "1.0+local", true), ("==1.0+x", "1.0", false), ("==1.*", "1.9.1", true),
    ("==1.0.*", "1.1", false),
    ("!=1.*", "2.0", true), ("~=1.4.2", "1.4.9", true), ("~=1.4.2", "1.5", false), ("~=1.4", "1.9", true),
    ("<2", "2.0rc1", false),
    ("<2", "1.9rc1", true), ("<2rc2", "2rc1", true), (">1", "1.post1", false), (">1", "1.0.1", true),
    (">1", "1+local", false), (">=1", "1rc1", false),
    ("<=1.0", "1.0+local", true), ("===1.0", "1.0", true), ("===1.0", "1.0.0", false), (">1,<2,!=1.5", "1.5", false),
    ("==1!1.0", "1.0", false),
  ])
  func boundsAreThoseOfPEP440(_ bounds: String, _ version: String, _ isWithin: Bool) {
    #expect(PipRequirement("a" + bounds).isSatisfied(by: version) == isWithin)
  }

  private func pip(_ arguments: Map, check: Bool = false) throws -> Pip {
    try Pip(ArgumentValidator.validate(arguments, against: Pip.spec), .test(check: check))
  }

  @Test func theArgumentVersionIsANumberOrABound() throws {
    #expect(try pip(["name": "a", "version": "1.2"]).packages.map(\.text) == ["a==1.2"])
    #expect(try pip(["name": "a", "version": " >=1.2"]).packages.map(\.text) == ["a>=1.2"])
  }

  @Test func whatMustBeBuiltIsNotForetold() throws {
    let pip = try pip(["name": "git+https://example.com/a"], check: true)
    var observed = Observations()
    observed.record(PipQuery.Answer(pip: ["pip3"], packages: "a==1\n"), to: pip.query)
    guard case .done(let plan) = try pip.plan(observed) else {
      Issue.record("it asks")
      return
    }
    #expect(plan.unknown == "what pip would build can't be known before it runs")
    #expect(plan.isChanged)
  }

  @Test func aListIsReadByCanonicalNames() throws {
    let query = PipQuery(place: .python(nil), directory: nil)
    let answer = try query.answer(
      QueryOutput(
        status: 0, stdout: Array("pip /usr/bin/python3\npip -m\npip pip\n\nFoo_Bar==1.0\n# Editable\nb==2\n".utf8)))
    #expect(answer.pip == ["/usr/bin/python3", "-m", "pip"])
    #expect(answer.versions == ["foo-bar": "1.0", "b": "2"])
  }
}
