import Foundation

/// A `Program` that has been started. (Foundation's `Process` waits for the last descendant that still holds one of its
/// descriptors, so it never sees the end of a script that leaves servers behind.)
package final class RunningProgram: Sendable {
  private let process: pid_t
  private let folder: TemporaryFolder

  package init(_ program: Program) throws {
    folder = try TemporaryFolder()
    try folder.write("input", program.input)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "\(folder.path)/input", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "\(folder.path)/output", O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "\(folder.path)/errors", O_WRONLY | O_CREAT, 0o600)
    // The shell stands in for posix_spawn_file_actions_addchdir_np, which Swift's Glibc does not show.
    let words = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", program.directory ?? folder.path, program.path]
    var process: pid_t = 0
    let variables = program.environment.map { "\($0)=\($1)" }
    // A test run in the background of a script has SIGINT ignored, and its children would too.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // Without the developer's terminal: passwords would be asked there.
    let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Swift's Glibc does not show.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | newSession)
    let failure = Self.withCStrings(words + program.arguments) { words in
      Self.withCStrings(variables) { posix_spawn(&process, "/bin/sh", &actions, &attributes, words, $0) }
    }
    guard failure == 0 else {
      throw ProgramError(description: "\(program.path) can't be started: \(String(cString: strerror(failure)))")
    }
    self.process = process
  }

  package func interrupt() { kill(process, SIGINT) }

  /// - Returns: what it printed, and its exit code; 128 and the number of the signal if one ended it.
  /// - Throws: `ProgramError` for one that hangs; it is killed.
  package func wait() async throws -> Program.Outcome {
    let deadline = ContinuousClock.now + .seconds(300)
    while true {
      if let outcome = try outcome() { return outcome }
      guard ContinuousClock.now < deadline else {
        kill(process, SIGKILL)
        throw ProgramError(description: "it does not end; so far it said:\n\(try folder.read("output"))")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// `nil` while it runs. Tells it once.
  package func outcome() throws -> Program.Outcome? {
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    let signal = status & 0x7f
    return try Program.Outcome(
      output: folder.read("output"), errors: folder.read("errors"),
      exitCode: signal == 0 ? (status >> 8) & 0xff : 128 + signal)
  }

  /// A null-terminated array of C strings, for the time of the call.
  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let copies = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (index, text) in texts.enumerated() { copies[index] = strdup(text) }
    copies[texts.count] = nil
    defer {
      for index in texts.indices { free(copies[index]) }
      copies.deallocate()
    }
    return body(copies)
  }

  package struct ProgramError: Error, CustomStringConvertible {
    package var description: String
  }
}
