import NIOCore
import Synchronization

/// Carries chunks from the event loop to the one task that reads them, with back-pressure: above `highWater` bytes the
/// streams are not read until the reader has caught up.
final class ChunkQueue: Sendable {
  private struct State {
    var chunks: [ShellChunk] = []
    var size = 0
    var openStreams: Int
    var reader: CheckedContinuation<ShellChunk?, Never>?
    /// The streams that wait for room.
    var paused: [any Channel] = []
  }

  private let state: Mutex<State>
  private static let highWater = 1 << 20

  init(streams: Int) { state = Mutex(State(openStreams: streams)) }

  /// Adds a chunk.
  func push(_ chunk: ShellChunk, count: Int) {
    let reader = state.withLock { state in
      let reader = state.reader
      state.reader = nil
      if reader == nil {
        state.chunks.append(chunk)
        state.size += count
      }
      return reader
    }
    reader?.resume(returning: chunk)
  }

  /// Whether the stream may be read on now; otherwise `channel.read()` is called when there is room.
  func hasRoom(for channel: any Channel) -> Bool {
    state.withLock { state in
      if state.size < Self.highWater { return true }
      state.paused.append(channel)
      return false
    }
  }

  /// Says that one of the streams has ended.
  func endStream() {
    let reader = state.withLock { state in
      state.openStreams -= 1
      guard state.openStreams <= 0 else { return nil as CheckedContinuation<ShellChunk?, Never>? }
      let reader = state.reader
      state.reader = nil
      return reader
    }
    reader?.resume(returning: nil)
  }

  /// The next chunk; what has piled up of one stream comes as one. `nil` at the end of all streams. Called by one task at a time.
  func next() async -> ShellChunk? {
    await withCheckedContinuation { continuation in
      let (chunk, isReady, resumed): (ShellChunk?, Bool, [any Channel]) = state.withLock { state in
        if state.chunks.isEmpty {
          if state.openStreams <= 0 { return (nil, true, []) }
          state.reader = continuation
          return (nil, false, [])
        }
        let chunks = state.chunks
        state.chunks = []
        state.size = 0
        let (first, rest) = Self.merge(chunks)
        state.chunks = rest
        for case .stdout(let bytes) in rest { state.size += bytes.count }
        for case .stderr(let bytes) in rest { state.size += bytes.count }
        let resumed = state.size < Self.highWater ? state.paused : []
        if !resumed.isEmpty { state.paused = [] }
        return (first, true, resumed)
      }
      for channel in resumed { channel.read() }
      if isReady { continuation.resume(returning: chunk) }
    }
  }

  /// The leading chunks of one stream as one, and the rest.
  private static func merge(_ chunks: [ShellChunk]) -> (first: ShellChunk?, rest: [ShellChunk]) {
    var bytes: [UInt8] = []
    var isStdout: Bool?
    for (index, chunk) in chunks.enumerated() {
      switch (chunk, isStdout) {
      case (.stdout(let more), nil), (.stdout(let more), true?):
        isStdout = true
        bytes = bytes.isEmpty ? more : bytes + more
      case (.stderr(let more), nil), (.stderr(let more), false?):
        isStdout = false
        bytes = bytes.isEmpty ? more : bytes + more
      default:
        return (isStdout == true ? .stdout(bytes) : .stderr(bytes), Array(chunks[index...]))
      }
    }
    return (isStdout.map { $0 ? .stdout(bytes) : .stderr(bytes) }, [])
  }
}
