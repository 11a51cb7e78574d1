import Testing

@testable import Transport

/// What a command wrote, and how it ended.
struct Outcome: Equatable {
  var stdout = ""
  var stderr = ""
  var ending: ShellEnding?
}

extension ShellChannel {
  func collect() async throws -> Outcome {
    var (stdout, stderr): ([UInt8], [UInt8]) = ([], [])
    while let chunk = try await read() {
      switch chunk {
      case .stdout(let bytes): stdout += bytes
      case .stderr(let bytes): stderr += bytes
      }
    }
    return Outcome(
      stdout: String(decoding: stdout, as: UTF8.self), stderr: String(decoding: stderr, as: UTF8.self),
      ending: await ending())
  }
}

extension SSHSession {
  func run(_ command: ShellScript) async throws -> Outcome {
    let channel = try await open(command)
    let outcome = try await channel.collect()
    await channel.close()
    return outcome
  }
}

extension HostTests {
  @Suite struct SSHSessionTests {
    @Test func aCommandAnswersOnBothStreamsWithItsStatus() async throws {
      let server = try await SSHServer()
      let session = try await server.connect()
      let outcome = try await session.run("echo out; echo err >&2; exit 7")
      #expect(outcome == Outcome(stdout: "out\n", stderr: "err\n", ending: .exited(status: 7)))
      await session.close()
      server.stop()
    }

    @Test func inputReachesTheCommandUpToItsEnd() async throws {
      let server = try await SSHServer()
      let session = try await server.connect()
      let channel = try await session.open("cat")
      try await channel.write(Array("hello ".utf8))
      try await channel.write(Array("world".utf8))
      try await channel.closeInput()
      #expect(try await channel.collect() == Outcome(stdout: "hello world", ending: .exited(status: 0)))
      await session.close()
      server.stop()
    }
  }
}
