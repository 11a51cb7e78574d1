import NIOCore
import NIOPosix

/// The streams of a local child process.
struct LocalChannel: ShellChannel {
  let process: ChildProcess
  let queue: ChunkQueue
  /// Standard input and output.
  let channel: any Channel
  let errorChannel: any Channel

  func write(_ bytes: [UInt8]) async throws(TransportError) {
    do {
      // A write that needs no waiting needs no answer: a child that is gone shows in what is read.
      let buffer = channel.allocator.buffer(bytes: bytes)
      if channel.isWritable {
        channel.writeAndFlush(buffer, promise: nil)
        if !channel.isWritable { try await channel.writeAndFlush(ByteBuffer()).get() }
      } else {
        try await channel.writeAndFlush(buffer).get()
      }
    } catch {
      throw TransportError(.connectionLost, "The local shell has ended")
    }
  }

  func read() async throws(TransportError) -> ShellChunk? { await queue.next() }

  func closeInput() async throws(TransportError) { try? await channel.close(mode: .output).get() }

  func ending() async -> ShellEnding? {
    var pause = Duration.microseconds(200)
    while true {
      if let ending = process.poll() { return ending }
      try? await Task.sleep(for: pause)
      if Task.isCancelled { return nil }
      pause = min(pause * 2, .milliseconds(20))
    }
  }

  func close() async {
    try? await channel.close().get()
    try? await errorChannel.close().get()
    let process = process
    // The shell sees the end of its input and stops what it runs; one that does not is killed.
    Task.detached {
      for _ in 0..<60 {
        if process.poll() != nil { return }
        try? await Task.sleep(for: .milliseconds(50))
      }
      process.kill()
      while process.poll() == nil { try? await Task.sleep(for: .milliseconds(10)) }
    }
  }
}

/// Hands one stream's bytes to the queue.
final class ChunkHandler: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  private let queue: ChunkQueue
  private let isStdout: Bool

  init(_ queue: ChunkQueue, isStdout: Bool) {
    self.queue = queue
    self.isStdout = isStdout
  }

  func channelActive(context: ChannelHandlerContext) { context.read() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    let bytes = Array(buffer.readableBytesView)
    queue.push(isStdout ? .stdout(bytes) : .stderr(bytes), count: bytes.count)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if queue.hasRoom(for: context.channel) { context.read() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Half of the pipe pair ended; the other direction may still be of use.
    if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) { queue.endStream() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
