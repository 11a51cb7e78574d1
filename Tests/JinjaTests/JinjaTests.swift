import Testing
import Values

@testable import Jinja

@Suite struct EngineTests {
  let engine = JinjaEngine()

  @Test func loneExpressionKeepsItsType() throws {
    let scope = Scope(engine: engine, variables: ["x": 3])
    let file = SourceFile(path: "site.yml", text: "msg: {{ x + 1 }}")
    let text = Text("{{ x + 1 }}", writtenAt: Place(file, line: 1, column: 6))
    #expect(try engine.evaluate(text, in: scope) == .int(4))
  }
}
