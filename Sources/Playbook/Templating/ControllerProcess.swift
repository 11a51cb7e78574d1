import Glibc
import Synchronization
import Values

/// A command on the controller whose output is wanted (`pipe`, `lines`).
package enum ControllerProcess {
  package struct Output: Sendable {
    package var status: Int
    /// Standard output, byte-exact (`String(lossless:)`).
    package var text: String
  }

  private static let limit = 64 << 20
  /// The commands that are under way, each the leader of its process group.
  private static let running = Mutex<Set<pid_t>>([])
  private static let isStopped = Atomic(false)

  /// Ends every command that is under way, with all it started, and lets no other begin: the run is over.
  package static func stopAll() {
    isStopped.store(true, ordering: .relaxed)
    running.withLock { running in
      for group in running { kill(-group, SIGKILL) }
    }
  }

  /// Runs a line of shell in a folder and waits for its end.
  static func run(_ command: String, in folder: String) throws(Diagnostic) -> Output {
    // `posix_spawn` has no portable way to change the folder, so the shell does it.
    try run(["/bin/sh", "-c", "cd \(AnsibleFilters.shellWord(folder)) || exit 127\n" + command])
  }

  /// Runs a program and waits for its end.
  /// - Parameter input: what it reads on standard input, at most 60 KiB: so much a socket holds by itself.
  package static func run(_ words: [String], input: [UInt8] = []) throws(Diagnostic) -> Output {
    try EngineThreads.shared.blocking { () throws(Diagnostic) in try waitFor(words, input) }
  }

  private static func waitFor(_ words: [String], _ input: [UInt8]) throws(Diagnostic) -> Output {
    let command = words.joined(separator: " ")
    guard let program = words.first else { throw failure("", ENOENT) }
    var ends: [Int32] = [-1, -1]
    // A socket pair, for it is close-on-exec from the start: no other child can hold its end open.
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw failure(command, errno)
    }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    var inputEnds: [Int32] = [-1, -1]
    if input.isEmpty {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    } else {
      guard input.count <= 60 << 10,
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &inputEnds) == 0
      else { throw failure(command, input.count <= 60 << 10 ? errno : E2BIG) }
      let count = Glibc.write(inputEnds[1], input, input.count)
      close(inputEnds[1])
      guard count == input.count else {
        close(inputEnds[0])
        throw failure(command, EPIPE)
      }
      posix_spawn_file_actions_adddup2(&actions, inputEnds[0], STDIN_FILENO)
    }
    defer { if inputEnds[0] >= 0 { close(inputEnds[0]) } }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // A group of its own, so that an interrupted run can end whatever the command started; and every signal as a login would have
    // it, whatever this process ignores.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    var child = pid_t()
    let status = running.withLock { running in
      if isStopped.load(ordering: .relaxed) { return ECANCELED }
      let status = posix_spawnp(&child, program, &actions, &attributes, &arguments, environ)
      if status == 0 { running.insert(child) }
      return status
    }
    close(ends[1])
    guard status == 0 else { throw failure(command, status) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      bytes += buffer[..<count]
      if bytes.count > limit {
        kill(child, SIGKILL)
        break
      }
    }
    var result: Int32 = 0
    while waitpid(child, &result, 0) < 0, errno == EINTR {}
    _ = running.withLock { $0.remove(child) }
    if bytes.count > limit { throw Diagnostic(.limit, "the command '\(command)' printed more than \(limit >> 20) MiB") }
    let code = result & 0x7F == 0 ? Int((result >> 8) & 0xFF) : 128 + Int(result & 0x7F)
    return Output(status: code, text: String(lossless: bytes))
  }

  private static func failure(_ command: String, _ code: Int32) -> Diagnostic {
    Diagnostic(.file, "the command '\(command)' can't be started: \(String(cString: strerror(code)))")
  }
}
