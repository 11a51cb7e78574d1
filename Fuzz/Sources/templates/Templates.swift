import Driver
import Jinja
import Values

@main enum Templates {
  static func main() { Driver.run(testTemplate) }
}

/// Compiles and renders one made-up template: the first byte says as what it is read. An error is fine, a crash or a hang is a find.
private func testTemplate(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard count > 0 else { return 0 }
  let source = String(decoding: UnsafeBufferPointer(start: bytes + 1, count: count - 1), as: UTF8.self)
  let text = Text(source, writtenAt: Place(SourceFile(path: "fuzz", text: source), line: 1, column: 1))
  let engine = JinjaEngine(loader: FixedLoader(Fuzzed.files), limits: Fuzzed.limits)
  let scope = Scope(engine: engine, variables: Fuzzed.variables)
  switch bytes[0] % 4 {
  case 0: _ = try? engine.condition(text, in: scope)
  case 1: _ = try? engine.render(SourceFile(path: "fuzz.j2", text: source), in: scope)
  case 2: _ = engine.check(text)
  default: _ = try? engine.evaluate(text, in: scope)
  }
  return 0
}

private enum Fuzzed {
  static let limits = {
    var limits = JinjaLimits()
    limits.fuel = 20_000
    limits.outputBytes = 1 << 20
    return limits
  }()

  static let files = [
    "a": "{% block b %}{{ x }}{% endblock %}", "m": "{% macro m(a) %}{{ a }}{% endmacro %}", "x": "{% extends 'x' %}",
  ]

  static let variables: Map = [
    "n": 3, "f": 2.5, "s": "a b,c", "t": true, "u": .null, "l": [3, 1, "x", [1]], "d": ["a": 1, "b": ["c": [2]]],
    "v": .string(
      Text("{{ v2 }}{{ n }}", writtenAt: Place(SourceFile(path: "v", text: "{{ v2 }}{{ n }}"), line: 1, column: 1))),
    "v2": .secret(Secret("hidden")),
  ]
}
