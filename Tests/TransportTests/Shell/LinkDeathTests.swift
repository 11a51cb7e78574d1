import Glibc
import NIOCore
import Testing
import Values

@testable import Transport

extension HostTests {
  /// What is left on a host when the link to it dies without a word.
  @Suite struct LinkDeathTests {
    @Test(arguments: TestShells.all)
    func whatRanEndsAndTheDirectoryGoes(_ shell: String) async throws {
      try await check {
        (LocalHost(), shell)
      } kill: { host, channels in
        await channels.closeAll()
      }
    }

    @Test func overSSHToo() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      try await check {
        (session, "/bin/sh")
      } kill: { _, _ in
        await session.close()
      }
    }

    @Test func requestsAfterTheEndOfTheLinkFail() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let connection = try await ShellConnection.start(on: session, timeout: generousTimeout)
      #expect(
        try await connection.run(ShellRequest("echo x; echo y >&2; exit 5"))
          == ShellResult(
            status: 5, stdout: Array("x\n".utf8), stderr: Array("y\n".utf8)))
      await session.close()
      let error = await #expect(throws: TransportError.self) { try await connection.run(ShellRequest("true")) }
      #expect(error?.kind == .connectionLost)
      await connection.close()
    }

    @Test func leftoversOfKilledRunsAreSweptAndLiveOnesKept() async throws {
      try await withConnection("/bin/sh") { connection in
        let dead: ShellScript = """
          sh -c 'echo $$' | { read -r p; d=${_sT%/*}/.swiftible-$p-dead; mkdir -m 700 $d; echo $d; }
          """
        let made = try await connection.run(ShellRequest(dead))
        let path = String(decoding: made.stdout.dropLast(), as: UTF8.self)
        #expect(path.contains("/.swiftible-"))
        try await withConnection("/bin/sh") { other in
          _ = try await connection.run(ShellRequest("true"))
          let mine = try await connection.run(ShellRequest(#"[ -d "$_sT" ] && echo kept"#))
          _ = try await other.run(ShellRequest("true"))
          let swept = try await other.run(ShellRequest("[ -e \(path) ]"))
          #expect(swept.status == 1)
          #expect(mine.stdout == Array("kept\n".utf8))
        }
      }
    }

    /// Remembers the channels of a host, so that a test can cut them.
    actor Channels {
      private var channels: [any ShellChannel] = []

      func add(_ channel: any ShellChannel) { channels.append(channel) }

      func closeAll() async { for channel in channels { await channel.close() } }
    }

    struct WatchedHost: ShellHost {
      let host: any ShellHost
      let channels: Channels
      var eventLoop: any EventLoop { host.eventLoop }

      func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel {
        let channel = try await host.open(command)
        await channels.add(channel)
        return channel
      }

      func close() async { await host.close() }
    }

    private func check(
      _ make: () -> (any ShellHost, String), kill: (any ShellHost, Channels) async -> Void
    ) async throws {
      let (host, shell) = make()
      let channels = Channels()
      let connection = try await ShellConnection.start(
        on: WatchedHost(host: host, channels: channels), shell: shell, timeout: generousTimeout)
      let mark = "\(Int.random(in: 100_000...999_999))"
      let directory = String(
        decoding: try await connection.run(ShellRequest(#"printf %s "$_sT""#)).stdout, as: UTF8.self)
      #expect(access(directory, F_OK) == 0)
      let running = Task { try await connection.run(ShellRequest("sleep 7\(mark)")) }
      #expect(await eventually { TestProcess.isRunning("sleep 7\(mark)") })
      await kill(host, channels)
      #expect(await eventually { !TestProcess.isRunning("sleep 7\(mark)") })
      #expect(await eventually { access(directory, F_OK) != 0 })
      _ = try? await running.value
      await connection.close()
    }
  }
}
