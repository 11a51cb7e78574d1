import Testing
import Values

@testable import Jinja

/// Conditions by ansible-core 2.19's rules.
@Suite struct ConditionTests {
  @Test(arguments: [
    ("n == 3", true), ("n > 3", false), ("nope is defined and nope > 3", false), ("s is string and n in [1, 3]", true),
    ("not t", false), ("d.a is defined", true), ("  t  ", true), ("users | length > 2", true), ("{{ cond }}", true),
    ("{{ n == 3 }}", true), ("'{{ s }}' == 'hello world'", true),
  ])
  func holds(_ condition: String, _ expected: Bool) throws {
    #expect(try evaluate(condition) == expected)
  }

  @Test(arguments: [
    ("n", "Conditional result (True) was derived from value of type 'int'. Conditionals must have a boolean result."),
    ("''", "Conditional result (False) was derived from value of type 'str'. Conditionals must have a boolean result."),
    ("", "Empty conditional expressions are not allowed."),
    ("nope == 1", "Error while evaluating conditional: 'nope' is undefined"),
    ("n ==", "Syntax error in expression: unexpected end of template"),
    ("{{ n }} == 3", "Syntax error in expression: expected token ':', got '}'"),
  ])
  func fails(_ condition: String, _ message: String) {
    #expect { try evaluate(condition) } throws: { ($0 as? Diagnostic)?.message == message }
  }

  @Test func brokenConditionsPassWhenAllowed() throws {
    var features = JinjaFeatures()
    features.allowsBrokenConditionals = true
    #expect(try evaluate("n", JinjaEngine(features: features)))
    #expect(try evaluate("", JinjaEngine(features: features)))
  }

  @Test func textOfAHostIsNoCondition() throws {
    let engine = JinjaEngine()
    let scope = Scope(engine: engine, variables: ["fromHost": "1 == 1"])
    #expect(throws: Diagnostic.self) { try engine.condition(Text("1 == 1"), in: scope) }
    #expect(throws: Diagnostic.self) { try engine.condition(written("{{ fromHost }}"), in: scope) }
  }

  private func evaluate(_ condition: String, _ engine: JinjaEngine = JinjaEngine()) throws -> Bool {
    var variables = try Fixtures.variables()
    variables["cond"] = .string(written("n > 2"))
    return try engine.condition(written(condition), in: Scope(engine: engine, variables: variables))
  }
}

/// A text as the project's author writes it.
func written(_ text: String, line: Int = 1, column: Int = 1) -> Text {
  Text(text, writtenAt: Place(SourceFile(path: "site.yml", text: text), line: line, column: column))
}
