import Testing
import Values

@testable import Jinja

/// Errors point into the file in which the template was written.
@Suite struct PlaceTests {
  @Test(arguments: [
    ("msg: {{ nope }}", 1, 6, "{{ nope }}", "site.yml:1:9"),
    ("msg: \"{{ nope }}\"", 1, 6, "{{ nope }}", "site.yml:1:10"),
    ("msg: '{{ nope }}'", 1, 6, "{{ nope }}", "site.yml:1:10"),
    ("msg: |\n    one\n    two {{ nope }}\n", 1, 6, "one\ntwo {{ nope }}\n", "site.yml:3:12"),
  ])
  func undefined(_ file: String, _ line: Int, _ column: Int, _ template: String, _ expected: String) throws {
    let engine = JinjaEngine()
    let place = Place(SourceFile(path: "site.yml", text: file), line: line, column: column)
    let error = #expect(throws: Diagnostic.self) {
      try engine.evaluate(Text(template, writtenAt: place), in: Scope(engine: engine, variables: [:]))
    }
    #expect(error?.place?.description == expected)
  }

  @Test func checkFindsErrorsWithoutRendering() {
    let engine = JinjaEngine()
    #expect(
      engine.check(written("{{ x | uper }}")).map(\.summary) == [
        "No filter named 'uper'. [template] at site.yml:1:8\n  help: Did you mean 'upper'?"
      ])
    #expect(engine.check(written("{{ x }}")).isEmpty)
    #expect(engine.check(expression: written("x ==")).count == 1)
  }

  @Test func templateFilesKeepTheirLines() throws {
    let engine = JinjaEngine()
    let file = SourceFile(
      path: "t.j2",
      text: "#jinja2: trim_blocks:False, variable_start_string:'[[', variable_end_string:']]'\na\n[[ nope ]]\n")
    let error = #expect(throws: Diagnostic.self) { try engine.render(file, in: Scope(engine: engine, variables: [:])) }
    #expect(error?.place?.description == "t.j2:3:4")
  }
}
