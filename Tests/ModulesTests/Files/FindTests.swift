import Testing
import Values

@testable import Modules

@Suite struct FindTests {
  private func found(_ host: TestHost, _ arguments: Map) async throws -> [String] {
    let result = try await host(Find.self, arguments.merging(["paths": "ROOT"]))
    #expect(result.values["msg"] != nil && !result.isFailed)
    return (result.values["files"]?.list ?? []).compactMap { $0["path"]?.string }
      .map { String($0.dropFirst(host.root.count + 1)) }.sorted()
  }

  private func sample(_ shell: LocalShell = LocalShell()) throws -> TestHost {
    let host = try TestHost(shell)
    try host.makeDirectory("d/e")
    host.write("a.txt", "one\ntwo\n", mode: 0o600)
    host.write("b.log", String(repeating: "x", count: 3000))
    host.write(".hidden", "")
    host.write("d/c.txt", "two")
    host.write("d/e/odd\nname", "")
    try host.link("l", to: "a.txt")
    return host
  }

  @Test(arguments: LocalShell.all)
  func findsByNameTypeAndDepth(shell: LocalShell) async throws {
    let host = try sample(shell)
    #expect(try await found(host, [:]) == ["a.txt", "b.log"])
    #expect(try await found(host, ["patterns": "*.txt", "recurse": true]) == ["a.txt", "d/c.txt"])
    #expect(try await found(host, ["file_type": "any", "hidden": true]) == [".hidden", "a.txt", "b.log", "d", "l"])
    #expect(try await found(host, ["file_type": "directory", "recurse": true]) == ["d", "d/e"])
    #expect(try await found(host, ["file_type": "link"]) == ["l"])
    #expect(try await found(host, ["recurse": true, "depth": 2]) == ["a.txt", "b.log", "d/c.txt"])
    #expect(try await found(host, ["recurse": true, "patterns": "odd*"]) == ["d/e/odd\nname"])
  }

  @Test func filters() async throws {
    let host = try sample()
    #expect(try await found(host, ["use_regex": true, "patterns": "^[ab]\\."]) == ["a.txt", "b.log"])
    #expect(try await found(host, ["excludes": "*.log"]) == ["a.txt"])
    #expect(try await found(host, ["size": "2k"]) == ["b.log"])
    #expect(try await found(host, ["size": "-2k"]) == ["a.txt"])
    #expect(try await found(host, ["mode": "0600"]) == ["a.txt"])
    #expect(try await found(host, ["mode": "0400", "exact_mode": false]) == ["a.txt", "b.log"])
    #expect(try await found(host, ["contains": "tw"]) == ["a.txt"])
    #expect(try await found(host, ["contains": "wo"]) == [])
    #expect(try await found(host, ["age": "1d"]) == [])
    #expect(try await found(host, ["limit": 1]).count == 1)
  }

  @Test func tellsChecksumsAndWhatItSkipped() async throws {
    let host = try sample()
    let result = try await host(
      Find.self, ["paths": ["ROOT/d", "ROOT/none"], "get_checksum": true, "checksum_algorithm": "md5"])
    #expect(result.values["files"]?.list?.first?["checksum"] == "b8a9f715dbb64fd5c56e7783c6820a61")
    #expect(result.values["msg"] == "Not all paths examined, check warnings for details")
    let path = host.root + "/none"
    #expect(result.values["skipped_paths"]?[path] == .string("'\(path)' is not a directory"))
    #expect(result.warnings == ["Skipped '\(path)' path due to this access issue: '\(path)' is not a directory"])
  }

  @Test func refusesWrongQuantities() async throws {
    let host = try TestHost()
    #expect(try await host(Find.self, ["paths": "ROOT", "age": "zz"]).values["msg"] == "failed to process age")
    #expect(try await host(Find.self, ["paths": "ROOT", "size": "zz"]).values["msg"] == "failed to process size")
  }
}
