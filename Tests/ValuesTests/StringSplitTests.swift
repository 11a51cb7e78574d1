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
  }

  @Test func anotherSeparatorIsAWholeCharacter() {
    #expect("aébéc".split(separator: "é") == ["a", "b", "c"])
    #expect("a\r\nb".split(separator: "\r\n") == ["a", "b"])
  }
}
