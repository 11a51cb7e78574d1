import Jinja
import Values

/// Measures each workload: `{"name": {"kind": "file" | "conditions" | "variable" | "parse", "templates": […], "variables": {…}}}`.
enum Benchmark {
  static func run(workloads path: String) throws {
    guard let workloads = try Templates.json(path, trusted: true).map else { return }
    var results = Map()
    for (name, workload) in workloads {
      guard let workload = workload.map, let kind = workload["kind"]?.text?.string else { continue }
      let templates = workload["templates"]?.list?.compactMap(\.text) ?? []
      results[name] = .double(try measure(kind, templates, workload["variables"]?.map ?? Map()))
    }
    print(JSONWriter().string(.map(results)))
  }

  /// The nanoseconds of one round, the least of many.
  private static func measure(_ kind: String, _ templates: [Text], _ variables: Map) throws -> Double {
    let engine = JinjaEngine()
    let files = templates.map { SourceFile(path: "workload.j2", text: $0.string) }
    let body: () throws -> Int
    switch kind {
    case "file":
      body = {
        try files.reduce(0) { $0 + size(try engine.render($1, in: Scope(engine: engine, variables: variables))) }
      }
    case "conditions":
      body = {
        let scope = Scope(engine: engine, variables: variables)
        return try templates.reduce(0) { $0 + (try engine.condition($1, in: scope) ? 1 : 0) }
      }
    case "variable":
      body = {
        size(try engine.evaluate(templates[0], in: Scope(engine: engine, variables: variables)))
      }
    default: body = { templates.reduce(0) { $0 + engine.check($1).count + 1 } }
    }
    return try least(body)
  }

  private static func size(_ value: Value) -> Int { value.text?.string.utf8.count ?? 0 }

  private static func least(_ body: () throws -> Int) throws -> Double {
    let clock = ContinuousClock()
    var sink = 0
    var (least, rounds) = (Duration.seconds(60), 0)
    let end = clock.now + .seconds(1.5)
    while clock.now < end || rounds < 5 {
      least = min(least, try clock.measure { sink &+= try body() })
      rounds += 1
    }
    let (seconds, attoseconds) = least.components
    return sink == .min ? 0 : Double(seconds) * 1e9 + Double(attoseconds) / 1e9
  }
}
