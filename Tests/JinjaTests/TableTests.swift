import Foundation
import Testing
import Values

@testable import Jinja

/// The tables of filters, tests and functions, against what is written about them and which cases there are.
@Suite struct TableTests {
  @Test(arguments: ["filter", "test"])
  func eachHasTwoCasesAndABadInput(_ kind: String) throws {
    let names = ["expressions", "methods", "filters", "every-filter", "tests", "every-test", "statements", "errors"]
    let cases = try names.flatMap {
      zip(try Fixtures.cases("Inputs/\($0).txt"), try Fixtures.cases("Snapshots/\($0).txt"))
    }
    for function in kind == "filter" ? Builtins.filters : Builtins.tests {
      let use = try Regex((kind == "filter" ? #"\|\s*"# : #"\bis( not)? "#) + function.name + #"\b"#)
      let found = cases.filter { $0.0.contains(use) }
      #expect(found.count >= 2, "\(kind) \(function.name)")
      #expect(found.contains { $0.1.hasPrefix("! ") }, "\(kind) \(function.name) has no case of bad input")
    }
  }

  @Test func theDocumentsNameTheSameSet() throws {
    let path = Fixtures.folder.appendingPathComponent("../../../docs/templates.md").standardized
    var document = try String(contentsOf: path, encoding: .utf8)
    let start = try #require(document.range(of: "<!-- tables -->\n"))
    let end = try #require(document.range(of: "<!-- end of tables -->"))
    let expected = TableTests.tables
    if Fixtures.isRecording {
      document.replaceSubrange(start.upperBound..<end.lowerBound, with: expected)
      return try document.write(to: path, atomically: true, encoding: .utf8)
    }
    #expect(document[start.upperBound..<end.lowerBound] == expected)
  }

  @Test(arguments: [("filters", Builtins.filters), ("tests", Builtins.tests), ("functions", Builtins.globals)])
  func theCompatibilityTableNamesTheSameSet(_ kind: String, _ functions: [TemplateFunction]) throws {
    let path = Fixtures.folder.appendingPathComponent("../../../COMPATIBILITY.md").standardized
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
    let row = try #require(lines.first { $0.hasPrefix("| Jinja2's \(kind): ") })
    let named = row.matches(of: /`([^`]+)`/).map { String($0.1) }
    #expect(named == functions.map(\.name).sorted())
  }

  private static var tables: String {
    [("Filters", Builtins.filters), ("Tests", Builtins.tests), ("Functions", Builtins.globals)].map {
      title, functions in
      let rows = functions.sorted { $0.name < $1.name }.map { function in
        let names = ([function.name] + function.aliases).map { "`\($0)`" }.joined(separator: ", ")
        return "| \(names) | `\(function.signatureText)` | \(function.summary) |\n"
      }
      return "### \(title)\n\n| name | parameters | |\n|---|---|---|\n\(rows.joined())\n"
    }.joined()
  }
}
