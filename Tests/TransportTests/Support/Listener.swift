import Foundation
import Synchronization

/// A listening socket on 127.0.0.1 that a test answers by hand.
final class Listener: Sendable {
  let descriptor: Int32
  let port: Int
  private let connections = Mutex<[Int32]>([])

  init(backlog: Int32 = 16) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var address = Self.address(port: 0)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
    }
    guard bound == 0, listen(descriptor, backlog) == 0 else {
      throw TestProcess.Failure(description: "can't listen: \(errno)")
    }
    var length = size
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  /// Closes the port and every connection that was answered.
  func stop() {
    // Also wakes a thread that waits for a connection.
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
    for connection in connections.withLock({ $0 }) { close(connection) }
  }

  private static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  /// Takes the next connection and sends bytes, on a thread of its own. The connection stays open unless told otherwise.
  func answer(_ bytes: [UInt8], closing: Bool = false) {
    // A copy: should the test end before the thread starts, the number may be another file's.
    let listening = dup(descriptor)
    Thread.detachNewThread {
      defer { close(listening) }
      let connection = accept(listening, nil, nil)
      guard connection >= 0 else { return }
      self.connections.withLock { $0.append(connection) }
      _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if closing { shutdown(connection, Int32(SHUT_WR)) }
    }
  }

  /// A connection to a port of 127.0.0.1.
  static func connect(to port: Int) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = address(port: port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if connected == 0 { return descriptor }
    close(descriptor)
    return nil
  }
}
