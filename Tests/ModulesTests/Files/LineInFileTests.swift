import Testing
import Values

@testable import Modules

@Suite struct LineInFileTests {
  struct Case: Sendable, CustomStringConvertible {
    var arguments: Map
    var before: String
    var after: String
    var message: String
    var description: String { "\(message): \(before.debugDescription) → \(after.debugDescription)" }
  }

  /// Results are ansible-core's.
  static let cases = [
    Case(
      arguments: ["regexp": "^a=", "line": "a=2"], before: "a=1\nb=2\n", after: "a=2\nb=2\n", message: "line replaced"),
    Case(arguments: ["line": "new"], before: "a\n", after: "a\nnew\n", message: "line added"),
    Case(arguments: ["line": "new"], before: "a", after: "a\nnew\n", message: "line added"),
    Case(arguments: ["line": "a"], before: "a\nb\n", after: "a\nb\n", message: ""),
    Case(arguments: ["line": "x", "insertbefore": "BOF"], before: "a\n", after: "x\na\n", message: "line added"),
    Case(
      arguments: ["line": "x", "insertbefore": "^b"], before: "a\nb\nb\n", after: "a\nb\nx\nb\n", message: "line added"),
    Case(
      arguments: ["line": "x", "insertbefore": "^b", "firstmatch": true], before: "a\nb\nb\n", after: "a\nx\nb\nb\n",
      message: "line added"),
    Case(arguments: ["line": "x", "insertafter": "^a"], before: "a\nb\n", after: "a\nx\nb\n", message: "line added"),
    Case(arguments: ["line": "x", "insertafter": "^z"], before: "a\nb\n", after: "a\nb\nx\n", message: "line added"),
    Case(
      arguments: ["regexp": "^(b)=(.*)", "line": "\\1=\\2x", "backrefs": true], before: "b=2\n", after: "b=2x\n",
      message: "line replaced"),
    Case(arguments: ["regexp": "^zz", "line": "q", "backrefs": true], before: "b\n", after: "b\n", message: ""),
    Case(
      arguments: ["search_string": "y", "line": "yy"], before: "x\ny\n", after: "x\nyy\n", message: "line replaced"),
    Case(arguments: ["regexp": "a", "line": "az"], before: "a1\na2\n", after: "a1\naz\n", message: "line replaced"),
    Case(
      arguments: ["regexp": "a", "line": "az", "firstmatch": true], before: "a1\na2\n", after: "az\na2\n",
      message: "line replaced"),
    Case(
      arguments: ["regexp": "^a", "state": "absent"], before: "a1\nb\na2\n", after: "b\n", message: "2 line(s) removed"),
    Case(arguments: ["line": "b", "state": "absent"], before: "a\n", after: "a\n", message: ""),
  ]

  @Test(arguments: cases)
  func edits(example: Case) async throws {
    let host = try TestHost()
    host.write("f", example.before, mode: 0o600)
    let arguments = example.arguments.merging(["path": "ROOT/f"])
    let foretold = try await host(LineInFile.self, arguments, check: true)
    #expect(host.read("f") == example.before)
    let result = try await host(LineInFile.self, arguments)
    #expect(result.values["msg"] == .string(example.message))
    #expect(result.isChanged == (example.before != example.after))
    #expect(host.read("f") == example.after)
    #expect(host.tree == "f 600 f\n")
    #expect(foretold.values == result.values && foretold.diffs == result.diffs)
    let again = try await host(LineInFile.self, arguments)
    #expect(!again.isChanged || example.arguments["backrefs"] == true)
  }

  @Test func saysWhyItCannot() async throws {
    let host = try TestHost()
    host.write("f", "")
    let cases: [(Map, String)] = [
      (["path": "ROOT/no", "line": "x"], "Destination \(host.root)/no does not exist !"),
      (["path": "ROOT", "line": "x"], "Path \(host.root) is a directory !"),
      (["path": "ROOT/f", "regexp": "a"], "line is required with state=present"),
      (["path": "ROOT/f", "state": "absent"], "one of line, search_string, or regexp is required with state=absent"),
      (
        ["path": "ROOT/f", "regexp": "(", "line": "x"],
        "Invalid regular expression '(': missing ), unterminated subpattern at position 0"
      ),
      (["path": "ROOT/f", "line": "x", "backrefs": true], "regexp is required with backrefs=true"),
    ]
    for (arguments, message) in cases {
      let result = try await host(LineInFile.self, arguments)
      #expect(result.isFailed)
      #expect(result.values["msg"] == .string(message))
    }
    let gone = try await host(LineInFile.self, ["path": "ROOT/no", "line": "x", "state": "absent"])
    #expect(gone.values == ["msg": "file not present"])
  }

  @Test func makesTheFileAndItsDirectories() async throws {
    let host = try TestHost()
    let result = try await host(
      LineInFile.self, ["path": "ROOT/d/f", "line": "x", "create": true, "mode": "0600"])
    #expect(result.values["msg"] == "line added and ownership, perms or SE linux context changed")
    #expect(host.tree == "d 755 d\nf 600 d/f\n")
  }

