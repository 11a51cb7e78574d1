import Testing

@testable import Transport

extension HostTests {
  /// What a task costs on the link, counted exactly: over SSH with a fast network, round trips are the time of a run.
  @Suite struct RoundTripTests {
    /// The counts of the body's work alone, without making the connection.
    private func count(
      _ body: (any Connection) async throws -> Void
    ) async throws -> (shells: Int, roundTrips: Int) {
      let server = try await SSHServer()
      defer { server.stop() }
      let environment = server.environment
      let pool = ConnectionPool { parameters throws(TransportError) in
        try await SSHSession.connect(parameters, environment: environment)
      }
      let connection = try await pool.connection(for: server.parameters)
      let before = pool.statistics.snapshot
      #expect(before.shells == 1 && before.roundTrips == 1, "a connection and what the host can do: one round trip")
      try await body(connection)
      let after = pool.statistics.snapshot
      await pool.closeAll()
      return (after.shells - before.shells, after.roundTrips - before.roundTrips)
    }

    @Test(arguments: [ShellRequest.Isolation.full, .subshell, .question, .textQuestion, .none])
    func aRequestIsOneRoundTrip(isolation: ShellRequest.Isolation) async throws {
      let counts = try await count { connection in
        for _ in 0..<10 { _ = try await connection.run(ShellRequest("[ -d / ]", isolation: isolation)) }
      }
      #expect(counts == (0, 10))
    }

    @Test func inputAndOutputTravelWithTheRequest() async throws {
      let counts = try await count { connection in
        let bytes = [UInt8](repeating: 7, count: 100_000)
        let result = try await connection.run(ShellRequest("cat; cat /dev/null >&2", input: bytes))
        #expect(result.stdout == bytes)
      }
      #expect(counts == (0, 1))
    }

    @Test func aSmallFileIsOneRoundTripAndALargeOneAChannel() async throws {
      try await withDirectory { directory in
        let small = try await count { connection in
          try await connection.upload(.bytes([1, 2, 3]), to: "\(directory)/small")
          _ = try await connection.download("\(directory)/small", limit: 10)
        }
        #expect(small == (0, 2))
        let large = try await count { connection in
          try await connection.upload(.bytes([UInt8](repeating: 7, count: 200_000)), to: "\(directory)/large")
        }
        #expect(large == (1, 0))
      }
    }
  }
}
