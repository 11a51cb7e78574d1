import Jinja
import Testing
import Values

@testable import Playbook

/// Filters, tests and lookups against ansible-core.
@Suite struct TemplatingConformanceTests {
  @Test("Every template comes to what ansible-core makes of it", arguments: TemplatingFixtures.names)
  func outcomes(_ name: String) async throws {
    let world = try await TemplatingWorld()
    let differences = try TemplatingFixtures.differences()
    let cases = try TemplatingFixtures.cases(name)
    #expect(cases.map(\.line) == (try TemplatingFixtures.inputs(name)), "make-snapshots.py was not run")
    let outcomes = cases.map { world.outcome($0.template) }
    if TemplatingFixtures.isRecording { try TemplatingFixtures.record(name, cases, outcomes) }
    let messages = try TemplatingFixtures.messages(name)
    for (each, outcome) in zip(cases, outcomes) {
      let expected = differences[each.line]?.expected ?? each.expected
      if expected.hasPrefix("!") {
        #expect(outcome.hasPrefix("! "), "\(each.line)\n  \(outcome)\n  ansible: \(each.expected)")
        #expect(outcome == messages[each.line] ?? "no message is recorded", "\(each.line)")
      } else {
        #expect(outcome == expected, "\(each.line)")
      }
    }
  }
}
