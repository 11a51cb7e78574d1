import Foundation
import Testing
import Values

@testable import Transport

extension HostTests {
  @Suite struct SSHStreamTests {
    @Test func twoChannelsWithBigOutputKeepApart() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      async let first = session.run(
        "head -c 5000000 /dev/zero | tr '\\0' a; head -c 5000000 /dev/zero | tr '\\0' e >&2")
      async let second = session.run("head -c 5000000 /dev/zero | tr '\\0' b")
      let (one, two) = try await (first, second)
      #expect(one.stdout.utf8.count == 5_000_000 && one.stdout.utf8.allSatisfy { $0 == UInt8(ascii: "a") })
      #expect(one.stderr.utf8.count == 5_000_000 && one.stderr.utf8.allSatisfy { $0 == UInt8(ascii: "e") })
      #expect(two.stdout.utf8.count == 5_000_000 && two.stdout.utf8.allSatisfy { $0 == UInt8(ascii: "b") })
      await session.close()
    }

    @Test func inputOfManyMegabytesArrivesWhole() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let channel = try await session.open("cksum")
      let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
      try await channel.write(bytes)
      try await channel.closeInput()
      let outcome = try await channel.collect()
      let path = "\(server.directory)/same"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let expected = try await TestProcess.run("/usr/bin/cksum", [path]).split(separator: " ").prefix(2).joined(
        separator: " ")
      #expect(outcome.stdout == expected + "\n")
      await session.close()
    }

    @Test func aReaderWhoDoesNotReadHoldsTheCommandBack() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let path = "\(server.directory)/done"
      let channel = try await session.open("head -c 20000000 /dev/zero; touch \(path)")
      // Other channels go on meanwhile.
      for _ in 0..<5 { #expect(try await session.run("echo on").stdout == "on\n") }
      #expect(!LocalFile.exists(path))
      var count = 0
      while let chunk = try await channel.read() {
        if case .stdout(let bytes) = chunk { count += bytes.count }
      }
      #expect(count == 20_000_000)
      #expect(LocalFile.exists(path))
      await session.close()
    }

    @Test func aRekeyInTheMiddleGoesUnnoticed() async throws {
      let server = try await SSHServer(settings: ["RekeyLimit 1M"])
      defer { server.stop() }
      let session = try await server.connect()
      let channel = try await session.open("cat")
      async let sent: Void = {
        for _ in 0..<60 { try await channel.write([UInt8](repeating: 120, count: 100_000)) }
        try await channel.closeInput()
      }()
      let outcome = try await channel.collect()
      try await sent
      #expect(outcome.stdout.utf8.count == 6_000_000 && outcome.ending == .exited(status: 0))
      #expect(try await session.run("echo on").stdout == "on\n")
      await session.close()
    }

    @Test func aKilledCommandNamesItsSignal() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      #expect(try await session.run("kill -9 $$").ending == .signalled(name: "KILL"))
      #expect(try await session.run("exit 255").ending == .exited(status: 255))
      await session.close()
    }

    @Test func aKilledServerSessionIsALostConnectionAndNotSuccess() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let channel = try await session.open("echo before; read x; kill -9 $PPID; sleep 60")
      #expect(try await channel.read() == .stdout(Array("before\n".utf8)))
      // Only now: what a server has in hand when it is killed is lost.
      try await channel.write(Array("\n".utf8))
      let error = await #expect(throws: TransportError.self) { try await channel.read() }
      #expect(error?.kind == .connectionLost)
      #expect(await channel.ending() == nil)
      #expect(await #expect(throws: TransportError.self) { try await channel.write([1]) } == error)
      #expect(await #expect(throws: TransportError.self) { try await session.open("true") } == error)
    }

    @Test func closingAChannelEndsTheCommandsInput() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let path = "\(server.directory)/ended"
      let channel = try await session.open("cat >/dev/null; touch \(path)")
      try await channel.write([1, 2, 3])
      await channel.close()
      #expect(await eventually { LocalFile.exists(path) })
      #expect(try await channel.read() == nil)
      await #expect(throws: TransportError.self) { try await channel.write([1]) }
      #expect(try await session.run("echo on").stdout == "on\n")
      await session.close()
    }

    @Test func aCancelledReadLeavesTheSessionUsable() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let channel = try await session.open("sleep 60")
      let task = Task { try await channel.read() }
      try await Task.sleep(for: .milliseconds(50))
      task.cancel()
      let error = await #expect(throws: TransportError.self) { try await task.value }
      #expect(error?.kind == .cancelled)
      #expect(try await session.run("echo on").stdout == "on\n")
      await session.close()
    }

    @Test func commandsKeepTheirBytes() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      let name = String(lossless: [0x66, 0xff, 0xc3, 0xa9, 0x27])
      let channel = try await session.open("printf %s \(name)")
      #expect(try await channel.read() == .stdout([0x66, 0xff, 0xc3, 0xa9, 0x27]))
      await session.close()
    }

    @Test func manySessionsAtOnce() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<50 {
          group.addTask {
            let session = try await server.connect()
            let outcome = try await session.run("echo \(number)")
            await session.close()
            return outcome.stdout
          }
        }
        var answers: Set<String> = []
        for try await answer in group { answers.insert(answer) }
        #expect(answers == Set((0..<50).map { "\($0)\n" }))
      }
    }

    @Test func manyCommandsOnOneSession() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let session = try await server.connect()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask {
            let outcome = try await session.run("echo \(number)")
            #expect(outcome.stdout == "\(number)\n")
          }
        }
        try await group.waitForAll()
      }
      await session.close()
    }
  }
}
