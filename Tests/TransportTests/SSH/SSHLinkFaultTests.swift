import Foundation
import Testing

@testable import Transport

extension HostTests {
  /// The link fails after the Nth byte of the server, for N throughout a connect, a command and an upload: the host is unreachable
  /// within the deadline, never `ok`, and a file is there whole or not at all.
  @Suite struct SSHLinkFaultTests {
    private struct Outcome {
      var error: TransportError?
      var answer: String?
      var passedBytes: Int
    }

    /// By how many bytes a whole conversation may be longer than another (window adjustments and answers that came together or
    /// not: 3,497 to 3,769 measured), twice over: a fault so long before the end of one comes before the end of each.
    private static let bytesThatVary = 600

    /// Connects, runs a command, uploads and downloads, with the fault at some point.
    private func conversation(
      _ server: SSHServer, _ fault: FaultyRelay.Fault, after limit: Int?, timeout: Duration, destination: String
    ) async throws -> Outcome {
      let relay = try FaultyRelay(to: server.port, fault, after: limit)
      defer { relay.stop() }
      var parameters = server.parameters
      parameters.port = relay.port
      parameters.hostKeyPolicy = .off
      parameters.connectTimeout = timeout
      do throws(TransportError) {
        let session = try await SSHSession.connect(parameters, environment: server.environment)
        do throws(TransportError) {
          let shell = try await ShellConnection.start(on: session, timeout: timeout)
          let result = try await shell.run(ShellRequest("echo answer", timeout: timeout))
          try await shell.upload(.bytes([UInt8](repeating: 7, count: 5_000)), to: destination)
          await session.close()
          return Outcome(
            answer: "\(result.status) \(String(decoding: result.stdout, as: UTF8.self))", passedBytes: relay.passedBytes
          )
        } catch {
          await session.close()
          throw error
        }
      } catch {
        return Outcome(error: error, passedBytes: relay.passedBytes)
      }
    }

    @Test(arguments: [FaultyRelay.Fault.reset, .corrupt])
    func atEveryPointAFaultIsAnErrorAndNeverSuccess(fault: FaultyRelay.Fault) async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let whole = try await conversation(
        server, fault, after: nil, timeout: generousTimeout, destination: "\(server.directory)/whole")
      #expect(whole.error == nil && whole.answer == "0 answer\n")
      let last = whole.passedBytes - Self.bytesThatVary
      for limit in [0, 1, 20, 60] + stride(from: 100, to: last, by: max(1, last / 12)) {
        let path = "\(server.directory)/file\(limit)"
        let outcome = try await conversation(
          server, fault, after: limit, timeout: generousTimeout, destination: path)
        #expect(outcome.answer == nil, "after \(limit) bytes")
        // A corrupt greeting may still be one.
        #expect(outcome.error?.isUnreachable == true, "after \(limit) bytes: \(String(describing: outcome.error))")
        #expect(
          await eventually {
            let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            return size == nil || size == 5_000
          }, "after \(limit) bytes")
      }
    }

    /// libssh2 asserts that a packet is a whole number of blocks, and would end the process.
    @Test func aPacketWithAWrongLengthEndsItsConnectionOnly() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let outcome = try await conversation(
        server, .wrongLength, after: nil, timeout: generousTimeout, destination: "\(server.directory)/file")
      #expect(outcome.answer == nil)
      #expect(outcome.error?.isUnreachable == true, "\(String(describing: outcome.error))")
    }

    @Test func atEveryPointAStallEndsAtTheDeadline() async throws {
      let server = try await SSHServer()
      defer { server.stop() }
      let whole = try await conversation(
        server, .stall, after: nil, timeout: generousTimeout, destination: "\(server.directory)/whole")
      #expect(whole.answer == "0 answer\n")
      let limits = [0, 10, 60, 1_200] + stride(from: 1_600, to: whole.passedBytes - Self.bytesThatVary, by: 300)
      // All at once: a host that hangs costs the others nothing.
      let start = ContinuousClock.now
      try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
        for limit in limits {
          group.addTask {
            (
              limit,
              try await conversation(
                server, .stall, after: limit, timeout: .seconds(2), destination: "\(server.directory)/stall\(limit)")
            )
          }
        }
        for try await (limit, outcome) in group {
          #expect(outcome.answer == nil && outcome.error != nil, "after \(limit) bytes")
        }
      }
      #expect(ContinuousClock.now - start < generousTimeout)
    }
  }
}
