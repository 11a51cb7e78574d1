import Testing
import Values

@testable import Playbook

/// The lookups as `with_*` loops: what each item is.
@Suite struct LoopLookupTests {
  /// `with_<name>: <terms>` and its items, as ansible-core 2.19 has them.
  static let loops: [(name: String, terms: Value, items: String)] = [
    ("items", [1, [2, 3]], "[1, 2, 3]"),
    ("list", [1, [2, 3]], "[1, [2, 3]]"),
    ("flattened", [1, [2, [3]]], "[1, 2, 3]"),
    ("dict", ["a": 1], #"[{"key": "a", "value": 1}]"#),
    ("indexed_items", ["a", "b"], #"[[0, "a"], [1, "b"]]"#),
    ("together", [["a", "b"], [1, 2]], #"[["a", 1], ["b", 2]]"#),
    ("nested", [["a", "b"], [1, 2]], #"[["a", 1], ["a", 2], ["b", 1], ["b", 2]]"#),
    ("cartesian", [["a"], [1, 2]], #"[["a", 1], ["a", 2]]"#),
    ("subelements", [[["n": 1, "l": [2, 3]]], "l"], #"[[{"n": 1}, 2], [{"n": 1}, 3]]"#),
    ("random_choice", ["only"], #"["only"]"#),
    ("sequence", "start=1 end=3 format=h%02d", #"["h01", "h02", "h03"]"#),
    ("env", "SWIFTIBLE_FIXTURE", #"["{{ 1 + 1 }}"]"#),
    ("pipe", ["echo a", "echo b"], #"["a", "b"]"#),
    ("lines", ["printf 'a\\nb\\n'"], #"["a", "b"]"#),
    ("vars", ["text"], #"["Hello, World"]"#),
    ("varnames", "^text$", #"["text"]"#),
    ("inventory_hostnames", "web", #"["web1", "web2"]"#),
    ("config", "DEFAULT_FORKS", "[5]"),
    ("file", ["a.conf", "b.conf"], #"["a", "b"]"#),
    ("unvault", "a.conf", #"["a\n"]"#),
    ("template", "number.j2", "[42]"),
    ("fileglob", "*.conf", #"["/world/files/a.conf", "/world/files/b.conf"]"#),
    ("first_found", ["missing.txt", "a.conf"], #"["/world/files/a.conf"]"#),
    ("csvfile", "Li file=elements.csv delimiter=,", #"["3"]"#),
    ("ini", "admin section=users file=users.ini", #"["root"]"#),
    ("password", "/dev/null length=8 chars=digits seed=web1", #"["54506227"]"#),
  ]

  @Test("with_… gives these items", arguments: loops.map(\.name))
  func items(_ name: String) async throws {
    let loop = try #require(Self.loops.first { $0.name == name })
    #expect(try await Self.items(name, loop.terms) == loop.items)
  }

  @Test func filetreeGivesFoldersBeforeFilesWithTheirAttributes() async throws {
    let world = try await TemplatingWorld()
    let items = try world.items("filetree", ["tree/"])
    let paths = items.compactMap { $0["path"]?.string }
    #expect(paths == ["sub", "link", "top.txt", "sub/inner.txt"])
    #expect(items.compactMap { $0["state"]?.string } == ["directory", "link", "file", "file"])
    #expect(items[1]["src"] == "top.txt")
    #expect(items[2]["src"]?.string == "\(TemplatingWorld.world)/files/tree/top.txt")
    #expect(items[2]["size"] == 4)
  }

  @Test func everyLookupIsTriedAsALoop() {
    // A request needs a server: `url` has its own tests.
    let tried = Set(Self.loops.map(\.name)).union(["filetree", "url"])
    #expect(Set(LookupTable.all.map(\.name)).subtracting(tried) == [])
  }

  @Test func anUnknownLookupIsNamed() async throws {
    await #expect { try await Self.items("itms", []) } throws: {
      ($0 as? Diagnostic)?.message == "The lookup plugin 'itms' was not found."
    }
  }

  private static func items(_ name: String, _ terms: Value) async throws -> String {
    let items = try await TemplatingWorld().items(name, terms)
    return JSONWriter(ensuresASCII: false).string(.list(items)).replacing(TemplatingWorld.world, with: "/world")
  }
}
