import Foundation
import Modules
import Testing

@testable import Playbook

/// The modules that `COMPATIBILITY.md` lists are those of the registry.
@Suite struct CompatibilityTableTests {
  @Test func listsTheModulesThatThereAre() throws {
    let root = #filePath.components(separatedBy: "/Tests/").dropLast().joined(separator: "/Tests/")
    let text = try String(contentsOfFile: root + "/COMPATIBILITY.md", encoding: .utf8)
    let section = try #require(
      text.components(separatedBy: "<!-- modules -->").last?.components(separatedBy: "<!-- end of modules -->").first)
    let row = try #require(section.split(separator: "\n").first { $0.hasSuffix("| same |") })
    let names = (ModuleRegistry.all.map { $0.spec.name } + ActionTable.all.map { $0.spec.name }).sorted()
    #expect(row == "| \(names.map { "`\($0)`" }.joined(separator: " ")) | same |")
  }
}
