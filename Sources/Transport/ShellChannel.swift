import NIOCore

/// The three streams of a running remote or local process that speaks the remote loop's protocol: what an SSH channel and a
/// local child have in common, and all that the shell protocol needs to know of either.
package protocol ShellChannel: Sendable {
  /// Sends bytes to the process's standard input; returns when they are handed to the transport (back-pressure applies).
  func write(_ bytes: [UInt8]) async throws(TransportError)

  /// Ends the process's standard input; what it still writes can be read.
  func closeInput() async throws(TransportError)

  /// The next bytes from standard output or standard error, each in its own order; `nil` at the end of both.
  ///
  /// - Throws: `connectionLost` when the link died before the end.
  func read() async throws(TransportError) -> ShellChunk?

  /// Hands the chunks to `isEnough` until it says so; `false` when both streams ended before.
  ///
  /// - Parameter isEnough: called where the bytes arrive, one call at a time: an answer of many packets wakes its reader once.
  func read(until isEnough: @escaping @Sendable (ShellChunk) -> Bool) async throws(TransportError) -> Bool

  /// How the process ended, once `read` answered `nil`; `nil` when the other side never said (a killed session).
  ///
  /// Over SSH a server that closes a channel without saying how its process ended can't be told from status 0 (libssh2 keeps
  /// no note of it): whoever must know for sure has the process print its own trailer.
  func ending() async -> ShellEnding?

  /// Closes the channel; the process sees the end of its input.
  func close() async
}

extension ShellChannel {
  package func read(until isEnough: @escaping @Sendable (ShellChunk) -> Bool) async throws(TransportError) -> Bool {
    while let chunk = try await read() {
      if isEnough(chunk) { return true }
    }
    return false
  }
}

/// Bytes from one of a process's output streams.
package enum ShellChunk: Sendable, Hashable {
  case stdout([UInt8])
  case stderr([UInt8])
}

/// How a process ended.
package enum ShellEnding: Sendable, Hashable {
  case exited(status: Int)
  /// The signal's name without `SIG`: `KILL`, `TERM`.
  case signalled(name: String)
}

/// What can start processes that speak over a `ShellChannel`: an SSH session or the local machine.
package protocol ShellHost: Sendable {
  /// Where its channels' events arrive. Who talks to them runs there too, so that no byte changes threads on its way.
  var eventLoop: any EventLoop { get }

  /// Starts `command` (one line for the login shell) and gives its streams.
  func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel

  /// Ends everything, and the link.
  func close() async
}
