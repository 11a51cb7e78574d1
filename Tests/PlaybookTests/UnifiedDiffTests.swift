import Testing
import Values

@testable import Playbook

@Suite struct UnifiedDiffTests {
  @Test func hunksAreThoseOfPythonsDifflib() throws {
    let cases = try JSONReader.read(SiteRun.fixture("diffs.json")).list ?? []
    #expect(cases.count > 50)
    for example in cases {
      let before = try #require(example["before"]?.string)
      let after = try #require(example["after"]?.string)
      let context = try #require(example["context"]?.int)
      let diff = UnifiedDiff(
        before: before, after: after, beforeHeader: "before", afterHeader: "after", context: context)
      #expect(diff.lines.joined() == example["diff"]?.string, "\(before.debugDescription) \(after.debugDescription)")
    }
  }
}
