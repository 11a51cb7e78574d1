import Testing
import Values

@testable import Inventory

/// The cases of `Tests/Fixtures/Inventory`, whose expectations ansible itself wrote (`make-expectations.py`).
@Suite struct AnsibleConformanceTests {
  static let fixtures = FileSystem.directory(of: FileSystem.directory(of: #filePath)) + "/Fixtures/Inventory"

  struct Case: Sendable, CustomTestStringConvertible {
    let folder: String
    let query: String
    let expected: String
    var testDescription: String { "\(folder): \(query)" }
  }

  /// Every query of every folder with what ansible answers.
  static let cases: [Case] = {
    var cases: [Case] = []
    for folder in FileSystem.names(in: fixtures) ?? [] {
      guard let bytes = try? FileSystem.read("\(fixtures)/\(folder)/expected.txt") else { continue }
      var query: String?
      var expected = ""
      for line in String(lossless: bytes).split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        if line.hasPrefix("$ ") {
          if let query { cases.append(Case(folder: folder, query: query, expected: expected)) }
          query = String(line.dropFirst(2))
          expected = ""
        } else {
          expected += line + "\n"
        }
      }
      if let query { cases.append(Case(folder: folder, query: query, expected: expected)) }
    }
    return cases
  }()

  @Test func thereAreEnoughCases() {
    #expect(Self.cases.count >= 150)
  }

  @Test(arguments: cases)
  func answersAsAnsible(_ testCase: Case) async throws {
    let directory = "\(Self.fixtures)/\(testCase.folder)"
    let words = try ShellWords.split(Array(testCase.query.utf8)).map(\.text)
    let answer = await InventoryQuery(words, in: directory).answer(in: directory)
    #expect(answer == testCase.expected, "\(Difference(testCase.expected, answer))")
  }
}

/// The first line in which two texts differ, for a message that can be read.
struct Difference: CustomStringConvertible {
  let description: String

  init(_ expected: String, _ actual: String) {
    let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let right = actual.split(separator: "\n", omittingEmptySubsequences: false)
    let line =
      zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(left.count, right.count)
    func excerpt(_ lines: [Substring]) -> String { lines.dropFirst(max(0, line - 2)).prefix(6).joined(separator: "\n") }
    description = "line \(line + 1)\nexpected:\n\(excerpt(left))\nanswered:\n\(excerpt(right))"
  }
}
