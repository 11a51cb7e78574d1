import Synchronization

/// Takes what a shell says until the request under way is answered: handed to the channel, which calls it where bytes arrive.
final class AnswerCollector: Sendable {
  /// Takes standard output piece by piece.
  typealias Receiver = @Sendable ([UInt8]) throws(TransportError) -> Void

  /// How the shell's talk ended.
  enum Answer {
    case result(ShellResult, isShellGone: Bool)
    /// What the receiver threw.
    case failed(TransportError)
  }

  private struct State {
    var decoder: RemoteLoopDecoder
    var answer: Answer?
  }

  private let state: Mutex<State>
  private let statistics: TransportStatistics
  private let receive: Receiver?

  /// - Parameters:
  ///   - decoder: ready for the request (`begin`).
  ///   - receive: when there is one, standard output is absent from the result.
  init(_ decoder: RemoteLoopDecoder, _ statistics: TransportStatistics, receive: Receiver?) {
    state = Mutex(State(decoder: decoder))
    self.statistics = statistics
    self.receive = receive
  }

  /// The decoder as the talk left it.
  var decoder: RemoteLoopDecoder { state.withLock { $0.decoder } }

  /// `nil` while there is none.
  var answer: Answer? { state.withLock { $0.answer } }

  /// Takes a chunk.
  /// - Returns: whether the answer is complete.
  func take(_ chunk: ShellChunk) -> Bool {
    statistics.recordReceived(chunk)
    return state.withLock { state in
      do throws(TransportError) {
        state.answer = try read(chunk, &state.decoder)
      } catch {
        state.answer = .failed(error)
      }
      return state.answer != nil
    }
  }

  private func read(_ chunk: ShellChunk, _ decoder: inout RemoteLoopDecoder) throws(TransportError) -> Answer? {
    var result: ShellResult?
    var deathStatus: Int?
    for event in decoder.consume(chunk) {
      switch event {
      case .finished(let finished): result = finished
      case .died(let status): deathStatus = status
      }
    }
    if let receive {
      let output = result?.stdout ?? decoder.takeOutput()
      if !output.isEmpty { try receive(output) }
      result?.stdout = []
    }
    if let result { return .result(result, isShellGone: deathStatus != nil) }
    guard let deathStatus else { return nil }
    return .result(
      ShellResult(
        status: deathStatus, stderr: decoder.partialErrorOutput + Self.deathNote(deathStatus), isTruncated: true),
      isShellGone: true)
  }

  /// What standard error gets to say when the shell itself died.
  static func deathNote(_ status: Int) -> [UInt8] {
    status > 128 ? Array("The shell that ran the script was killed by signal \(status - 128)\n".utf8) : []
  }
}
