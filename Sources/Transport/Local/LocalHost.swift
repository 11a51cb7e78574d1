import NIOCore
import NIOPosix

/// The machine that swiftible runs on, reached without a network: each shell is a child process.
package struct LocalHost: ShellHost {
  package let eventLoop: any EventLoop

  package init() { eventLoop = EventLoops.next() }

  package func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel {
    let (process, pipes) = try ChildProcess.start(["/bin/sh", "-c", command.text])
    let queue = ChunkQueue(streams: 2)
    do {
      let bootstrap = NIOPipeBootstrap(group: eventLoop).channelOption(.autoRead, value: false)
      let channel = try await bootstrap.channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ChunkHandler(queue, isStdout: true))
        }
      }.takingOwnershipOfDescriptors(input: pipes.output, output: pipes.input).get()
      let errorChannel = try await bootstrap.channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ChunkHandler(queue, isStdout: false))
        }
      }.takingOwnershipOfDescriptor(input: pipes.error).get()
      return LocalChannel(process: process, queue: queue, channel: channel, errorChannel: errorChannel)
    } catch {
      process.kill()
      throw TransportError(.connectionRefused, "Can't talk to the local shell: \(error)")
    }
  }

  package func close() async {}
}
