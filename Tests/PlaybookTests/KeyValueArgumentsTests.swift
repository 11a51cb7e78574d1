import Foundation
import TestSupport
import Testing
import Values

@testable import Playbook

/// What ansible-core's parser makes of `k=v` texts, hand-written ones and random ones of all that means something in them.
@Suite struct KeyValueArgumentsTests {
  struct Row: Decodable, Sendable, CustomTestStringConvertible {
    var text: String
    var isCommand: Bool
    /// `nil` where something stays open.
    var arguments: [String: String]?

    var testDescription: String { text.debugDescription }
  }

  static let rows: [Row] = {
    let path = Repository.path("Tests/Fixtures/Playbook/short-arguments.jsonl")
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.compactMap { try? JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
  }()

  @Test func theTableIsThere() { #expect(Self.rows.count == 248) }

  @Test(arguments: rows) func readsWhatAnsibleReads(_ row: Row) {
    let parsed = try? KeyValueArguments(
      Text(row.text), accepting: row.isCommand ? ["chdir", "creates", "removes", "stdin"] : nil)
    var arguments = parsed.map { parsed in
      Dictionary(uniqueKeysWithValues: parsed.pairs.map { ($0.key.string ?? "", $0.value.text?.string ?? "") })
    }
    arguments?["_raw_params"] = parsed?.rest
    #expect(arguments == row.arguments)
  }

  /// ansible-core makes an argument without a name of it.
  @Test func blanksAreNoName() throws {
    let parsed = try KeyValueArguments(Text("\t\t= a=b"))
    #expect(parsed.pairs == ["a": "b"])
    #expect(parsed.rest == "\t\t=")
  }
}
