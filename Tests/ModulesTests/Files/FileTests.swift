import Testing
import Transport
import Values

@testable import Modules

@Suite struct FileTests {
  @Test(arguments: LocalShell.all)
  func makesADirectoryOnce(shell: LocalShell) async throws {
    let host = try TestHost(shell)
    let arguments: Map = ["path": "ROOT/a/b/c", "state": "directory", "mode": "0750"]
    let first = try await host(File.self, arguments)
    #expect(first.values["msg"] == nil)
    #expect(first.isChanged)
    #expect(first.values["mode"] == "0750")
    #expect(first.values["state"] == "directory")
    #expect(host.tree == "d 750 a\nd 750 a/b\nd 750 a/b/c\n")
    let before = host.requestCount
    let second = try await host(File.self, arguments)
    #expect(!second.isChanged)
    #expect(host.requestCount - before == 1)
  }

  @Test func foretellsWhatItThenDoes() async throws {
    let host = try TestHost()
    let foretold = try await host(
      File.self, ["path": "ROOT/d", "state": "directory", "mode": "u=rwx,go="], check: true)
    #expect(host.tree == "")
    let done = try await host(File.self, ["path": "ROOT/d", "state": "directory", "mode": "u=rwx,go="])
    #expect(foretold.isChanged && done.isChanged)
    #expect(foretold.values == done.values)
    #expect(foretold.diffs == done.diffs)
  }

  @Test func worksOnWhatEarlierTasksWouldHaveMade() async throws {
    let host = try TestHost()
    _ = try await host(File.self, ["path": "ROOT/d", "state": "directory"], check: true)
    let touch = try await host(File.self, ["path": "ROOT/d/f", "state": "touch", "mode": "0600"], check: true)
    #expect(touch.isChanged && !touch.isFailed)
    let again = try await host(File.self, ["path": "ROOT/d/f", "mode": "0600"], check: true)
    #expect(!again.isChanged && !again.isFailed)
    let link = try await host(File.self, ["path": "ROOT/l", "src": "d", "state": "link"], check: true)
    #expect(link.isChanged && !link.isFailed)
    let through = try await host(File.self, ["path": "ROOT/l/sub", "state": "directory"], check: true)
    #expect(through.isChanged && !through.isFailed)
    #expect(host.tree == "")
  }

