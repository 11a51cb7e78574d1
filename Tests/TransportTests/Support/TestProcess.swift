import Foundation

@testable import Transport

/// Child processes that inherit no descriptor: one that held another's pipe or port would keep it open.
enum TestProcess {
  static func start(_ program: String, _ arguments: [String], output: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // glibc's closefrom action is hidden from Swift: close what might be open.
    for descriptor in Int32(3)..<512 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    // The threads of a test block signals, and a child would inherit that: SIGTERM must reach it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, program, &actions, &attributes, &words, environ)
    guard status == 0 else { throw Failure(description: "can't start \(program): \(status)") }
    return pid
  }

  /// The status that `waitpid` gives. Blocks its thread.
  static func wait(_ pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// Runs a program to its end and gives what it wrote. The threads of the tests stay free meanwhile.
  @discardableResult
  static func run(_ program: String, _ arguments: [String]) async throws -> String {
    let directory = try makeDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let path = "\(directory)/output"
    let pid = try start(program, arguments, output: path)
    let status = await BlockingWork.run { wait(pid) }
    let output = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    guard status == 0 else { throw Failure(description: "\(program) \(arguments): status \(status): \(output)") }
    return output
  }

  /// Whether a process runs that was started with these words.
  static func isRunning(_ words: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.contains { name in
      guard Int(name) != nil, let line = try? LocalFile.read("/proc/\(name)/cmdline") else { return false }
      return line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ") == words
    }
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Asks for the end and waits for it, without holding up the caller.
  static func end(_ pid: pid_t) {
    kill(pid, SIGTERM)
    BlockingWork.start({ wait(pid) }, finish: { _ in })
  }
}
