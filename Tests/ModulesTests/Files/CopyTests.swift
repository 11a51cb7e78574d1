import Testing
import Transport
import Values

@testable import Modules

@Suite struct CopyTests {
  @Test(arguments: LocalShell.all)
  func writesContentOnceInTwoRequests(shell: LocalShell) async throws {
    let host = try TestHost(shell)
    let arguments: Map = ["dest": "ROOT/f", "content": "it's\n\u{10FEFF} new\n", "mode": "0640"]
    let first = try await host(Copy.self, arguments)
    #expect(first.values["msg"] == nil)
    #expect(first.isChanged)
    #expect(host.requestCount == 2)
    #expect(host.read("f") == "it's\n\u{10FEFF} new\n")
    #expect(host.tree == "f 640 f\n")
    #expect(first.values["mode"] == "0640")
    #expect(first.values["size"] == 11)
    #expect(try await !host(Copy.self, arguments).isChanged)
    #expect(host.requestCount == 3)
  }

  @Test func answersWithAnsiblesKeys() async throws {
    let host = try TestHost()
    let result = try await host(Copy.self, ["dest": "ROOT/f", "content": "hi\n"])
    let keys = result.values.keys.compactMap(\.string).sorted()
    #expect(keys == ["checksum", "dest", "gid", "group", "md5sum", "mode", "owner", "size", "state", "uid"])
    #expect(result.values["checksum"] == "55ca6286e3e4f4fba5d0448333fa99fc5a404a73")
    #expect(result.values["md5sum"] == "764efa883dda1e11db47671c4a3bbd9e")
    #expect(
      result.diffs == [
        Diff(.text(before: "", after: "hi\n"), beforeHeader: "before", afterHeader: "after: \(host.root)/f")
      ])
  }

  @Test func keepsModeAndBackUpWhenReplacing() async throws {
    let host = try TestHost()
    host.write("f", "old\n", mode: 0o600)
    let result = try await host(Copy.self, ["dest": "ROOT/f", "content": "new\n", "backup": true])
    #expect(result.values["mode"] == "0600")
    let backup = try #require(result.values["backup_file"]?.string)
    #expect(host.read(String(backup.dropFirst(host.root.count + 1))) == "old\n")
    #expect(host.tree.hasPrefix("f 600 f\nf 600 f."))
  }

  @Test func foretellsWhatItThenDoes() async throws {
    let host = try TestHost()
    host.write("f", "old\n")
    let arguments: Map = ["dest": "ROOT/f", "content": "new\n", "mode": "u=rw,go="]
    let foretold = try await host(Copy.self, arguments, check: true)
    #expect(host.read("f") == "old\n")
    let again = try await host(Copy.self, arguments, check: true)
    #expect(!again.isChanged)
    let done = try await host(Copy.self, arguments)
    #expect(foretold.values == done.values)
    #expect(foretold.diffs == done.diffs)
  }

  @Test func changesModeAlone() async throws {
    let host = try TestHost()
    host.write("f", "x")
    let result = try await host(Copy.self, ["dest": "ROOT/f", "content": "x", "mode": "0600"])
    #expect(result.isChanged)
    #expect(host.tree == "f 600 f\n")
    let path = Value.string(host.root + "/f")
    #expect(
      result.diffs == [
        Diff(.state(before: ["mode": "0644", "path": path], after: ["mode": "0600", "path": path]))
      ])
  }

  @Test func leavesTheOldFileWhenTheNewOneIsNotAccepted() async throws {
    let host = try TestHost()
    host.write("f", "old\n")
    let result = try await host(Copy.self, ["dest": "ROOT/f", "content": "new\n", "validate": "grep -q nope %s"])
    #expect(result.isFailed)
    #expect(result.values["msg"] == "failed to validate: rc:1 error:")
    #expect(result.values["exit_status"] == 1)
    #expect(host.tree == "f 644 f\n")
    #expect(host.read("f") == "old\n")
    #expect(try await host(Copy.self, ["dest": "ROOT/f", "content": "new\n", "validate": "grep new %s"]).isChanged)
  }

  @Test func copiesIntoDirectories() async throws {
    let host = try TestHost()
    host.write("s", "x\n")
    try host.makeDirectory("d")
    let slash = try await host(Copy.self, ["src": "ROOT/s", "dest": "ROOT/new/deep/"])
    #expect(slash.values["dest"] == .string(host.root + "/new/deep/s"))
    let existing = try await host(Copy.self, ["src": "ROOT/s", "dest": "ROOT/d"])
    #expect(existing.values["dest"] == .string(host.root + "/d/s"))
    #expect(host.tree == "d 755 d\nf 644 d/s\nd 755 new\nd 755 new/deep\nf 644 new/deep/s\nf 644 s\n")
  }

  @Test func copiesTreesWithTheMeaningOfATrailingSlash() async throws {
    let host = try TestHost()
    try host.makeDirectory("s/sub/empty")
    host.write("s/a", "1")
    host.write("s/sub/b", "2")
    try host.link("s/l", to: "a")
    let whole = try await host(Copy.self, ["src": "ROOT/s", "dest": "ROOT/t"])
    #expect(whole.values == ["dest": .string(host.root + "/t/"), "src": .string(host.root + "/s")])
    let content: Map = [
      "src": "ROOT/s/", "dest": "ROOT/c", "mode": "0600", "directory_mode": "0700", "local_follow": false,
    ]
    #expect(try await host(Copy.self, content).isChanged)
    #expect(try await !host(Copy.self, content).isChanged)
    #expect(
      host.tree.split(separator: "\n").filter { !$0.contains(" s") }.joined(separator: "\n") == """
        d 700 c
        f 600 c/a
        l c/l -> a
        d 700 c/sub
        f 600 c/sub/b
        d 700 c/sub/empty
        d 755 t
        d 755 t/s
        f 644 t/s/a
        f 644 t/s/l
        d 755 t/s/sub
        f 644 t/s/sub/b
        d 755 t/s/sub/empty
        """)
  }

  @Test func copiesOnTheHost() async throws {
    let host = try TestHost()
    try host.makeDirectory("s/sub")
    host.write("s/sub/f", "x", mode: 0o640)
    let file: Map = ["src": "ROOT/s/sub/f", "dest": "ROOT/g", "remote_src": true, "mode": "preserve"]
    #expect(try await host(Copy.self, file).isChanged)
    #expect(try await !host(Copy.self, file).isChanged)
    let tree: Map = ["src": "ROOT/s/", "dest": "ROOT/t", "remote_src": true]
    #expect(try await host(Copy.self, tree).isChanged)
    #expect(try await !host(Copy.self, tree).isChanged)
    #expect(host.tree == "f 640 g\nd 755 s\nd 755 s/sub\nf 640 s/sub/f\nd 755 t\nd 755 t/sub\nf 640 t/sub/f\n")
    let missing = try await host(Copy.self, ["src": "ROOT/no", "dest": "ROOT/g", "remote_src": true])
    #expect(missing.values["msg"] == .string("Source \(host.root)/no not found"))
  }

  @Test func streamsLargeFiles() async throws {
    let host = try TestHost()
    _ = try host.shell.run("head -c 5000000 /dev/urandom >\(host.root + "/big")")
    let arguments: Map = ["src": "ROOT/big", "dest": "ROOT/copy"]
    #expect(try await host(Copy.self, arguments).isChanged)
    #expect(try host.shell.run("cmp \(host.root + "/big") \(host.root + "/copy")").status == 0)
    #expect(try await !host(Copy.self, arguments).isChanged)
  }

  @Test func replacesLinksUnlessTheyShallBeFollowed() async throws {
    let host = try TestHost()
    host.write("t", "old")
    try host.link("l", to: "t")
    #expect(try await host(Copy.self, ["dest": "ROOT/l", "content": "new", "follow": true]).isChanged)
    #expect(host.tree == "l l -> t\nf 644 t\n")
    #expect(host.read("t") == "new")
    #expect(try await host(Copy.self, ["dest": "ROOT/l", "content": "own"]).isChanged)
    #expect(host.tree == "f 644 l\nf 644 t\n")
    #expect(host.read("t") == "new")
  }

  @Test func saysWhyItCannot() async throws {
    let host = try TestHost()
    host.write("s", "")
    let cases: [(Map, String)] = [
      (["dest": "ROOT/f"], "src (or content) is required"),
      (["dest": "ROOT/f", "src": "ROOT/s", "content": "x"], "src and content are mutually exclusive"),
      (["dest": "ROOT/f/", "content": "x"], "can not use content with a dir as dest"),
      (["dest": "ROOT", "content": "x"], "can not use content with a dir as dest"),
      (["dest": "ROOT/no/such/f", "content": "x"], "Destination directory \(host.root)/no/such does not exist"),
      (
        ["dest": "ROOT/f", "content": "x", "checksum": "abc"],
        "Copied file does not match the expected checksum. Transfer failed."
      ),
      (["dest": "ROOT/f", "content": "x", "owner": "nosuch"], "chown failed: failed to look up user nosuch"),
      (["dest": "ROOT/f", "content": "x", "validate": "true"], "validate must contain %s: true"),
    ]
    for (arguments, message) in cases {
      let result = try await host(Copy.self, arguments)
      #expect(result.isFailed)
      #expect(result.values["msg"] == .string(message))
    }
    #expect(host.tree == "f 644 s\n")
  }

  @Test func countsAsUnknownWhatAPackageMayBring() async throws {
    let host = try TestHost()
    var state = PredictedState()
    state.record([.package(name: "nginx", PackagePrediction(installed: true))])
    let context = ModuleContext(
      isCheckMode: true, isDiffMode: false, traits: host.traits,
      findFile: { (path) throws(ModuleFailure) in path }, readFile: { (_, _) throws(ModuleFailure) in [] })
    let result = try await ModuleRunner.run(
      ModuleDefinition(Copy.self), arguments: ["dest": .string(host.root + "/nginx/site"), "content": "x"],
      connection: host,
      context: context, predictions: &state)
    #expect(result.isChanged && !result.isFailed)
    #expect(
      result.unknown
        == "Destination directory \(host.root)/nginx does not exist, but package nginx would be installed")
  }
}
