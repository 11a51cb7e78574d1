import Glibc
import Testing
import Values

@testable import Inventory

/// Sources that can't be read: each is a warning with its place, and the sources beside it are read all the same.
///
/// `SWIFTIBLE_RECORD=1` writes `messages.txt` anew, for reading over.
@Suite struct BadInputTests {
  private static let directory = AnsibleConformanceTests.fixtures + "/bad-input"
  private static let sources = (FileSystem.names(in: directory) ?? []).filter { $0 != "messages.txt" && $0 != "good" }

  @Test func everyFaultHasItsMessageAndPlace() async throws {
    var answer = ""
    for source in Self.sources {
      var options = InventoryOptions(workingDirectory: Self.directory)
      options.scriptTimeout = source == "hangs.sh" ? 1 : 60
      options.scriptOutputLimit = 1 << 20
      let (inventory, warnings) = try await Inventory.load(sources: [source, "good"], options: options)
      answer += "$ \(source)\n" + warnings.map(Self.text).joined(separator: "\n") + "\n"
      // What else there is, is there.
      #expect(inventory.hostNames.contains("good"), "\(source)")
    }
    answer = answer.replacing(Self.directory, with: "@HERE@")
    let path = Self.directory + "/messages.txt"
    if getenv("SWIFTIBLE_RECORD") != nil { try FileSystem.replace(path, with: answer.losslessBytes) }
    let expected = String(lossless: try FileSystem.read(path))
    #expect(answer == expected, "\(Difference(expected, answer))")
  }

  private static func text(_ warning: Diagnostic) -> String {
    let lines = [warning.place.map { "\($0.description): \(warning.message)" } ?? warning.message, warning.help]
      .compactMap(\.self)
    return (lines.prefix(1) + lines.dropFirst().map { "  \($0)" } + warning.causes.map { "  because \(text($0))" })
      .joined(separator: "\n")
  }

  @Test func aScriptThatHangsCostsItsTimeLimitOnly() async throws {
    var options = InventoryOptions(workingDirectory: Self.directory)
    options.scriptTimeout = 1
    let start = ContinuousClock.now
    _ = try await Inventory.load(sources: ["hangs.sh"], options: options)
    // The script itself would go on for 600 seconds; the machine may be busy.
    #expect(ContinuousClock.now - start < .seconds(300))
  }

  @Test func onRequestAFaultIsAnError() async throws {
    var options = InventoryOptions(workingDirectory: Self.directory)
    options.anyUnparsedIsFailed = true
    await #expect(throws: Diagnostic.self) {
      try await Inventory.load(sources: ["good", "loop.ini"], options: options)
    }
  }
}
