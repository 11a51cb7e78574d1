import Foundation
import Jinja
import Values

/// `templates render CONTEXT < CASES` renders templates, one JSON string a line, and prints one JSON object a line.
/// `templates bench WORKLOADS` measures, and prints nanoseconds by workload.
/// `templates rounds WORKLOADS NAME COUNT` runs one workload so often.
@main enum Templates {
  static func main() throws {
    let arguments = CommandLine.arguments
    switch (arguments.dropFirst().first, arguments.count) {
    case ("render", 3): try Rendering.run(context: arguments[2])
    case ("bench", 3): try Benchmark.run(workloads: arguments[2])
    case ("rounds", 5): try Benchmark.run(arguments[3], of: arguments[2], rounds: Int(arguments[4]) ?? 1)
    default:
      print(
        """
        usage: templates render CONTEXT.json < CASES.jsonl
               templates bench WORKLOADS.json
               templates rounds WORKLOADS.json NAME COUNT
        """)
    }
  }

  static func json(_ path: String, trusted: Bool) throws -> Value {
    let file = SourceFile(path: path, text: try String(contentsOfFile: path, encoding: .utf8))
    return try JSONReader.read(file.text, from: file, trusted: trusted)
  }

  /// A text as the author of a project writes it.
  static func written(_ text: String) -> Text {
    Text(text, writtenAt: Place(SourceFile(path: "case", text: text), line: 1, column: 1))
  }
}
