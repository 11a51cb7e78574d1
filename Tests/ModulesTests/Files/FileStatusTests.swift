import Testing

@testable import Modules

@Suite struct FileStatusTests {
  @Test func readsALineOfStat() throws {
    let line =
      "81a4 1000 0 5 2 1234 2049 8 ff03 8 4096 1763712345.123456789 1700000000.000000001 -1.500000000 UNKNOWN a b"
    let status = try #require(FileStatus(line: Array(line.utf8)[...]))
    #expect(status.kind == .regular)
    #expect(status.mode == 0o644)
    #expect(status.uid == 1000 && status.gid == 0 && status.size == 5 && status.linkCount == 2)
    #expect(status.inode == 1234 && status.device == 2049 && status.blocks == 8 && status.blockSize == 4096)
    #expect(status.deviceType == 0xff00803)
    #expect(status.owner == "1000")
    #expect(status.group == "a b")
  }

  /// What Python's `os.stat` gives for the same times.
  @Test func putsTimesTogetherAsPythonDoes() throws {
    let line = "4000 0 0 5 2 1 1 0 0 8 4096 1763712345.123456789 1700000000.000000001 -1.500000000 root root"
    let status = try #require(FileStatus(line: Array(line.utf8)[...]))
    #expect(status.accessTime == 1763712345.1234567)
    #expect(status.modificationTime == 1700000000.0)
    #expect(status.changeTime == -1.5)
  }

  @Test(arguments: [
    "", "81a4", "81a4 0 0 5 2", "x 0 0 5 2 1 1 0 0 8 4096 1 1 1 root root",
    "81a4 0 0 99999999999999999999 2 1 1 0 0 8 4096 1 1 1 root root",
  ])
  func refusesAnythingElse(_ line: String) {
    #expect(FileStatus(line: Array(line.utf8)[...]) == nil)
  }
}
