import Jinja
import Values

/// Renders each template of the input with the same variables.
enum Rendering {
  static func run(context path: String) throws {
    let variables = try Templates.json(path, trusted: true).map ?? Map()
    let engine = JinjaEngine()
    let writer = JSONWriter()
    while let line = readLine() {
      let source = SourceFile(path: "cases", text: line)
      guard let template = try JSONReader.read(line, from: source, trusted: false).text?.string else { continue }
      print(writer.string(result(of: template, engine, variables)))
    }
  }

  private static func result(of template: String, _ engine: JinjaEngine, _ variables: Map) -> Value {
    do {
      let scope = Scope(engine: engine, variables: variables)
      let value = try engine.evaluate(Templates.written(template), in: scope)
      return ["value": .string(try Object(value, in: scope).repr())]
    } catch {
      return ["error": .string((error as? Diagnostic)?.message ?? "\(error)")]
    }
  }
}
