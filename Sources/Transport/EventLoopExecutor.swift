import NIOCore

/// Runs tasks on the thread of an event loop.
///
/// A continuation resumes where its task runs by preference, not on its actor: measured with Swift 6.3, every wait of an actor whose
/// executor is an event loop went through the global pool and back, two wakes of a thread for each packet. A task that
/// prefers the loop stays there.
final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
