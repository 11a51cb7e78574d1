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

  @Test func aBadPatternSaysWhere() {
    #expect(throws: Diagnostic(.template, "Invalid regular expression 'a(': missing closing parenthesis at position 2"))
    {
      try PythonPattern("a(")
    }
  }
}
