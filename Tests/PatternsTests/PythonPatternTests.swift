import Patterns
import Testing
import Values

@Suite struct PythonPatternTests {
  @Test func groupsAreReplacedInPythonsNotation() throws {
    let pattern = try PythonPattern("(?P<key>\\w+)=(\\d+)")
    #expect(try pattern.replacing(in: "a=1 b=22", with: "\\2:\\g<key>").text == "1:a 22:b")
  }

  @Test func emptyMatchesAreFoundAsPythonFindsThem() throws {
    #expect(try PythonPattern("x*").replacing(in: "abxd", with: "-").text == "-a-b--d-")
  }

  @Test func aCatastrophicPatternEndsInAnError() throws {
    let pattern = try PythonPattern("(a+)+$")
    #expect(throws: Diagnostic.self) { try pattern.finds(in: String(repeating: "a", count: 40) + "!") }
  }

  @Test func splittingKeepsTheGroups() throws {
    #expect(try PythonPattern("(,)").split("a,b") == ["a", ",", "b"])
  }

  @Test(arguments: [
    ("(", "missing ), unterminated subpattern at position 0"), (")", "unbalanced parenthesis at position 0"),
    ("a[b", "unterminated character set at position 1"), ("*a", "nothing to repeat at position 0"),
    ("a\\q", "bad escape \\q at position 1"), ("(*ACCEPT)", "nothing to repeat at position 1"),
    ("a\\", "bad escape (end of pattern) at position 1"),
  ])
  func aBadPatternSaysWhatPythonSays(pattern: String, message: String) {
    #expect(throws: Diagnostic(.template, "Invalid regular expression '\(pattern)': \(message)")) {
      try PythonPattern(pattern)
    }
  }

  @Test(arguments: [
    ("a*", "-", "baac", "-b--c-"), ("(b)|(c)", "[\\1\\2]", "abc", "a[b][c]"), ("^", "> ", "x", "> x"),
    ("(?P<n>\\w+) (?P=n)", "\\g<n>", "the the end", "the end"), ("\\bé", "e", "é", "e"), ("x{,2}y", "-", "xxxy", "x-"),
    ("[[:a]+", "-", "[:ab", "-b"), ("a\\Z", "-", "a\n", "a\n"), ("a$", "-", "a\n", "-\n"),
    ("\\v", "-", "\u{0B}\n", "-\n"), ("\\u00e9", "e", "é", "e"), ("[]a]", "-", "]a", "--"),
    ("(a)", "\\g<1>0\\n", "a", "a0\n"), ("a", "\\.", "a", "\\."),
  ])
  func replacesAsPythonDoes(pattern: String, template: String, text: String, expected: String) throws {
    #expect(try PythonPattern(pattern).replacing(in: text, with: template).text == expected)
  }

  @Test func bytesNeedNotBeText() throws {
    let pattern = try PythonPattern("\\w.\(String(lossless: [0xFF]))", flags: .bytes)
    #expect(try pattern.match([0x61, 0, 0xFF])?.range == 0..<3)
    #expect(try pattern.match(Array("éé".utf8)) == nil)
  }
}
