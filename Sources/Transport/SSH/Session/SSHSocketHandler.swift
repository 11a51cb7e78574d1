import NIOCore

/// Carries the socket's events to its session, on the event loop that is also the session's executor.
///
/// It is there before the socket connects: a server may greet and hang up at once. Of several addresses tried side by side the
/// first that answers is the session's; what the others do is no concern of it.
final class SSHSocketHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let session: SSHSession
  private var isAdopted = false

  init(session: SSHSession) { self.session = session }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    isAdopted = session.assumeIsolated { $0.adopt(channel) }
    if !isAdopted { context.close(promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isAdopted else { return }
    let bytes = unwrapInboundIn(data)
    session.assumeIsolated { $0.receive(bytes) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if isAdopted { session.assumeIsolated { $0.received() } }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if isAdopted { session.assumeIsolated { $0.socketBecameWritable() } }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if isAdopted { session.assumeIsolated { $0.socketEnded(nil) } }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard isAdopted else { return }
    let reason = (error as? IOError).map { errorText($0.errnoCode) } ?? "\(error)"
    session.assumeIsolated { $0.socketEnded(reason) }
  }

  func read(context: ChannelHandlerContext) {
    if !isAdopted || session.assumeIsolated({ $0.shouldRead }) { context.read() }
  }
}
