import Testing
import Values

@Suite struct StringSplitTests {
  @Test func anASCIISeparatorIsFoundInsideAGraphemeCluster() {
    #expect("a\r\nb\n".split(separator: "\n") == ["a\r", "b"])
    #expect("/srv/\u{301}x".split(separator: "/") == ["srv", "\u{301}x"])
  }

  @Test func emptyPartsAndTheMostPartsAreAsInTheStandardLibrary() {
    #expect("a  b c".split(separator: " ") == ["a", "b", "c"])
    #expect("a  b c".split(separator: " ", omittingEmptySubsequences: false) == ["a", "", "b", "c"])
    #expect("a=b=c".split(separator: "=", maxSplits: 1) == ["a", "b=c"])
    #expect("".split(separator: ",").isEmpty)
    #expect("".split(separator: ",", omittingEmptySubsequences: false) == [""])
    #expect(",a,".split(separator: ",", omittingEmptySubsequences: false) == ["", "a", ""])
    #expect("a  b c".split(separator: " ", maxSplits: 1) == ["a", " b c"])
    #expect("a b".split(separator: " ", maxSplits: 0) == ["a b"])
  }

  @Test func aPartOfALongerTextIsSplitByItsOwnBytes() {
    #expect("0:a long line:1".dropFirst(2).split(separator: ":") == ["a long line", "1"])
  }

  @Test func aTextIsCutAtTheFirstSeparator() throws {
    let (before, after) = try #require("kéy=a=b".cut(at: "="))
    #expect(before == "kéy" && after == "a=b")
    #expect("key".cut(at: "=") == nil)
  }

  @Test func anotherSeparatorIsAWholeCharacter() {
    #expect("aébéc".split(separator: "é") == ["a", "b", "c"])
    #expect("a\r\nb".split(separator: "\r\n") == ["a", "b"])
  }
}
