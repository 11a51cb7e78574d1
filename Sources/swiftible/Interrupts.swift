import Glibc
import Playbook
import Synchronization

/// Ctrl-C and its kin end a command in order: first the work is cancelled, so that what runs on the hosts is stopped and
/// reported; a second signal, or ten seconds, end the process at once.
///
/// Swift's runtime parks the main thread with all signals unblocked, so they can't be fetched by `sigwait`: a handler writes
/// them to a socket, and a thread of its own reads it.
final class Interrupts: Sendable {
  static let standard = Interrupts()

  private let onInterrupt = Mutex<(@Sendable () -> Void)?>(nil)
  private let received = Mutex<Int32?>(nil)
  private static let patience: UInt32 = 10

  /// The exit code that the first signal calls for; `nil` as long as none came.
  var exitCode: Int32? { received.withLock { $0.map(Self.exitCode) } }

  /// Runs work that the signals cancel.
  func run<Answer: Sendable>(_ work: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
    install()
    let task = Task(operation: work)
    onInterrupt.withLock { $0 = { task.cancel() } }
    return try await task.value
  }

  private func install() {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { return }
    signalSocket = ends[1]
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var action = sigaction()
      // What is ignored from the start, as nohup does, stays so.
      guard sigaction(number, nil, &action) == 0, !Self.isIgnored(action) else { continue }
      action.__sigaction_handler.sa_handler = { number in
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(signalSocket, &byte, 1)
        errno = saved
      }
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
    }
    let descriptor = ends[0]
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start { self.listen(to: descriptor) })
    pthread_create(
      &thread, nil,
      { start in
        if let start { Unmanaged<Start>.fromOpaque(start).takeRetainedValue().body() }
        return nil
      }, start.toOpaque())
  }

  private func listen(to descriptor: Int32) {
    while true {
      var byte: UInt8 = 0
      let count = read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return }
      let number = Int32(byte)
      let isFirst = received.withLock { received in
        if received != nil { return false }
        received = number
        return true
      }
      // A question that waits for its answer can't be cancelled.
      if Terminal.abandonQuestion() || !isFirst { _exit(Self.exitCode(number)) }
      signal(SIGALRM) { _ in _exit(99) }
      alarm(Self.patience)
      ControllerProcess.stopAll()
      onInterrupt.withLock { $0 }?()
    }
  }

  private static func exitCode(_ number: Int32) -> Int32 {
    number == SIGINT ? Playbook.ExitCode.interrupted.rawValue : 128 + number
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private final class Start {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }
}

/// Where the handler writes. Set once, before the first handler is installed; a handler may touch neither locks nor objects.
private nonisolated(unsafe) var signalSocket: Int32 = -1
