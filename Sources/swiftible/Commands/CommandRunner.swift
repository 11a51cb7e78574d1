import ArgumentParser
import Glibc
import Playbook
import Values

/// Runs a command's body: errors to standard error, exit codes as ansible's.
enum CommandRunner {
  static func run(_ body: @escaping @Sendable (Screen) async throws -> Playbook.ExitCode) async throws {
    let screen = Screen()
    let code: Playbook.ExitCode
    do {
      code = try await Interrupts.standard.run { try await body(screen) }
    } catch let error as Diagnostic {
      screen.show(error)
      code = error.kind == .usage ? .optionError : error.kind == .file ? .error : .unreachable
    } catch let error as LoadFailure {
      for problem in error.problems { screen.show(problem) }
      code = error.exitCode
    }
    if let code = Interrupts.standard.exitCode { throw ArgumentParser.ExitCode(code) }
    if code != .success { throw ArgumentParser.ExitCode(code.rawValue) }
  }
}
