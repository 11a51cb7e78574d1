import NIOCore

/// Carries the socket's events to its session, on the event loop that is also the session's executor.
final class SSHSocketHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let session: SSHSession

  init(session: SSHSession) { self.session = session }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    session.assumeIsolated { $0.receive(bytes) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    session.assumeIsolated { $0.received() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    session.assumeIsolated { $0.socketBecameWritable() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    session.assumeIsolated { $0.socketEnded(nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let reason = (error as? IOError).map { errorText($0.errnoCode) } ?? "\(error)"
    session.assumeIsolated { $0.socketEnded(reason) }
  }

  func read(context: ChannelHandlerContext) {
    if session.assumeIsolated({ $0.shouldRead }) { context.read() }
  }
}
