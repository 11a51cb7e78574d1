import Glibc
import NIOCore
import Testing
import Transport
import Values

extension HostTests {
  /// Through a stand-in for sudo, whose behaviour the user's name selects (Tests/Fixtures/Transport/stub-sudo).
  @Suite struct BecomeTests {
    static let stub =
      "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Fixtures/Transport/stub-sudo"
    static let password = Secret("it's $ecret")

    private func start(_ user: String, _ password: Secret?, timeout: Duration = generousTimeout) async throws
      -> ShellConnection
    {
      let become = ConnectionParameters.Become(
        method: .sudo, user: user, password: password, executable: Self.stub)
      return try await ShellConnection.start(on: LocalHost(), become: become, timeout: timeout)
    }

    @Test(arguments: ["nopasswd", "lecture", "slow", "plain"])
    func theRightPasswordIsTaken(_ user: String) async throws {
      let connection = try await start(user, Self.password)
      #expect(try await connection.run(ShellRequest("echo in")).stdout == Array("in\n".utf8))
      await connection.close()
    }

    @Test func noPasswordIsNeededWhenSudoAsksForNone() async throws {
      let connection = try await start("nopasswd", nil)
      #expect(try await connection.run(ShellRequest("echo in")).stdout == Array("in\n".utf8))
      await connection.close()
    }

    @Test(
      arguments: [
        ("plain", nil, TransportError(.become, "Missing sudo password")),
        ("plain", Secret("wrong"), TransportError(.become, "Incorrect sudo password")),
        ("once", Secret("wrong"), TransportError(.become, "Incorrect sudo password")),
        (
          "notallowed", Secret("any"),
          TransportError(
            .become, "sudo to notallowed failed (exit status 1): Sorry, user eve is not allowed to execute that.")
        ),
      ] as [(String, Secret?, TransportError)])
    func aRefusalIsNamed(_ user: String, _ password: Secret?, _ expected: TransportError) async throws {
      let error = await #expect(throws: TransportError.self) { try await start(user, password) }
      #expect(error == expected)
      #expect(error?.isUnreachable == false)
    }

    @Test func aRefusalIsNamedEvenWhenSudoHasEndedBeforeAnythingIsWritten() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let become = ConnectionParameters.Become(method: .sudo, user: "plain", executable: Self.stub)
      let error = await #expect(throws: TransportError.self) {
        try await ShellConnection.start(on: LateHost(host: session), become: become, timeout: generousTimeout)
      }
      await session.close()
      #expect(error == TransportError(.become, "Missing sudo password"))
    }

    /// A host behind a slow link: what is written arrives when a process that refuses at once has long ended.
    struct LateHost: ShellHost {
      let host: any ShellHost
      var eventLoop: any EventLoop { host.eventLoop }

      func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel {
        LateChannel(channel: try await host.open(command))
      }

      func close() async {}
    }

    struct LateChannel: ShellChannel {
      let channel: any ShellChannel

      func write(_ bytes: [UInt8]) async throws(TransportError) {
        try? await Task.sleep(for: .milliseconds(500))
        try await channel.write(bytes)
      }

      func closeInput() async throws(TransportError) { try await channel.closeInput() }
      func read() async throws(TransportError) -> ShellChunk? { try await channel.read() }
      func ending() async -> ShellEnding? { await channel.ending() }
      func close() async { await channel.close() }
    }

    @Test func noAnswerInTimeMakesTheHostUnreachable() async throws {
      let error = await #expect(throws: TransportError.self) {
        try await start("silent", Self.password, timeout: .milliseconds(300))
      }
      #expect(
        error
          == TransportError(
            .connectTimedOut,
            "Timed out waiting for become success or become password prompt: sudo to silent gave no answer within 0.3 s"
          ))
      #expect(error?.isUnreachable == true)
    }

    @Test func thePasswordIsInNoArgumentVector() async throws {
      let connection = try await start("plain", Self.password)
      let seen = try await connection.run(
        ShellRequest("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -c '\\$ecre[t]'"))
      #expect(seen.stdout == Array("0\n".utf8))
      await connection.close()
    }
  }
}
