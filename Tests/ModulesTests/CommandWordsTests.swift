import Testing

@testable import Modules

/// Expectations are those of Python's `shlex.split`.
@Suite struct CommandWordsTests {
  @Test(arguments: [
    ("visudo -cf %s", ["visudo", "-cf", "%s"]),
    ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
    ("a\\ b \"c\\\"d\\e\" ''", ["a b", "c\"d\\e", ""]),
    ("  a\n\tb ", ["a", "b"]),
    ("x'y'z", ["xyz"]),
  ])
  func splits(text: String, words: [String]) {
    #expect(CommandWords.split(text) == words)
  }

  @Test(arguments: ["'a", "\"a", "a\\"])
  func refusesUnclosedQuotations(text: String) {
    #expect(CommandWords.split(text) == nil)
  }
}
