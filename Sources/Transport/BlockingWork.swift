import Dispatch

/// Runs work that blocks its thread (files on a slow disk, name servers, agents) or keeps a processor busy (decrypting a key).
///
/// Such work must run neither on an event loop, where every connection would wait for it, nor on the threads of the
/// concurrency runtime: those are as few as there are processors, and the deadlines of a connect go on while work waits for one.
enum BlockingWork {
  static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      start(work) { continuation.resume(returning: $0) }
    }
  }

  /// - Parameter finish: called on the same thread.
  static func start<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value, finish: @escaping @Sendable (Value) -> Void
  ) {
    // A serial queue of its own gets a thread at once, where the global queue would wait for a blocked one to go on.
    DispatchQueue(label: "swiftible.blocking").async { finish(work()) }
  }
}
