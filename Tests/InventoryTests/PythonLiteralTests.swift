import Testing
import Values

@testable import Inventory

@Suite struct PythonLiteralTests {
  @Test(
    arguments: [
      ("1", 1), ("1_000", 1000), ("0x1F", 31), ("0o17", 15), ("0b101", 5), ("-5", -5), ("+5", 5), ("- 5", -5),
      ("00", 0),
      ("1.", 1.0), (".5", 0.5), ("1e3", 1000.0), ("1.5E-3", 0.0015), ("True", true), ("False", false), ("None", nil),
      ("'a'", "a"), (#""a'b""#, "a'b"), (#"'a\n\x41\u00e9\101'"#, "a\nA\u{e9}A"), (#"r'a\n'"#, #"a\n"#),
      ("'a' \"b\"", "ab"),
      ("'''a'b'''", "a'b"), ("b'x'", "x"), (#"'\d'"#, #"\d"#), ("[1, 'a', [True]]", [1, "a", [true]]), ("[]", []),
      ("[1,]", [1]), ("(1, 2)", [1, 2]), ("()", []), ("(1)", 1), ("(1,)", [1]), ("1, 2", [1, 2]), ("1,", [1]),
      ("{'a': {'b': 1}}", ["a": ["b": 1]]), ("{}", [:]), ("{1, 2, 1}", [1, 2]), ("set()", []), ("1 # comment", 1),
      ("{'a': 1,}", ["a": 1]),
    ] as [(String, Value)])
  func isRead(_ text: String, _ value: Value) throws {
    let read = try #require(PythonLiteral.value(of: text, origin: nil))
    #expect(read == value)
    #expect(read.typeName == value.typeName)
  }

  @Test(arguments: [
    "", "abc", "01", "0644", "1__0", "1_", "_1", "1a", "192.168.1.1", "1.2.3", "true", "none", "--1", "-True", "1+2",
    "'a", "[1", "[1 2]", "{'a'}:", "{'a': 1, 2}", "{[1]: 2}", "1 2", "'a' b", "f'x'", "ub'x'", "0x", "1e", "e5",
    "99999999999999999999", "(", ",", "[,]", "- ", #"'\x4'"#, "Truee", "{{ a }}", "{% a %}", "2020-01-01",
  ])
  func staysAString(_ text: String) {
    #expect(PythonLiteral.value(of: text, origin: nil) == nil)
  }

  @Test func deepNestingEndsQuietly() {
    #expect(PythonLiteral.value(of: String(repeating: "[", count: 100_000), origin: nil) == nil)
    #expect(PythonLiteral.value(of: String(repeating: "-", count: 100_000), origin: nil) == nil)
  }
}