  @Test func keepsBytesThatAreNoText() async throws {
    let host = try TestHost()
    _ = try host.shell.run("printf 'a\\377\\0b\\nx\\n' >\(host.root + "/f")")
    #expect(try await host(LineInFile.self, ["path": "ROOT/f", "regexp": "^x", "line": "y"]).isChanged)
    #expect(try host.shell.run("cat \(host.root + "/f")").stdout == [0x61, 0xFF, 0, 0x62, 10, 0x79, 10])
  }

  @Test func keepsABackup() async throws {
    let host = try TestHost()
    host.write("f", "a\n")
    let result = try await host(LineInFile.self, ["path": "ROOT/f", "line": "b", "backup": true])
    let backup = try #require(result.values["backup"]?.string)
    #expect(host.read(String(backup.dropFirst(host.root.count + 1))) == "a\n")
  }
}

@Suite struct BlockInFileTests {
  struct Case: Sendable {
    var arguments: Map
    var before: String
    var after: String
    var message: String
  }

  static let cases = [
    Case(
      arguments: ["block": "l1\nl2\n"], before: "a\n",
      after: "a\n# BEGIN ANSIBLE MANAGED BLOCK\nl1\nl2\n# END ANSIBLE MANAGED BLOCK\n", message: "Block inserted"),
    Case(
      arguments: ["block": "new"], before: "# BEGIN ANSIBLE MANAGED BLOCK\nold\n# END ANSIBLE MANAGED BLOCK\na\n",
      after: "# BEGIN ANSIBLE MANAGED BLOCK\nnew\n# END ANSIBLE MANAGED BLOCK\na\n", message: "Block inserted"),
    Case(
      arguments: ["block": ""], before: "a\n# BEGIN ANSIBLE MANAGED BLOCK\nold\n# END ANSIBLE MANAGED BLOCK\n",
      after: "a\n", message: "Block removed"),
    Case(
      arguments: [
        "block": "l", "marker": "<!-- {mark} X -->", "insertbefore": "BOF", "prepend_newline": true,
        "append_newline": true,
      ], before: "a\n", after: "<!-- BEGIN X -->\nl\n<!-- END X -->\n\na\n", message: "Block inserted"),
    Case(
      arguments: ["block": "l", "marker": "#{mark}", "insertafter": "^b"], before: "a\nb\nc\n",
      after: "a\nb\n#BEGIN\nl\n#END\nc\n", message: "Block inserted"),
    Case(
      arguments: ["block": "x", "marker": "#{mark}"], before: "a", after: "a\n#BEGIN\nx\n#END\n",
      message: "Block inserted"),
  ]

  @Test(arguments: cases)
  func edits(example: Case) async throws {
    let host = try TestHost()
    host.write("f", example.before)
    let arguments = example.arguments.merging(["path": "ROOT/f"])
    let result = try await host(BlockInFile.self, arguments)
    #expect(result.values == ["msg": .string(example.message)])
    #expect(host.read("f") == example.after)
    #expect(try await !host(BlockInFile.self, arguments).isChanged)
  }

  @Test func createsTheFileWhenAsked() async throws {
    let host = try TestHost()
    let missing = try await host(BlockInFile.self, ["path": "ROOT/f", "block": "x"])
    #expect(missing.values == ["msg": .string("Path \(host.root)/f does not exist !"), "rc": 257])
    let made = try await host(BlockInFile.self, ["path": "ROOT/f", "block": "x", "create": true])
    #expect(made.values["msg"] == "File created")
  }
}

@Suite struct ReplaceTests {
  @Test func replacesByLines() async throws {
    let host = try TestHost()
    host.write("f", "a=1\nb=2\n#c\n")
    let result = try await host(Replace.self, ["path": "ROOT/f", "regexp": "^(.)=(.)$", "replace": "\\2=\\1"])
    #expect(result.values == ["msg": "2 replacements made", "rc": 0])
    #expect(host.read("f") == "1=a\n2=b\n#c\n")
    #expect(try await !host(Replace.self, ["path": "ROOT/f", "regexp": "zz", "replace": "y"]).isChanged)
  }

  @Test func staysBetweenAfterAndBefore() async throws {
    let host = try TestHost()
    host.write("f", "b\n1\nb\n#\nb\n")
    let arguments: Map = ["path": "ROOT/f", "regexp": "b", "replace": "B", "after": "1", "before": "#"]
    #expect(try await host(Replace.self, arguments).values["msg"] == "1 replacements made")
    #expect(host.read("f") == "b\n1\nB\n#\nb\n")
    let none = try await host(Replace.self, ["path": "ROOT/f", "regexp": "b", "after": "nope"])
    #expect(
      none.values["msg"]
        == "Pattern for before/after params did not match the given file: nope(?P<subsection>.*)")
  }
}
