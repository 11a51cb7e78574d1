import NIOCore

/// What carries a session's bytes.
enum SSHLink {
  case socket(any NIOCore.Channel)
  case tunnel(SSHTunnel)

  /// Whether more may be written without filling memory.
  var isWritable: Bool {
    switch self {
    case .socket(let socket): socket.isWritable
    case .tunnel(let tunnel): tunnel.isWritable
    }
  }

  func write(_ bytes: ByteBuffer) {
    switch self {
    case .socket(let socket): socket.writeAndFlush(bytes, promise: nil)
    case .tunnel(let tunnel): tunnel.write(Array(bytes.readableBytesView))
    }
  }

  /// Goes on reading after `SSHSession.shouldRead` said no.
  func resumeReading() {
    if case .socket(let socket) = self { socket.read() }
  }

  func close() {
    switch self {
    case .socket(let socket): socket.close(promise: nil)
    case .tunnel(let tunnel): tunnel.close()
    }
  }
}
