import Foundation
import Testing

@testable import Transport

extension HostTests {
  /// Servers that are down, hang, or are none at all.
  @Suite struct SSHFaultTests {
    private func failure(
      port: Int, address: String = "127.0.0.1", user: String? = nil, timeout: Duration = .milliseconds(700)
    ) async -> TransportError? {
      let parameters = ConnectionParameters(
        method: .ssh, address: address, port: port, user: user, hostKeyPolicy: .off, connectTimeout: timeout)
      do throws(TransportError) {
        try await SSHSession.connect(
          parameters, environment: SSHEnvironment(home: "/nonexistent", user: "nobody", globalKnownHostsFiles: [])
        ).close()
        return nil
      } catch {
        return error
      }
    }

    @Test func aRefusedPortSaysSo() async throws {
      let port = try SSHServer.freePort()
      #expect(
        await failure(port: port, timeout: generousTimeout)
          == TransportError(
            .connectionRefused,
            "127.0.0.1 port \(port) refused the connection: no SSH server listens there. Is the port right (ansible_port), is "
              + "sshd running?"))
    }

    @Test func anUnknownNameSaysSo() async {
      let error = await failure(port: 22, address: "no-such-host.invalid", timeout: generousTimeout)
      #expect(error?.kind == .nameResolution)
      #expect(error?.message.hasPrefix("Could not resolve the host name no-such-host.invalid: ") == true)
    }

    @Test(arguments: ["-oProxyCommand=touch /tmp/pwn", "", "a b", "a\u{1b}[2J"])
    func whatCouldBeAnOptionIsNoName(name: String) async {
      #expect(await failure(port: 22, address: name)?.kind == .nameResolution)
      #expect(await failure(port: 22, user: name)?.kind == .nameResolution)
    }

    @Test func aServerThatSaysNothingIsGivenUpAtTheDeadline() async throws {
      let listener = try Listener()
      defer { listener.stop() }
      let start = ContinuousClock.now
      let error = await failure(port: listener.port)
      #expect(error?.kind == .connectTimedOut)
      #expect(
        error?.message
          == "127.0.0.1 port \(listener.port) accepted the connection but sent no SSH greeting within 0.7 s: the server hangs, "
          + "or the port is not SSH's.")
      #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func manyServersThatHangCostNoMoreTimeThanOne() async throws {
      let listener = try Listener(backlog: 128)
      defer { listener.stop() }
      let start = ContinuousClock.now
      await withTaskGroup(of: TransportError?.self) { group in
        for _ in 0..<100 { group.addTask { await failure(port: listener.port, timeout: .seconds(1)) } }
        for await error in group { #expect(error?.kind == .connectTimedOut) }
      }
      #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func aServerThatHangsAfterItsGreetingIsGivenUpAtTheDeadline() async throws {
      let listener = try Listener()
      defer { listener.stop() }
      async let error = failure(port: listener.port)
      listener.answer(Array("SSH-2.0-slow\r\n".utf8))
      #expect(await error?.message == "127.0.0.1 port \(listener.port) did not finish the key exchange within 0.7 s.")
    }

    @Test func aWebServerIsNamedAsWhatItSays() async throws {
      let listener = try Listener()
      defer { listener.stop() }
      async let error = failure(port: listener.port, timeout: generousTimeout)
      listener.answer(Array("HTTP/1.1 400 Bad \u{1b}]Request\r\n\r\n".utf8), closing: true)
      #expect(
        await error?.message
          == "127.0.0.1 port \(listener.port) is not an SSH server: it answered “HTTP/1.1 400 Bad .]Request”. Is the port right "
          + "(ansible_port)?")
    }

    @Test(arguments: [("A", 1_000_000), ("hello\r\n", 1_000)])
    func anEndlessGreetingIsCutOff(text: String, count: Int) async throws {
      let listener = try Listener()
      defer { listener.stop() }
      async let error = failure(port: listener.port, timeout: generousTimeout)
      listener.answer(Array(String(repeating: text, count: count).utf8))
      #expect(await error?.kind == .protocolMismatch)
    }

    @Test func anOldProtocolIsRefused() async throws {
      let listener = try Listener()
      defer { listener.stop() }
      async let error = failure(port: listener.port, timeout: generousTimeout)
      listener.answer(Array("SSH-1.5-old\n".utf8))
      #expect(await error?.message.contains("speaks SSH-1.5-old, but only SSH 2.0 is supported") == true)
    }

    @Test(arguments: [
      ("", []), ("SSH-2.0-x\r\n", []), ("SSH-2.0-x\r\n", [0, 0, 0, 12, 10, 20, 0, 0, 0, 0, 0]),
      ("SSH-2.0-x\r\n", [0xff, 0xff, 0xff, 0xff, 0xff, 20, 0, 0, 0, 0, 0]),
      ("SSH-2.0-zeros\r\n", [UInt8](repeating: 0, count: 64)),
    ])
    func aServerThatBreaksOffOrSendsNonsenseIsUnreachable(greeting: String, packet: [UInt8]) async throws {
      let listener = try Listener()
      defer { listener.stop() }
      async let error = failure(port: listener.port, timeout: generousTimeout)
      listener.answer(Array(greeting.utf8) + packet, closing: true)
      let kind = await error?.kind
      #expect(kind == .connectionLost || kind == .protocolMismatch)
    }

    @Test func aMissingAlgorithmIsNamedWithTheServersOffer() async throws {
      let server = try await SSHServer(settings: ["Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com"])
      defer { server.stop() }
      let error = await #expect(throws: TransportError.self) { try await server.connect() }
      #expect(
        error
          == TransportError(
            .protocolMismatch,
            "127.0.0.1 port \(server.port) has no common cipher: it offers aes256-gcm@openssh.com, chacha20-poly1305@openssh.com;"
              + " supported are aes256-ctr, aes128-ctr, aes192-ctr."))
    }

    @Test func cancellingEndsAConnect() async throws {
      let listener = try Listener()
      defer { listener.stop() }
      let port = listener.port
      let task = Task { await failure(port: port, timeout: generousTimeout) }
      try await Task.sleep(for: .milliseconds(100))
      task.cancel()
      #expect(await task.value?.kind == .cancelled)
    }
  }
}
