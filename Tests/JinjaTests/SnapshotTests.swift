import Foundation
import Testing
import Values

@testable import Jinja

/// Templates against what ansible-core makes of them; Tests/Fixtures/Jinja/snapshots.py wrote the expectations.
@Suite struct SnapshotTests {
  let engine = JinjaEngine(loader: FolderLoader())

  @Test(arguments: ["expressions", "methods", "filters", "every-filter", "tests", "every-test", "statements"])
  func rendersAsAnsibleDoes(_ name: String) throws {
    let inputs = try Fixtures.cases("Inputs/\(name).txt")
    let expected = try Fixtures.cases("Snapshots/\(name).txt")
    try #require(inputs.count == expected.count)
    for (input, expected) in zip(inputs, expected) {
      #expect(result(of: input, shows: \.message) == expected, "\(input)")
    }
  }

  /// Errors with their places and help: the messages are ours where ansible's say less, so they are recorded, not derived.
  @Test func errorsSayWhatAndWhere() throws {
    let inputs = try Fixtures.cases("Inputs/errors.txt")
    let results = inputs.map { result(of: $0, shows: \.summary) }
    if Fixtures.isRecording { return try Fixtures.record(results, "Snapshots/errors.txt") }
    let expected = try Fixtures.cases("Snapshots/errors.txt")
    try #require(inputs.count == expected.count)
    for ((input, result), expected) in zip(zip(inputs, results), expected) {
      #expect(result.hasPrefix("! "), "\(input)")
      #expect(result == expected, "\(input)")
    }
  }

  /// Python's `repr` of the result, or the error after an exclamation mark.
  private func result(of template: String, shows: (Diagnostic) -> String) -> String {
    do {
      let scope = Scope(engine: engine, variables: try Fixtures.variables())
      let file = SourceFile(path: "t.j2", text: template)
      let value = try engine.evaluate(Text(template, writtenAt: Place(file, line: 1, column: 1)), in: scope)
      return try Object(value, in: scope).repr()
    } catch let diagnostic as Diagnostic {
      return "! \(shows(diagnostic))"
    } catch { return "! \(error)" }
  }
}

extension Diagnostic {
  /// The message, place, help and causes in one line each.
  var summary: String {
    var lines = ["\(message) [\(kind)] at \(place.map(\.description) ?? "nowhere")"]
    if let help { lines.append("  help: \(help)") }
    for cause in causes { lines.append("  \(cause.message) at \(cause.place.map(\.description) ?? "nowhere")") }
    return lines.joined(separator: "\n")
  }
}
