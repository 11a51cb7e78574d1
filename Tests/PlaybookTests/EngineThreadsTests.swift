import Dispatch
import Glibc
import Testing

@testable import Playbook

@Suite struct EngineThreadsTests {
  /// All of them wait for the last one to come, which one thread after the other would never see.
  @Test func workThatBlocksMakesRoomForOthers() async {
    let arrived = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    let count = 8
    let opener = Task.detached {
      for _ in 0..<count { wait(arrived) }
      for _ in 0..<count { gate.signal() }
    }
    let threads = EngineThreads(processors: 1)
    let results = await withTaskGroup(of: DispatchTimeoutResult.self) { group in
      for _ in 0..<count {
        group.addTask(executorPreference: threads) {
          arrived.signal()
          return threads.blocking { gate.wait(timeout: .now() + 60) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    await opener.value
    #expect(results == Array(repeating: .success, count: count))
  }

  /// More of them than there may be threads: the others wait for their turn.
  @Test func blockingWorkWithoutAThreadLeftWaits() async {
    let threads = EngineThreads(processors: 2)
    let sum = await withTaskGroup(of: Int.self) { group in
      for number in 1...200 {
        group.addTask(executorPreference: threads) {
          threads.blocking {
            usleep(2_000)
            return number
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(sum == 20_100)
  }

  @Test func everyJobRuns() async {
    let threads = EngineThreads(processors: 3)
    let sum = await withTaskGroup(of: Int.self) { group in
      for number in 1...2_000 {
        group.addTask(executorPreference: threads) {
          await Task.yield()
          return number
        }
      }
      return await group.reduce(0, +)
    }
    #expect(sum == 2_001_000)
  }

  @Test func elsewhereBlockingWorkJustRuns() {
    #expect(EngineThreads(processors: 1).blocking { 42 } == 42)
  }
}

private func wait(_ semaphore: DispatchSemaphore) { semaphore.wait() }
