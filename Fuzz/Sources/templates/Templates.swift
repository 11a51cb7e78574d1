import Driver
import Glibc
import Jinja
import Values

@main enum Templates {
  static func main() { Driver.run(testTemplate) }
}

/// Reads one made-up template, and with `PARSER=template-renderer` renders it: the first byte says as what it is read. An error is
/// fine, a crash or a hang is a find.
private func testTemplate(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard count > 0 else { return 0 }
  let source = String(decoding: UnsafeBufferPointer(start: bytes + 1, count: count - 1), as: UTF8.self)
  let file = SourceFile(path: "fuzz.j2", text: source)
  let text = Text(source, writtenAt: Place(file, line: 1, column: 1))
  Fuzzed.isRendering ? render(file, text, as: bytes[0] % 3) : parse(file, text, as: bytes[0] % 3)
  return 0
}

/// Errors are looked at too, for their places are computed then.
private func parse(_ file: SourceFile, _ text: Text, as kind: UInt8) {
  let problems =
    switch kind {
    case 0: Fuzzed.engine.check(expression: text)
    case 1: Fuzzed.engine.check(file)
    default: Fuzzed.engine.check(text)
    }
  for problem in problems { _ = problem.place?.column }
}

private func render(_ file: SourceFile, _ text: Text, as kind: UInt8) {
  let scope = Scope(engine: Fuzzed.engine, variables: Fuzzed.variables)
  switch kind {
  case 0: _ = try? Fuzzed.engine.condition(text, in: scope)
  case 1: _ = try? Fuzzed.engine.render(file, in: scope)
  default: _ = try? Fuzzed.engine.evaluate(text, in: scope)
  }
}

private enum Fuzzed {
  static let isRendering = getenv("PARSER").map { String(cString: $0) } == "template-renderer"

  /// One for all inputs: to make its tables takes longer than most templates.
  static let engine = JinjaEngine(loader: FixedLoader(files), limits: limits)

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
