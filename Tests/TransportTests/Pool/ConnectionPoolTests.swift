import NIOCore
import Synchronization
import Testing
import Values

@testable import Transport

extension HostTests {
  @Suite struct ConnectionPoolTests {
    /// Counts the links made, and can refuse the first ones.
    final class Connections: Sendable {
      private let count = Mutex(0)
      private let open = Mutex((now: 0, most: 0))
      private let refusals: Int

      init(refusals: Int = 0) { self.refusals = refusals }

      var made: Int { count.withLock { $0 } }
      var openNow: Int { open.withLock { $0.now } }
      var mostAtOnce: Int { open.withLock { $0.most } }

      struct Host: ShellHost {
        let local = LocalHost()
        let closed: @Sendable () -> Void
        var eventLoop: any EventLoop { local.eventLoop }

        func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel {
          try await local.open(command)
        }
        func close() async { closed() }
      }

      @Sendable func connect(_ parameters: ConnectionParameters) async throws(TransportError) -> any ShellHost {
        let number = count.withLock { count in
          count += 1
          return count
        }
        if number <= refusals { throw TransportError(.connectionRefused, "refused") }
        open.withLock { open in
          open.now += 1
          open.most = max(open.most, open.now)
        }
        return Host { self.open.withLock { $0.now -= 1 } }
      }
    }

    private func parameters(_ address: String) -> ConnectionParameters {
      ConnectionParameters(method: .local, address: address, connectTimeout: .seconds(60))
    }

    @Test func tasksThatAskForOneHostShareALink() async throws {
      let connections = Connections()
      let pool = ConnectionPool(connector: connections.connect)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask {
            let connection = try await pool.connection(for: parameters("a"))
            #expect(try await connection.run(ShellRequest("echo x")).stdout == Array("x\n".utf8))
          }
        }
        try await group.waitForAll()
      }
      #expect(connections.made == 1)
      #expect(pool.statistics.snapshot.shells == 1)
      #expect(pool.statistics.snapshot.roundTrips == 21)
      await pool.closeAll()
    }

    @Test func whoeverClosesASecondTimeWaitsForTheFirst() async throws {
      let connections = Connections()
      let pool = ConnectionPool(connector: connections.connect)
      for address in ["a", "b", "c"] { _ = try await pool.connection(for: parameters(address)) }
      #expect(connections.openNow == 3)
      await withTaskGroup { group in
        for _ in 0..<2 {
          group.addTask {
            await pool.closeAll()
            #expect(connections.openNow == 0)
          }
        }
      }
    }

    @Test func eachUserHasAShellOnTheSameLink() async throws {
      let connections = Connections()
      let pool = ConnectionPool(connector: connections.connect)
      var bob = parameters("a")
      bob.become = .init(method: .sudo, user: "nopasswd", executable: BecomeTests.stub)
      let first = try await pool.connection(for: parameters("a")).run(ShellRequest("echo $$", isolation: .none))
      let second = try await pool.connection(for: bob).run(ShellRequest("echo $$", isolation: .none))
      #expect(first.stdout != second.stdout)
      #expect(connections.made == 1)
      await pool.closeAll()
    }

    @Test func moreHostsThanLinksWaitForThem() async throws {
      let connections = Connections()
      let pool = ConnectionPool(maximumLinks: 2, connector: connections.connect)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<10 {
          group.addTask {
            let connection = try await pool.connection(for: parameters("host\(number)"))
            for _ in 0..<3 { _ = try await connection.run(ShellRequest("sleep 0.01")) }
          }
        }
        try await group.waitForAll()
      }
      #expect(connections.made >= 10)
      await pool.closeAll()
    }

    @Test func aHostThatRefusedIsTriedAgainByALaterPlay() async throws {
      let connections = Connections(refusals: 1)
      let pool = ConnectionPool(connector: connections.connect)
      let error = await #expect(throws: TransportError.self) { try await pool.connection(for: parameters("a")) }
      #expect(error == TransportError(.connectionRefused, "refused"))
      let connection = try await pool.connection(for: parameters("a"))
      #expect(try await connection.run(ShellRequest("exit 4")).status == 4)
      await pool.closeAll()
    }

    @Test func afterTheEndNothingIsConnected() async throws {
      let pool = ConnectionPool(connector: Connections().connect)
      await pool.closeAll()
      let error = await #expect(throws: TransportError.self) { try await pool.connection(for: parameters("a")) }
      #expect(error?.kind == .cancelled)
    }

    @Test func theBudgetLeavesRoomForTheRest() {
      #expect(DescriptorBudget.links(limit: 64) == 4)
      #expect(DescriptorBudget.links(limit: 1_024) == 244)
      #expect(DescriptorBudget.links(limit: 10) == 1)
    }

    @Test func aHundredLocalHostsWorkAtOnce() async throws {
      let pool = ConnectionPool(concurrentConnects: 20)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            let connection = try await pool.connection(for: parameters("host\(number)"))
            #expect(try await connection.run(ShellRequest("echo \(number)")).stdout == Array("\(number)\n".utf8))
          }
        }
        try await group.waitForAll()
      }
      await pool.closeAll()
    }
  }
}
