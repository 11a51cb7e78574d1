import Foundation

/// A run of a program, described step by step: `try Program.swiftible("playbook", "site.yml").input("yes\n").run()`.
package struct Program: Sendable {
  package var path: String
  package var arguments: [String]
  package var environment: [String: String]
  package var directory: String?
  package var input: [UInt8] = []

  package init(path: String, arguments: [String], environment: [String: String]) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
  }

  /// What a program came to.
  package struct Outcome: Sendable, Equatable {
    package var output: String
    package var errors: String
    package var exitCode: Int32

    package init(output: String, errors: String, exitCode: Int32) {
      self.output = output
      self.errors = errors
      self.exitCode = exitCode
    }
  }

  /// The binary that was built with these tests, in an environment with nothing of the developer's own in it.
  package static func swiftible(_ arguments: String...) -> Program {
    Program(
      path: builtBinary, arguments: arguments,
      environment: ["PATH": systemPath, "LANG": "C.UTF-8", "HOME": "/nonexistent"])
  }

  /// A script of the repository, in the developer's environment.
  package static func script(_ name: String, _ arguments: String...) -> Program {
    Program(
      path: Repository.path("scripts/\(name)"), arguments: arguments, environment: ProcessInfo.processInfo.environment)
  }

  package func arguments(_ more: String...) -> Program { with { $0.arguments += more } }
  package func environment(_ name: String, _ value: String) -> Program { with { $0.environment[name] = value } }
  package func directory(_ path: String) -> Program { with { $0.directory = path } }
  package func input(_ text: String) -> Program { with { $0.input = Array(text.utf8) } }

  /// Runs to the end. Both streams go to files, so that no amount of output can stop the program.
  package func run() async throws -> Outcome { try await start().wait() }

  /// Starts without waiting, to do something to a run in its midst.
  package func start() throws -> RunningProgram { try RunningProgram(self) }

  private func with(_ change: (inout Program) -> Void) -> Program {
    var copy = self
    change(&copy)
    return copy
  }

  private static let systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// The product stands beside the test bundle.
  private static let builtBinary: String = {
    let bundle = CommandLine.arguments.first ?? ""
    return URL(fileURLWithPath: bundle).resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent(
      "swiftible"
    ).path
  }()
}
