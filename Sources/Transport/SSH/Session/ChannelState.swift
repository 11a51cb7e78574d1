import DequeModule

/// What a session keeps of one of its channels. Belongs to the session's actor.
final class ChannelState {
  /// `nil` once both sides closed the channel.
  var handle: LibSSH2.Channel?
  private var chunks: Deque<ShellChunk> = []
  private(set) var bufferedBytes = 0
  /// Whether reading was stopped because nobody took what had been read.
  var wasFull = false
  private(set) var isEnded = false
  private(set) var ending: ShellEnding?
  /// This side asked for the end; what still comes is dropped.
  var isClosing = false
  /// Nobody will ask for it again.
  var isAbandoned = false
  let writing = FIFOLock()
  /// Takes the chunks as they arrive, instead of their being kept, until it says that this was enough.
  private var taker: ((ShellChunk) -> Bool)?
  var readers: [Int: CheckedContinuation<Void, Never>] = [:]
  private var lastToken = 0

  init(handle: LibSSH2.Channel) { self.handle = handle }

  func append(_ chunk: ShellChunk, count: Int) {
    if let taker {
      guard taker(chunk) else { return }
      self.taker = nil
      wakeReaders()
      return
    }
    chunks.append(chunk)
    bufferedBytes += count
    if bufferedBytes >= SSHSession.channelHighWater { wasFull = true }
    wakeReaders()
  }

  /// Gives what is kept, and then what arrives, to `isEnough`.
  /// - Returns: whether it has had enough already.
  func give(to isEnough: @escaping (ShellChunk) -> Bool) -> Bool {
    while let chunk = next() {
      if isEnough(chunk) { return true }
    }
    taker = isEnough
    return false
  }

  /// Whether chunks are given to somebody who has not had enough.
  var isTaking: Bool { taker != nil }

  /// Keeps what arrives from now on.
  /// - Returns: whether the taker has had enough.
  @discardableResult
  func endGiving() -> Bool {
    defer { taker = nil }
    return taker == nil
  }

  /// Whether a reader has something to take note of.
  var hasNews: Bool { isEnded || !chunks.isEmpty }

  func next() -> ShellChunk? {
    guard let chunk = chunks.popFirst() else { return nil }
    switch chunk {
    case .stdout(let bytes), .stderr(let bytes): bufferedBytes -= bytes.count
    }
    return chunk
  }

  func end(_ ending: ShellEnding?) {
    guard !isEnded else { return }
    isEnded = true
    self.ending = ending
    wakeReaders()
  }

  func nextToken() -> Int {
    lastToken += 1
    return lastToken
  }

  func wakeReaders() {
    guard !readers.isEmpty else { return }
    let woken = readers
    readers.removeAll()
    for reader in woken.values { reader.resume() }
  }
}

/// A lock for tasks of one actor: whoever waits longest is next.
final class FIFOLock {
  private var isHeld = false
  private var queue: Deque<CheckedContinuation<Void, Never>> = []

  func acquire(isolation: isolated (any Actor)? = #isolation) async {
    if isHeld {
      await withCheckedContinuation { waiter in
        // Between the line above and this one the holder may have left.
        if isHeld {
          queue.append(waiter)
        } else {
          isHeld = true
          waiter.resume()
        }
      }
    } else {
      isHeld = true
    }
  }

  func release() {
    if let next = queue.popFirst() { next.resume() } else { isHeld = false }
  }
}
