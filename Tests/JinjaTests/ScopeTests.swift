import Testing
import Values

@testable import Jinja

/// Variables: rendered when used, in the scope of the use, once.
@Suite struct ScopeTests {
  let engine = JinjaEngine()

  @Test func cyclesAreNamed() throws {
    let scope = Scope(
      engine: engine,
      variables: [
        "a": .string(written("{{ b }}")), "b": .string(written("{{ c.d }}")), "c": ["d": .string(written("{{ a }}"))],
      ])
    let error = #expect(throws: Diagnostic.self) { try engine.evaluate(written("{{ a }}"), in: scope) }
    #expect(error?.message == "recursive loop detected in template: a -> b -> site.yml:1:1 -> a")
  }

  @Test func errorsTellWhichVariableLedToThem() throws {
    let scope = Scope(
      engine: engine, variables: ["a": .string(written("x{{ b }}")), "b": .string(written("{{ nope }}"))])
    let error = #expect(throws: Diagnostic.self) { try engine.evaluate(written("{{ a }}"), in: scope) }
    #expect(error?.message == "'nope' is undefined")
  }

  @Test func aVariableIsRenderedOnce() throws {
    let calls = Counter()
    let counting = TemplateFunction("count", "()", "Counts its calls.") { _ in .int(calls.next()) }
    let engine = JinjaEngine(globals: [counting])
    let scope = Scope(engine: engine, variables: ["x": .string(written("{{ count() }}"))])
    #expect(try engine.evaluate(written("{{ x }}{{ x }}"), in: scope) == "11")
    #expect(try engine.evaluate(written("{{ x }}"), in: scope) == 1)
  }

  @Test func aChildSeesItsOwnVariablesInTheParentsTemplates() throws {
    let scope = Scope(engine: engine, variables: ["path": .string(written("/srv/{{ item }}"))])
    for item in ["a", "b"] {
      let child = scope.child(["item": .value(.string(item))])
      #expect(try engine.evaluate(written("{{ path }}"), in: child) == .string("/srv/\(item)"))
    }
  }

  @Test func changesInPlaceEndWithTheRender() throws {
    let scope = Scope(engine: engine, variables: ["l": [1]])
    #expect(try engine.evaluate(written("{{ l.append(2) }}{{ l }}"), in: scope) == [1, 2])
    #expect(try engine.evaluate(written("{{ l }}"), in: scope) == [1])
  }

  @Test func membersAreReadOneByOne() throws {
    var big = Map()
    for index in 0..<10_000 { big["k\(index)"] = .string(written("{{ nope\(index) }}")) }
    big["good"] = 1
    let scope = Scope(engine: engine, variables: ["big": .map(big)])
    #expect(try engine.evaluate(written("{{ big.good }}"), in: scope) == 1)
  }

  @Test func everythingWithinAValueIsRendered() throws {
    let scope = Scope(engine: engine, variables: ["n": 3])
    let value: Value = ["a": [.string(written("{{ n }}")), ["b": .string(written("x{{ n }}"))]], "c": .omit]
    #expect(try engine.resolve(value, in: scope) == ["a": [3, ["b": "x3"]]])
    #expect(try engine.resolve(.omit, in: scope) == .omit)
  }

  @Test func membersOfADynamicMappingRenderInTheirOwnScope() throws {
    let other = Scope(engine: engine, variables: ["name": "web2", "url": .string(written("http://{{ name }}"))])
    let mapping = Hosts(scope: other, value: ["url": .string(written("http://{{ name }}"))])
    let scope = Scope(engine: engine) { name in
      name == "hostvars" ? .dynamic(mapping) : name == "name" ? .value("web1") : nil
    }
    #expect(try engine.evaluate(written("{{ hostvars['web2'].url }} {{ name }}"), in: scope) == "http://web2 web1")
    #expect(
      try engine.evaluate(written("{{ hostvars.nope is defined }} {{ hostvars | length }}"), in: scope) == "False 1")
    #expect(try engine.evaluate(written("{{ hostvars.keys() }}"), in: scope) == ["web2"])
  }

  private struct Hosts: DynamicMapping {
    let scope: Scope
    let value: Value
    func get(_ key: String) -> (value: Value, scope: Scope?)? { key == "web2" ? (value, scope) : nil }
    var keys: [String] { ["web2"] }
  }
}

/// Counts, from one thread.
final class Counter: @unchecked Sendable {
  private var count = 0
  func next() -> Int {
    count += 1
    return count
  }

  /// ansible-core 2.19 keeps the error of a filter, test or method as a value; an operator's is raised at once.
  @Test func errorsAreMetWhenTheirValueIsUsed() throws {
    let engine = JinjaEngine()
    let scope = Scope(engine: engine, variables: [:])
    #expect(try engine.evaluate(written("{{ ['x' is divisibleby(2), 'x'.index('z')] | length }}"), in: scope) == 2)
    #expect(try engine.evaluate(written("{% set y = 'x' is divisibleby(2) %}ok"), in: scope) == "ok")
    for template in [
      "{{ ('x' is divisibleby(2)) | default(1) }}", "{{ ('x' is divisibleby(2)) is defined }}",
      "{{ ['x' is divisibleby(2)] }}", "{% set _ = [].append('a' + 1) %}ok",
    ] {
      #expect(throws: Diagnostic.self, "\(template)") { try engine.evaluate(written(template), in: scope) }
    }
  }
}
