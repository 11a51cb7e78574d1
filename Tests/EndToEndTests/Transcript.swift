import Foundation
import TestSupport
import Testing

/// A command line and exactly what it must say and end with, as a file that reads like a session:
///
///     $ swiftible playbook -i hosts missing.yml
///     --- stdout
///     --- stderr
///     [ERROR]: the playbook: missing.yml could not be found
///     --- exit code 1
///
/// What is typed comes from the file `stdin` beside it. `{name}` stands for a value of the run, such as a port. Record afresh with `SWIFTIBLE_RECORD=1 swift test`, then read the diff.
struct Transcript: Equatable, CustomStringConvertible {
  var command: String
  var outcome: Program.Outcome

  init(command: String, outcome: Program.Outcome) {
    self.command = command
    self.outcome = outcome
  }

  init(parsing text: String) {
    var output = ""
    var errors = ""
    var exitCode: Int32 = -1
    var section = ""
    var command = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0) {
      if command.isEmpty, line.hasPrefix("$ ") {
        command = String(line.dropFirst(2))
      } else if line == "--- stdout" || line == "--- stderr" {
        section = String(line)
      } else if line.hasPrefix("--- exit code "), let code = Int32(line.dropFirst(14)) {
        exitCode = code
      } else if section == "--- stdout" {
        output += line + "\n"
      } else {
        errors += line + "\n"
      }
    }
    self.init(command: command, outcome: Program.Outcome(output: output, errors: errors, exitCode: exitCode))
  }

  var description: String {
    "$ \(command)\n--- stdout\n\(outcome.output)--- stderr\n\(outcome.errors)--- exit code \(outcome.exitCode)\n"
  }

  /// The words of the command after `swiftible`; single quotes keep spaces together.
  var words: [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in command {
      switch character {
      case "'":
        isQuoted.toggle()
        word = word ?? ""
      case " " where !isQuoted:
        if let finished = word { words.append(finished) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return Array(words.dropFirst())
  }

  /// Runs the transcript of a fixture folder, in that folder, and expects exactly what it says.
  /// - Parameter values: what stands for `{name}` in the command and the output.
  static func check(
    _ fixture: String, _ values: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let folder = Repository.path("Tests/Fixtures/EndToEnd/\(fixture)")
    let file = URL(fileURLWithPath: "\(folder)/transcript")
    let expected = Transcript(parsing: try String(contentsOf: file, encoding: .utf8))
    // A home that only the jobs of tasks with `async` make.
    let home = "\(NSTemporaryDirectory())swiftible-home-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: home) }
    let values = values.merging(["home": home]) { value, _ in value }
    var program = Program.swiftible().directory(folder).environment("HOME", home)
    program.arguments = expected.words.map { filled($0, values) }
    if let input = try? String(contentsOf: URL(fileURLWithPath: "\(folder)/stdin"), encoding: .utf8) {
      program = program.input(input)
    }
    let outcome = try await program.run()
    var actual = Transcript(command: expected.command, outcome: outcome)
    actual.outcome.output = blanked(outcome.output, values, folder)
    actual.outcome.errors = blanked(outcome.errors, values, folder)
    if ProcessInfo.processInfo.environment["SWIFTIBLE_RECORD"] == "1" {
      try actual.description.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(
        HostOrder.sorted(actual.description) == HostOrder.sorted(expected.description), sourceLocation: sourceLocation)
    }
  }

  private static func filled(_ text: String, _ values: [String: String]) -> String {
    values.reduce(text) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
  }

  /// The longest values first, since one may be part of another. Names of 128 random bits become `{random}`, the fingerprints
  /// of keys `{fingerprint}`.
  private static func blanked(_ text: String, _ values: [String: String], _ folder: String) -> String {
    // Before the values: digits of a port may stand in a random name.
    let text = text.replacingOccurrences(of: "[0-9a-f]{32}", with: "{random}", options: .regularExpression)
      .replacingOccurrences(of: "SHA256:[A-Za-z0-9+/]{43}", with: "SHA256:{fingerprint}", options: .regularExpression)
    let all = values.merging(["here": folder]) { value, _ in value }
    return all.sorted { $0.value.count > $1.value.count }.reduce(text) {
      $0.replacingOccurrences(of: $1.value, with: "{\($1.key)}")
    }
  }
}
