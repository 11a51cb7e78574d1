import Testing

@testable import Transport

extension HostTests {
  /// A run that is interrupted leaves nothing running on the hosts.
  @Suite struct InterruptionTests {
    @Test func whatRunsOnTheHostIsKilledAndTheLinkStaysOfUse() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let connection = try await ShellConnection.start(on: session, timeout: generousTimeout)
      let mark = "\(Int.random(in: 100_000...999_999))"
      // A shell that ignores the polite signal and goes on starting programs.
      let script: ShellScript = "trap '' TERM INT HUP; while :; do sleep 7\(mark); done"
      let task = Task { try await connection.run(ShellRequest(script)) }
      #expect(await eventually { TestProcess.isRunning("sleep 7\(mark)") })
      task.cancel()
      let error = await #expect(throws: TransportError.self) { try await task.value }
      #expect(error?.kind == .cancelled)
      #expect(await eventually { !TestProcess.isRunning("sleep 7\(mark)") })
      let after = try await connection.run(ShellRequest("echo on"))
      #expect(after.stdout == Array("on\n".utf8))
      await connection.close()
      await session.close()
    }

    @Test func anUploadThatIsCancelledLeavesNoFile() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      try await withDirectory { directory in
        let session = try await server.connect()
        let connection = try await ShellConnection.start(on: session, timeout: generousTimeout)
        let path = "\(directory)/file"
        let task = Task {
          try await connection.upload(.bytes([UInt8](repeating: 7, count: 50_000_000)), to: path)
        }
        #expect(await eventually { LocalFile.exists(path) })
        task.cancel()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(await eventually { !LocalFile.exists(path) })
        await connection.close()
        await session.close()
      }
    }
  }
}
