import DequeModule
import Dispatch
import Glibc
import Synchronization

/// The threads on which plays run: one as long as it keeps up, more when work piles up or blocks.
///
/// The concurrency runtime's own pool wakes a thread for every job that finds one asleep. The answers of a few hosts come one by
/// one and each is little work, so that most of those threads find nothing left to do: without them a converged play takes an
/// eighth less CPU time (4 hosts, 2 processors, median of 15). The pool also has no more threads than processors, so that fifty
/// hosts' commands on the controller (`lookup('pipe', …)`) ran two at a time; work that says it is `blocking` makes room for
/// others here.
final class EngineThreads: _Concurrency.TaskExecutor {
  static let shared = EngineThreads(processors: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))

  private struct State {
    var jobs = Deque<UnownedJob>()
    /// Threads that run jobs, those that block not counted.
    var running = 0
    var sleeping: [DispatchSemaphore] = []
    /// How many there are, the sleeping and the blocking ones among them.
    var made = 0
    var threads: Set<pthread_t> = []
  }

  /// How many jobs a thread may have before it; waking another costs about as much as a few of them.
  private static let backlog = 8
  /// A job that takes longer, in nanoseconds, suggests that the ones behind it do too.
  private static let longJob: UInt64 = 500_000

  /// Threads stay; libdispatch has 255 for queues of their own, and others need some too (`BlockingWork`).
  private static let maximum = 64

  private let processors: Int
  private let state = Mutex(State())

  init(processors: Int) { self.processors = processors }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = state.withLock { state -> Helper in
      state.jobs.append(job)
      return nextThread(&state, isWanted: state.jobs.count > Self.backlog * state.running)
    }
    begin(thread)
  }

  /// Runs work that waits for something outside (a program, the user's answer) while others take the thread's jobs.
  func blocking<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    let successor = state.withLock { state -> Helper? in
      guard state.threads.contains(pthread_self()) else { return nil }
      state.running -= 1
      return nextThread(&state, isWanted: !state.jobs.isEmpty)
    }
    guard let successor else { return try body() }
    begin(successor)
    defer { state.withLock { $0.running += 1 } }
    return try body()
  }

  // MARK: threads

  private enum Helper {
    case none
    case asleep(DispatchSemaphore)
    case new
  }

  /// The thread to wake for waiting jobs, already counted as running.
  private func nextThread(_ state: inout State, isWanted: Bool) -> Helper {
    guard isWanted, state.running < processors else { return .none }
    if let thread = state.sleeping.popLast() {
      state.running += 1
      return .asleep(thread)
    }
    guard state.made < Self.maximum else { return .none }
    state.made += 1
    state.running += 1
    return .new
  }

  private func begin(_ helper: Helper) {
    switch helper {
    case .none: break
    case .asleep(let thread): thread.signal()
    // A serial queue of its own gets a thread at once, however many there are.
    case .new: DispatchQueue(label: "swiftible.engine").async { self.run() }
    }
  }

  private func run() -> Never {
    let wake = DispatchSemaphore(value: 0)
    state.withLock { _ = $0.threads.insert(pthread_self()) }
    var start = DispatchTime.now()
    var wasLong = false
    while true {
      let (job, helper) = state.withLock { state -> (UnownedJob?, Helper) in
        if let job = state.jobs.popFirst() {
          return (job, nextThread(&state, isWanted: wasLong && !state.jobs.isEmpty))
        }
        state.running -= 1
        state.sleeping.append(wake)
        return (nil, .none)
      }
      begin(helper)
      if let job {
        job.runSynchronously(on: asUnownedTaskExecutor())
      } else {
        wake.wait()
        start = .now()
      }
      let end = DispatchTime.now()
      wasLong = end.uptimeNanoseconds - start.uptimeNanoseconds > Self.longJob
      start = end
    }
  }
}
