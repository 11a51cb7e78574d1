import Synchronization

// `environ` and the spawn attributes are C's; this is the one file of the local transport that talks to it.
#if canImport(Darwin)
  @preconcurrency import Darwin
#else
  @preconcurrency import Glibc
#endif

/// A child process in a session of its own, with pipes for its three streams and no other descriptor of ours.
final class ChildProcess: Sendable {
  let processID: pid_t
  private let ended = Mutex<ShellEnding?>(nil)

  /// Our ends of the pipes; whoever starts the child owns them.
  struct Pipes: Sendable {
    var input: CInt
    var output: CInt
    var error: CInt
  }

  private init(processID: pid_t) { self.processID = processID }

  /// Held while pipes are made, so that no other child is started before they are marked close-on-exec (`pipe2`, which
  /// does both at once, is not in the headers that Swift sees).
  private static let spawning = Mutex(())

  /// Starts a program.
  /// - Parameter arguments: `argv`; the first is the program's path.
  static func start(_ arguments: [String]) throws(TransportError) -> (ChildProcess, Pipes) {
    let result = spawning.withLock { _ in
      Result { () throws(TransportError) in try startHoldingLock(arguments) }
    }
    return try result.get()
  }

  private static func startHoldingLock(_ arguments: [String]) throws(TransportError) -> (ChildProcess, Pipes) {
    let input = try pipe()
    let output: (read: CInt, write: CInt)
    let error: (read: CInt, write: CInt)
    do {
      output = try pipe()
    } catch {
      closeAll([input.read, input.write])
      throw error
    }
    do {
      error = try pipe()
    } catch {
      closeAll([input.read, input.write, output.read, output.write])
      throw error
    }
    defer { closeAll([input.read, output.write, error.write]) }
    let (code, processID) = spawn(arguments, input: input.read, output: output.write, error: error.write)
    guard code == 0 else {
      closeAll([input.write, output.read, error.read])
      throw TransportError(.connectionRefused, "Can't start \(arguments.first ?? "the shell"): \(describe(code))")
    }
    return (ChildProcess(processID: processID), Pipes(input: input.write, output: output.read, error: error.read))
  }

  /// How it ended; `nil` while it runs. Reaps it.
  func poll() -> ShellEnding? {
    ended.withLock { ended in
      if let ended { return ended }
      var status: CInt = 0
      let answer = waitpid(processID, &status, WNOHANG)
      if answer == processID {
        let signal = status & 0x7F
        ended =
          signal == 0
          ? .exited(status: Int((status >> 8) & 0xFF)) : .signalled(name: SignalName.name(Int(signal)) ?? "\(signal)")
      } else if answer == -1, errno == ECHILD {
        ended = .exited(status: 255)
      }
      return ended
    }
  }

  /// Kills its whole process group, if it still runs.
  func kill() {
    ended.withLock { ended in
      // Unreaped, the process id can't have been given to another process.
      if ended == nil { _ = Self.signal(-processID, SIGKILL) }
    }
  }

  #if !canImport(Darwin)
    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt

    /// Closes every further descriptor in the child: other libraries (Foundation's pipes) don't mark theirs close-on-exec, and
    /// a child that holds one keeps its reader waiting for ever. The headers show this function to _GNU_SOURCE only, so it is
    /// looked up by name; `nil` in a C library that lacks it.
    private static let closeFrom: CloseFrom? = dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addclosefrom_np")
      .map { unsafeBitCast($0, to: CloseFrom.self) }
  #endif

  private static func signal(_ target: pid_t, _ number: CInt) -> CInt {
    #if canImport(Darwin)
      Darwin.kill(target, number)
    #else
      Glibc.kill(target, number)
    #endif
  }

  private static func spawn(
    _ arguments: [String], input: CInt, output: CInt, error: CInt
  ) -> (code: CInt, processID: pid_t) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
      let isolation = CInt(POSIX_SPAWN_SETSID) | CInt(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      let isolation = CInt(0x80)  // POSIX_SPAWN_SETSID, which the headers show to _GNU_SOURCE only
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, error, 2)
    #if !canImport(Darwin)
      _ = closeFrom?(&actions, 3)
    #endif
    // The child starts with every signal as a login would have it, whatever this process ignores or blocks.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(isolation | CInt(POSIX_SPAWN_SETSIGMASK) | CInt(POSIX_SPAWN_SETSIGDEF)))
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var processID: pid_t = 0
    let code = posix_spawn(&processID, arguments.first ?? "", &actions, &attributes, &words, environ)
    return (code, processID)
  }

  private static func pipe() throws(TransportError) -> (read: CInt, write: CInt) {
    var ends: [CInt] = [-1, -1]
    #if canImport(Darwin)
      let code = Darwin.pipe(&ends)
    #else
      let code = Glibc.pipe(&ends)
    #endif
    for end in ends where code == 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    guard code == 0 else { throw TransportError(.connectionRefused, "Can't make a pipe: \(describe(errno))") }
    return (ends[0], ends[1])
  }

  private static func closeAll(_ descriptors: [CInt]) {
    for descriptor in descriptors { close(descriptor) }
  }

  private static func describe(_ code: CInt) -> String { String(cString: strerror(code)) }
}
