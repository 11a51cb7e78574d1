import Testing
import Values

@testable import Playbook

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The files under `Tests/Fixtures/Playbook/Templating`: `Inputs` with one template a line under headings that name what is
/// tried, `Snapshots` with what ansible-core makes of them, `Messages` with our own errors, and `differences.txt` with the
/// outcomes that are ours on purpose.
enum TemplatingFixtures {
  struct Case {
    /// The filter, test or lookup that it is about.
    let subject: String
    let line: String
    /// JSON, or `!` and a message.
    let expected: String

    var template: String { line.replacing("␤", with: "\n").replacing("␉", with: "\t") }
    var isFailing: Bool { expected.hasPrefix("! ") }
  }

  static let names = LocalFile.names(in: "\(TemplatingWorld.folder)/Inputs").map { String($0.dropLast(4)) }

  /// The cases of an input file, with ansible's outcomes.
  static func cases(_ name: String) throws -> [Case] { try cases(at: "Snapshots/\(name).txt") }

  /// Our own outcomes by template, with the reason for each as the subject.
  static func differences() throws -> [String: Case] {
    Dictionary(try cases(at: "differences.txt").map { ($0.line, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The templates of an input file.
  static func inputs(_ name: String) throws -> [String] {
    try lines("Inputs/\(name).txt").filter { !$0.isEmpty && !$0.hasPrefix("== ") && !$0.hasPrefix("# ") }
  }

  static func messages(_ name: String) throws -> [String: String] {
    Dictionary(
      try cases(at: "Messages/\(name).txt").map { ($0.line, $0.expected) }, uniquingKeysWith: { first, _ in first })
  }

  /// Writes our messages anew, when `SWIFTIBLE_RECORD` is set.
  static func record(_ name: String, _ cases: [Case], _ outcomes: [String]) throws {
    var text = ""
    for (each, outcome) in zip(cases, outcomes) where outcome.hasPrefix("! ") {
      text += "\(each.line)\n  \(outcome)\n"
    }
    let path = "\(TemplatingWorld.folder)/Messages/\(name).txt"
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
  }

  static var isRecording: Bool { getenv("SWIFTIBLE_RECORD") != nil }

  static func lines(_ path: String) throws -> [String] {
    let bytes = try LocalFile.read("\(TemplatingWorld.folder)/\(path)")
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }

  private static func cases(at path: String) throws -> [Case] {
    var subject = ""
    var pending: String?
    var cases: [Case] = []
    for line in try lines(path) {
      if line.hasPrefix("== ") {
        subject = String(line.dropFirst(3))
      } else if line.hasPrefix("  "), let template = pending {
        cases.append(Case(subject: subject, line: template, expected: String(line.dropFirst(2))))
        pending = nil
      } else if !line.isEmpty, !line.hasPrefix("# ") {
        pending = line
      }
    }
    return cases
  }
}
