import Testing
import Values

@testable import Playbook

@Suite struct TOMLFilterTests {
  @Test("TOML becomes maps, lists and scalars") func readsTOML() async throws {
    let world = try await TemplatingWorld([
      "text": "title = 'a'\n[web]\nhosts = ['x', 'y']\nport = 0x50\n[[web.paths]]\nname = \"/\"\n"
    ])
    #expect(
      try world.render("{{ text | from_toml }}") == [
        "title": "a", "web": ["hosts": ["x", "y"], "port": 80, "paths": [["name": "/"]]],
      ])
  }

  @Test("What is no TOML is an error that says where", arguments: ["a = ", "a = 1\na = 2", "{{ 1 }}"])
  func refusesWhatIsNoTOML(_ text: String) async throws {
    let world = try await TemplatingWorld(["text": .string(text)])
    #expect(throws: Diagnostic.self) { try world.render("{{ text | from_toml }}") }
    #expect(throws: Diagnostic.self) { try world.render("{{ [text] | from_toml }}") }
  }
}
