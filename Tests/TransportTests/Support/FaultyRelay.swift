import Foundation
import Synchronization

@testable import Transport

/// Stands between a client and a server of 127.0.0.1 and lets the server's bytes pass up to a point, at which the link fails.
final class FaultyRelay: Sendable {
  enum Fault: Sendable, CaseIterable {
    /// The link is reset.
    case reset
    /// Nothing passes any more, in either direction.
    case stall
    /// Sixteen bytes in a row have a bit wrong: more than a packet's padding, which before encryption is neither hashed nor signed,
    /// so that a fault in it alone is none (RFC 4253, sections 6 and 8).
    case corrupt
    /// The length of the first encrypted packet has a bit wrong.
    case wrongLength
  }

  let port: Int
  private let listener: Listener
  private let passed = Mutex(0)

  /// How many bytes of the server passed so far.
  var passedBytes: Int { passed.withLock { $0 } }

  /// - Parameter limit: after how many bytes of the server the fault comes; `nil`: never.
  init(to server: Int, _ fault: Fault, after limit: Int?) throws {
    listener = try Listener()
    port = listener.port
    let listening = dup(listener.descriptor)
    Thread.detachNewThread { [self] in
      defer { close(listening) }
      let client = accept(listening, nil, nil)
      guard client >= 0 else { return }
      guard let upstream = Listener.connect(to: server) else {
        close(client)
        return
      }
      relay(client, upstream, fault, limit)
      close(client)
      close(upstream)
    }
  }

  func stop() { listener.stop() }

  private func relay(_ client: Int32, _ server: Int32, _ fault: Fault, _ limit: Int?) {
    var bytesToCorrupt = 0
    var handshake = PlainPackets()
    var limit = limit
    var buffer = [UInt8](repeating: 0, count: 16_384)
    var states = [
      pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&states, 2, -1) > 0 {
      if states[0].revents != 0 {
        let count = recv(client, &buffer, buffer.count, 0)
        if count <= 0 { return }
        Self.send(buffer[..<count], to: server)
      }
      guard states[1].revents != 0 else { continue }
      let count = recv(server, &buffer, buffer.count, 0)
      if count <= 0 { return }
      let before = passedBytes
      if fault == .wrongLength, limit == nil, let offset = handshake.encryptionBegins(after: buffer[..<count]) {
        limit = offset + 3
      }
      let room = limit.map { max(0, $0 - before) } ?? count
      if room >= count {
        for index in 0..<min(bytesToCorrupt, count) { buffer[index] ^= 1 }
        bytesToCorrupt -= min(bytesToCorrupt, count)
        Self.send(buffer[..<count], to: client)
        passed.withLock { $0 += count }
        continue
      }
      Self.send(buffer[..<room], to: client)
      passed.withLock { $0 += room }
      switch fault {
      case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        return
      case .stall:
        // Until the client gives up.
        while recv(client, &buffer, buffer.count, 0) > 0 {}
        return
      case .corrupt, .wrongLength:
        let length = fault == .corrupt ? 16 : 1
        let end = min(room + length, count)
        for index in room..<end { buffer[index] ^= 1 }
        bytesToCorrupt = length - (end - room)
        Self.send(buffer[room..<count], to: client)
        limit = .max
      }
    }
  }

  private static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
