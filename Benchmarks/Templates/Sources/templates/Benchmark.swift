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
      results[name] = .double(try least(body(kind, templates, workload["variables"]?.map ?? Map())))
    }
    print(JSONWriter().string(.map(results)))
  }

  /// Runs one workload so often, for counting its instructions from outside.
  static func run(_ name: String, of path: String, rounds: Int) throws {
    guard let workload = try Templates.json(path, trusted: true)[name]?.map, let kind = workload["kind"]?.text?.string
    else { return }
    let templates = workload["templates"]?.list?.compactMap(\.text) ?? []
    let body = body(kind, templates, workload["variables"]?.map ?? Map())
    for _ in 0..<rounds { _ = try body() }
  }

  /// One round of a workload.
  private static func body(_ kind: String, _ templates: [Text], _ variables: Map) -> () throws -> Int {
    let engine = JinjaEngine()
    let files = templates.map { SourceFile(path: "workload.j2", text: $0.string) }
    switch kind {
    case "file":
      return {
        try files.reduce(0) { $0 + size(try engine.render($1, in: Scope(engine: engine, variables: variables))) }
      }
    case "conditions":
      return {
        let scope = Scope(engine: engine, variables: variables)
        return try templates.reduce(0) { $0 + (try engine.condition($1, in: scope) ? 1 : 0) }
      }
    case "variable":
      return { size(try engine.evaluate(templates[0], in: Scope(engine: engine, variables: variables))) }
    default: return { templates.reduce(0) { $0 + engine.check($1).count + 1 } }
    }
  }

  private static func size(_ value: Value) -> Int { value.text?.string.utf8.count ?? 0 }

  /// The nanoseconds of one round, the least of many.
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
