import Testing

@testable import Inventory

@Suite struct ShellWordsTests {
  @Test(arguments: [
    ("a b  c", ["a", "b", "c"]), ("a 'b c' d", ["a", "b c", "d"]), (#"a="b c""#, ["a=b c"]), ("a#b c", ["a"]),
    ("a '#' b # c", ["a", "#", "b"]), (#"a\ b"#, ["a b"]), (#""a\"b\n""#, [#"a"b\n"#]), (#"'a\'"#, [#"a\"#]),
    ("a ''", ["a", ""]), ("", []), ("'it''s'", ["its"]), ("\ta\r", ["a"]),
  ])
  func splitsAsAShell(_ line: String, _ words: [String]) throws {
    #expect(try ShellWords.split(Array(line.utf8)).map(\.text) == words)
  }

  @Test func anOpenQuoteAndAnOpenEscapeAreErrors() {
    #expect(throws: ShellWords.Failure.openQuote) { try ShellWords.split(Array("a 'b".utf8)) }
    #expect(throws: ShellWords.Failure.openEscape) { try ShellWords.split(Array(#"a\"#.utf8)) }
  }
}
