/// Reads the remote loop's answers out of the two output streams: a pure state machine whose outcome does not depend on how
/// the bytes were cut into chunks.
///
/// Lines of the loop (M is the marker), wherever they stand:
///
///     M ID STATUS d     on stdout: the request ended; what came before on both streams is its output
///     M ID              on stderr: the same, for that stream
///     M b               on stdout: what came before was noise; the request's output files follow
///     M e               on stdout: its standard output ended, its standard error follows
///     M ID STATUS q     on stdout: the same for a request that has no standard error
///     M ID STATUS i     on stdout: the request ended; only what followed `b` is its output
///     M died STATUS     on stdout: the worker ended
///
/// Anything else is output, even with the marker in it (`set` shows every variable of the shell).
struct RemoteLoopDecoder: Sendable {
  enum Event: Sendable, Hashable {
    case finished(ShellResult)
    /// The worker is gone, with the status that `$?` has of it.
    case died(status: Int)
  }

  private let marker: [UInt8]
  private var requestID = 0
  private var limit = 0
  /// The beginning of what may become a line of the loop, one a stream.
  private var pendingStdout: [UInt8] = []
  private var pendingStderr: [UInt8] = []
  private var output: [UInt8] = []
  private var errorOutput: [UInt8] = []
  private var isTruncated = false
  private var hasOutputFiles = false
  private var isReadingErrorFile = false
  private var endedStatus: Int?
  private var hasErrorStreamEnded = false

  /// The longest line of the loop, marker included; a longer one is not ours.
  private static let longestLine = 128

  init(marker: String) { self.marker = Array(marker.utf8) }

  /// Gets ready for the answer to a request.
  /// - Parameter limit: how many bytes of each stream to keep.
  mutating func begin(id: Int, limit: Int) {
    requestID = id
    self.limit = limit
    discardOutput()
    hasOutputFiles = false
    isReadingErrorFile = false
    endedStatus = nil
    hasErrorStreamEnded = false
  }

  /// Takes the standard output read so far, for a receiver that streams it.
  mutating func takeOutput() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &output)
    return taken
  }

  /// What the request under way has written to standard error, for a report about a shell that died.
  var partialErrorOutput: [UInt8] { errorOutput }

  /// Takes bytes as they arrived; gives the events they complete.
  mutating func consume(_ chunk: ShellChunk) -> [Event] {
    switch chunk {
    case .stdout(let bytes):
      let (events, pending) = consume(pendingStdout.isEmpty ? bytes : pendingStdout + bytes, isStdout: true)
      pendingStdout = pending
      return events
    case .stderr(let bytes):
      let (events, pending) = consume(pendingStderr.isEmpty ? bytes : pendingStderr + bytes, isStdout: false)
      pendingStderr = pending
      return events
    }
  }
}

extension RemoteLoopDecoder {
  /// Gives the events of the buffer, and its end when that may be the beginning of a line.
  private mutating func consume(_ buffer: [UInt8], isStdout: Bool) -> (events: [Event], pending: [UInt8]) {
    var events: [Event] = []
    var unread = 0
    var position = 0
    while let start = buffer[position...].firstIndex(of: RemoteLoopDecoder.firstByte) {
      position = start + 1
      let compared = min(buffer.count - start, marker.count)
      guard buffer[start..<start + compared].elementsEqual(marker[..<compared]) else { continue }
      guard let end = buffer[start...].prefix(Self.longestLine).firstIndex(of: UInt8(ascii: "\n")) else {
        guard buffer.count - start < Self.longestLine else { continue }
        keep(buffer[unread..<start], isStdout: isStdout)
        return (events, Array(buffer[start...]))
      }
      guard end >= start + marker.count,
        let line = Line(buffer[(start + marker.count)..<end], isStdout: isStdout, requestID: requestID)
      else { continue }
      keep(buffer[unread..<start], isStdout: isStdout)
      unread = end + 1
      position = unread
      if let event = take(line) { events.append(event) }
    }
    keep(buffer[unread...], isStdout: isStdout)
    return (events, [])
  }

  private static let firstByte: UInt8 = 0x1F

  private mutating func keep(_ bytes: ArraySlice<UInt8>, isStdout: Bool) {
    if bytes.isEmpty { return }
    if isStdout, !isReadingErrorFile {
      let room = max(0, limit - output.count)
      output.append(contentsOf: bytes.prefix(room))
      if bytes.count > room { isTruncated = true }
    } else if isStdout || !hasOutputFiles {
      let room = max(0, limit - errorOutput.count)
      errorOutput.append(contentsOf: bytes.prefix(room))
      if bytes.count > room { isTruncated = true }
    }
  }

  private mutating func discardOutput() {
    output = []
    errorOutput = []
    isTruncated = false
  }

  private mutating func take(_ line: Line) -> Event? {
    switch line {
    case .outputFiles:
      discardOutput()
      hasOutputFiles = true
      return nil
    case .errorFile:
      isReadingErrorFile = true
      return nil
    case .died(let status):
      return .died(status: status)
    case .errorStreamEnd:
      hasErrorStreamEnded = true
    case .end(let status, let streams):
      endedStatus = status
      if streams != .both { hasErrorStreamEnded = true }
      if streams == .files, !hasOutputFiles { discardOutput() }
    }
    guard let status = endedStatus, hasErrorStreamEnded else { return nil }
    endedStatus = nil
    isReadingErrorFile = false
    return .finished(ShellResult(status: status, stdout: output, stderr: errorOutput, isTruncated: isTruncated))
  }

  /// How a request's output came.
  private enum Streams {
    case both, files, outputOnly
  }

  /// A line of the loop, marker left off.
  private enum Line {
    case outputFiles
    case errorFile
    case errorStreamEnd
    case end(status: Int, Streams)
    case died(status: Int)

    init?(_ bytes: ArraySlice<UInt8>, isStdout: Bool, requestID: Int) {
      let words = bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).dropFirst()
        .map { String(decoding: $0, as: UTF8.self) }
      guard bytes.first == UInt8(ascii: " "), let first = words.first else { return nil }
      switch (isStdout, words.count) {
      case (false, 1) where Int(first) == requestID: self = .errorStreamEnd
      case (true, 1) where first == "b": self = .outputFiles
      case (true, 1) where first == "e": self = .errorFile
      case (true, 2) where first == "died":
        guard let status = Int(words[words.startIndex + 1]) else { return nil }
        self = .died(status: status)
      case (true, 3) where Int(first) == requestID:
        guard let status = Int(words[words.startIndex + 1]) else { return nil }
        switch words[words.startIndex + 2] {
        case "d": self = .end(status: status, .both)
        case "i": self = .end(status: status, .files)
        case "q": self = .end(status: status, .outputOnly)
        default: return nil
        }
      default: return nil
      }
    }
  }
}
