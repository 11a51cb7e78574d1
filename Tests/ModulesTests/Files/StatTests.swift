import Testing
import Values

@testable import Modules

@Suite struct StatTests {
  @Test(arguments: LocalShell.all)
  func tellsAboutAFile(shell: LocalShell) async throws {
    let host = try TestHost(shell)
    host.write("f", "hi\n", mode: 0o640)
    let result = try await host(Stat.self, ["path": "ROOT/f"])
    let stat = result.values["stat"]
    #expect(stat?["exists"] == true)
    #expect(stat?["mode"] == "0640")
    #expect(stat?["checksum"] == "55ca6286e3e4f4fba5d0448333fa99fc5a404a73")
    #expect(stat?["size"] == 3)
    #expect(stat?["isreg"] == true)
    #expect(stat?["path"] == .string(host.root + "/f"))
    #expect(host.requestCount == 1)
  }

  @Test func tellsAboutLinks() async throws {
    let host = try TestHost()
    try host.link("l", to: "gone")
    let link = try await host(Stat.self, ["path": "ROOT/l"]).values["stat"]
    #expect(link?["islnk"] == true)
    #expect(link?["lnk_target"] == "gone")
    #expect(try await host(Stat.self, ["path": "ROOT/l", "follow": true]).values["stat"] == ["exists": false])
  }

  @Test func tellsWhatIsMissing() async throws {
    let host = try TestHost()
    #expect(try await host(Stat.self, ["path": "ROOT/no"]).values == ["stat": ["exists": false]])
  }

  @Test func expandsPathsOnTheHost() async throws {
    let host = try TestHost()
    let home = try await host(Stat.self, ["path": "~"]).values["stat"]
    #expect(home?["isdir"] == true)
    let root = try await host(Stat.self, ["path": "~root"]).values["stat"]
    #expect(root?["path"] == "/root")
    let odd = try await host(Stat.self, ["path": "ROOT/${NO_SUCH}$(touch PWN)`id`'\""]).values["stat"]
    #expect(odd == ["exists": false])
  }
}

@Suite struct SlurpTests {
  @Test func readsAnyBytes() async throws {
    let host = try TestHost()
    _ = try host.shell.run("printf 'a\\0\\377\\n' >\(host.root + "/f")")
    #expect(
      try await host(Slurp.self, ["src": "ROOT/f"]).values
        == ["content": "YQD/Cg==", "encoding": "base64", "source": .string(host.root + "/f")])
    #expect(
      try await host(Slurp.self, ["src": "ROOT/g"]).values["msg"] == .string("File not found: \(host.root)/g"))
    #expect(
      try await host(Slurp.self, ["src": "ROOT"]).values["msg"]
        == .string("Source is a directory and must be a file: \(host.root)"))
  }
}