  @Test func linksAndRelinks() async throws {
    let host = try TestHost()
    host.write("t", "")
    let made = try await host(File.self, ["path": "ROOT/l", "src": "t", "state": "link"])
    #expect(made.isChanged)
    #expect(made.values["src"] == "t")
    #expect(try await !host(File.self, ["path": "ROOT/l", "src": "t", "state": "link"]).isChanged)
    let missing = try await host(File.self, ["path": "ROOT/l", "src": "no", "state": "link"])
    #expect(
      missing.values["msg"]
        == .string("src file does not exist, use 'force=yes' if you really want to create the link: \(host.root)/no"))
    let forced = try await host(File.self, ["path": "ROOT/l", "src": "no", "state": "link", "force": true])
    #expect(forced.isChanged)
    #expect(host.tree == "l l -> no\nf 644 t\n")
    let refused = try await host(File.self, ["path": "ROOT/t", "src": "l", "state": "link", "force": false])
    #expect(refused.isFailed)
  }

  @Test func hardLinks() async throws {
    let host = try TestHost()
    host.write("t", "x")
    #expect(try await host(File.self, ["path": "ROOT/h", "src": "ROOT/t", "state": "hard"]).isChanged)
    #expect(try await !host(File.self, ["path": "ROOT/h", "src": "ROOT/t", "state": "hard"]).isChanged)
    #expect(host.read("h") == "x")
  }

  @Test func removesTrees() async throws {
    let host = try TestHost()
    try host.makeDirectory("a/b")
    host.write("a/f", "")
    let removed = try await host(File.self, ["path": "ROOT/a", "state": "absent"])
    #expect(removed.isChanged)
    #expect(host.tree == "")
    #expect(try await !host(File.self, ["path": "ROOT/a", "state": "absent"]).isChanged)
    let root = Value.string(host.root + "/a")
    #expect(
      removed.diffs == [
        Diff(
          .state(
            before: [
              "path": root,
              "path_content": [
                "directories": [.string(host.root + "/a/b")], "files": [.string(host.root + "/a/f")],
              ], "state": "directory",
            ], after: ["path": root, "state": "absent"]))
      ])
  }

  @Test func setsModesBelow() async throws {
    let host = try TestHost()
    try host.makeDirectory("a/b")
    host.write("a/f", "", mode: 0o600)
    host.write("a/x", "", mode: 0o700)
    let arguments: Map = ["path": "ROOT/a", "state": "directory", "recurse": true, "mode": "u=rwX,go=rX"]
    #expect(try await host(File.self, arguments).isChanged)
    #expect(host.tree == "d 755 a\nd 755 a/b\nf 644 a/f\nf 755 a/x\n")
    #expect(try await !host(File.self, arguments).isChanged)
  }

  @Test func touchesWithTimes() async throws {
    let host = try TestHost()
    let arguments: Map = [
      "path": "ROOT/f", "state": "touch", "modification_time": "202001010000.00", "access_time": "preserve",
    ]
    #expect(try await host(File.self, arguments).isChanged)
    #expect(try await !host(File.self, arguments).isChanged)
    let stat = try await host(Stat.self, ["path": "ROOT/f"])
    #expect(stat.values["stat"]?["isreg"] == true)
    let now = try await host(File.self, ["path": "ROOT/f", "state": "touch"])
    #expect(now.isChanged)
  }

  @Test func saysWhyItCannot() async throws {
    let host = try TestHost()
    host.write("f", "")
    try host.makeDirectory("d")
    let cases: [(Map, String)] = [
      (["path": "ROOT/f", "state": "directory"], "\(host.root)/f already exists as a file"),
      (["path": "ROOT/d", "state": "file"], "file (\(host.root)/d) is directory, cannot continue"),
      (["path": "ROOT/z", "state": "file"], "file (\(host.root)/z) is absent, cannot continue"),
      (["path": "ROOT/f", "owner": "nosuch"], "chown failed: failed to look up user nosuch"),
      (["path": "ROOT/f", "group": "nosuch"], "chgrp failed: failed to look up group nosuch"),
      (["path": "ROOT/f", "mode": "zzz"], "mode must be in octal or symbolic form"),
      (["path": "ROOT/d", "recurse": true, "state": "file"], "recurse option requires state to be 'directory'"),
      (["path": "ROOT/no/f", "state": "touch"], "Error, could not touch target."),
      (["path": "ROOT/q", "state": "link"], "src is required for creating new symlinks"),
    ]
    for (arguments, message) in cases {
      let result = try await host(File.self, arguments)
      #expect(result.isFailed)
      #expect(result.values["msg"] == .string(message))
    }
  }

  @Test func refusesAnotherUsersLinksAsRoot() async throws {
    let host = try TestHost()
    guard host.traits.userID == 0 else { return }
    try host.makeDirectory("home")
    host.write("secret", "s", mode: 0o600)
    try host.link("home/key", to: "../secret")
    try host.link("home/dir", to: "..")
    _ = try host.shell.run("chown -h 65534 \(host.root + "/home/key") \(host.root + "/home/dir")")
    let file = try await host(File.self, ["path": "ROOT/home/key", "mode": "0644"])
    #expect(file.isFailed)
    let inside = try await host(File.self, ["path": "ROOT/home/dir/secret", "mode": "0644"])
    #expect(inside.isFailed)
    #expect(host.tree.contains("f 600 secret"))
  }
}

@Suite struct FileModeTests {
  @Test(arguments: [
    ("0644", 0, false, 0o644), ("755", 0o600, false, 0o755), ("u=rw,g=r,o=", 0o777, false, 0o640),
    ("a+X", 0o600, false, 0o600), ("a+X", 0o600, true, 0o711), ("u+rwX,g-w", 0o160, false, 0o740),
    ("+x", 0o644, false, 0o755), ("g=u", 0o640, false, 0o660), ("u+s,o+t", 0o755, true, 0o5755),
    ("go-rwx", 0o755, true, 0o700),
    ("u=rwx,u-w", 0, false, 0o500),
  ])
  func reads(text: String, current: Int, isDirectory: Bool, expected: Int) throws {
    #expect(try FileMode(.string(text)).bits(current: current, isDirectory: isDirectory, umask: 0o022) == expected)
  }

  @Test func takesIntegersAsTheyAre() throws {
    #expect(try FileMode(.int(420)).text == "0644")
  }
}
