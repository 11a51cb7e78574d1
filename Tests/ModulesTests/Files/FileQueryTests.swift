import Testing
import Values

@testable import Modules

@Suite struct FileQueryTests {
  @Test(arguments: LocalShell.all) func tellsOddNames(_ shell: LocalShell) throws {
    let host = try TestHost(shell)
    let name = host.root + "/" + "é\u{1} '\\.\n\n"
    let link = host.root + "/link"
    let made = try shell.run("printf content >\(name)\nln -s -- \(name) \(link)")
    #expect(made.status == 0)

    let file = try shell.ask(FileQuery(name + "//", checksum: .sha1, contentLimit: 7))
    #expect(file.path.sameScalars(as: name))
    #expect(file.writtenPath.sameScalars(as: name + "//"))
    #expect(file.content == Array("content".utf8))
    #expect(file.checksum == "040f06fd774092478d450774f5ba30c5da78acc8")
    #expect(file.own?.kind == .regular)

    let followed = try shell.ask(FileQuery(link))
    #expect(followed.linkTarget?.sameScalars(as: name) == true)
    #expect(followed.resolvedPath?.sameScalars(as: name) == true)
    #expect(followed.target?.size == 7)
    #expect(followed.content == nil)
  }

  @Test(arguments: LocalShell.all) func tellsWhatIsMissing(_ shell: LocalShell) throws {
    let host = try TestHost(shell)
    let answer = try shell.ask(FileQuery(host.root + "/a/b/c"))
    #expect(answer.own == nil)
    #expect(answer.missingAncestors == 2)
    #expect(answer.parent == nil)
    #expect(!answer.isReadable)
  }
}
