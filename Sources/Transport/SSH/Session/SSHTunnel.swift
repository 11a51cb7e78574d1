import NIOCore
import Synchronization

/// Carries a session's bytes over the streams of a program (`ProxyCommand`) or a channel of another session (`ProxyJump`).
final class SSHTunnel: Sendable {
  private let channel: any ShellChannel
  private let outgoing: AsyncStream<[UInt8]>.Continuation
  private let waiting = Atomic<Int>(0)
  /// Ends what the tunnel stands on.
  private let end: @Sendable () async -> Void

  private static let highWater = 1 << 20

  /// Starts to pass bytes in both directions, until either side ends.
  init(_ channel: any ShellChannel, for session: SSHSession, end: @escaping @Sendable () async -> Void) {
    self.channel = channel
    self.end = end
    let (chunks, outgoing) = AsyncStream<[UInt8]>.makeStream()
    self.outgoing = outgoing
    Task {
      for await bytes in chunks {
        do { try await channel.write(bytes) } catch { break }
        let left = self.waiting.wrappingSubtract(bytes.count, ordering: .relaxed).newValue
        if left < Self.highWater { await session.socketBecameWritable() }
      }
    }
    Task {
      var remark: [UInt8] = []
      do throws(TransportError) {
        while let chunk = try await channel.read() {
          switch chunk {
          case .stdout(let bytes): await session.receiveFromTunnel(bytes)
          case .stderr(let bytes): remark = (remark + bytes).suffix(1_000)
          }
        }
        await session.socketEnded(Self.lastLine(remark))
      } catch {
        await session.socketEnded(error.message)
      }
    }
  }

  var isWritable: Bool { waiting.load(ordering: .relaxed) < Self.highWater }

  func write(_ bytes: [UInt8]) {
    waiting.wrappingAdd(bytes.count, ordering: .relaxed)
    outgoing.yield(bytes)
  }

  func close() {
    outgoing.finish()
    let (channel, end) = (channel, end)
    Task {
      await channel.close()
      await end()
    }
  }

  private static func lastLine(_ remark: [UInt8]) -> String? {
    String(decoding: remark, as: UTF8.self).split(whereSeparator: \.isNewline).last.map(String.init)
  }
}
