import NIOCore
import Values

/// A persistent shell of one user on one host, over whatever can start processes there (an SSH session, the local machine).
///
/// It comes back by itself after a script killed it, a timeout or a cancellation: the next request starts a new shell over
/// the same link. Only when the link is lost does every further call fail.
///
///     let connection = try await ShellConnection.start(on: LocalHost())
///     let result = try await connection.run(ShellRequest("uname -r"))
package actor ShellConnection: Connection {
  package nonisolated let traits: HostTraits
  /// The thread of the channel's events: a request and its answer change threads once each way.
  package nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }
  private nonisolated let eventLoop: any EventLoop
  /// What a task that uses the connection should prefer.
  nonisolated let executor: EventLoopExecutor
  nonisolated let recipe: LiveShell.Recipe
  private var live: LiveShell?
  /// Why nothing works any more.
  private var failure: TransportError?
  /// The way to stop the request under way.
  private var underWay: Interruption?
  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  private init(_ live: LiveShell, _ traits: HostTraits, _ recipe: LiveShell.Recipe) {
    self.live = live
    self.traits = traits
    self.recipe = recipe
    eventLoop = recipe.host.eventLoop
    executor = EventLoopExecutor(eventLoop)
  }

  /// Starts a shell and asks what the host can do, in one round trip.
  ///
  /// - Parameters:
  ///   - host: the link; several connections (one a user) may share it. `close()` leaves it open.
  ///   - shell: the POSIX shell to run there.
  ///   - become: the user to change to.
  ///   - timeout: how long starting the shell may take, sudo's questions included.
  package static func start(
    on host: any ShellHost, shell: String = "/bin/sh", become: ConnectionParameters.Become? = nil,
    timeout: Duration = .seconds(10), statistics: TransportStatistics = TransportStatistics()
  ) async throws(TransportError) -> ShellConnection {
    let recipe = LiveShell.Recipe(host: host, shell: shell, become: become, timeout: timeout, statistics: statistics)
    let (live, traits) = try await open(recipe)
    return ShellConnection(live, traits, recipe)
  }

  package func run(_ request: ShellRequest) async throws(TransportError) -> ShellResult {
    try await run(request.script.text.losslessBytes, request)
  }

  /// Runs a script that may hold more than a `ShellScript`.
  /// - Parameter receive: takes standard output piece by piece; it is then absent from the result.
  func run(
    _ script: [UInt8], _ request: ShellRequest,
    receive: AnswerCollector.Receiver? = nil
  ) async throws(TransportError) -> ShellResult {
    guard !script.contains(0) else {
      throw TransportError(
        .invalidRequest,
        "A value holds a NUL byte, which can't be part of a command; pass it on standard input or in a file")
    }
    await lock()
    defer { unlock() }
    if let failure { throw failure }
    if Task.isCancelled { throw TransportError(.cancelled, "The run was cancelled") }
    var shell: LiveShell
    if let live {
      shell = live
    } else {
      shell = try await Self.open(recipe).live
    }
    live = nil
    shell.lastRequestID += 1
    shell.decoder.begin(id: shell.lastRequestID, limit: request.outputLimit)
    let text = shell.loop.request(
      id: shell.lastRequestID, script, input: request.input, isolation: request.isolation)
    let interruption = Interruption(shell.channel)
    underWay = interruption
    let timer = request.timeout.map { interruption.schedule(after: $0) }
    let answer = await withTaskCancellationHandler {
      await Self.converse(&shell, text, recipe.statistics, receive)
    } onCancel: {
      interruption.interrupt(.cancelled)
    }
    timer?.cancel()
    underWay = nil
    return try await conclude(answer, shell, interruption.finish(), request)
  }

  /// Stops the request under way, then ends the shell gently: what its commands left in the background goes on.
  package func close() async {
    failure = failure ?? TransportError(.connectionLost, "The connection was closed")
    underWay?.interrupt(.cancelled)
    await lock()
    defer { unlock() }
    guard let shell = live else { return }
    live = nil
    let interruption = Interruption(shell.channel)
    let timer = interruption.schedule(after: .seconds(2))
    do {
      try await shell.channel.write(RemoteLoop.exitRequest)
      var decoder = shell.decoder
      reading: while let chunk = try await shell.channel.read() {
        for case .died in decoder.consume(chunk) { break reading }
      }
      try await shell.channel.closeInput()
      while try await shell.channel.read() != nil {}
    } catch {}
    timer.cancel()
    await shell.channel.close()
  }
}

extension ShellConnection {
  /// How one exchange ended; `nil` when the channel ended without an answer.
  private typealias Answer = AnswerCollector.Answer?

  private static func open(_ recipe: LiveShell.Recipe) async throws(TransportError) -> (
    live: LiveShell, traits: HostTraits
  ) {
    var generator = SystemRandomNumberGenerator()
    let loop = RemoteLoop(shell: recipe.shell, using: &generator)
    let question = loop.request(id: 0, HostTraits.probe.text.losslessBytes, input: [], isolation: .none)
    let (channel, rest) = try await LiveShell.start(recipe, loop, opening: loop.preamble + question)
    var live = LiveShell(channel: channel, loop: loop, decoder: RemoteLoopDecoder(marker: loop.marker))
    live.decoder.begin(id: 0, limit: 65_536)
    let interruption = Interruption(channel)
    let timer = interruption.schedule(after: recipe.timeout)
    let answer = await converse(&live, [], recipe.statistics, nil, firstChunk: rest)
    timer.cancel()
    if interruption.finish() != nil {
      await channel.close()
      throw TransportError(
        .connectTimedOut, "The shell started but did not answer within \(recipe.timeout.inSeconds)")
    }
    switch answer {
    case .result(let result, isShellGone: false):
      return (live, try HostTraits(probed: result.stdout))
    case .failed(let error):
      await channel.close()
      throw error
    case .result, nil:
      await channel.close()
      throw TransportError(.protocolMismatch, "\(recipe.shell) on the host does not work as a POSIX shell")
    }
  }

  private static func converse(
    _ shell: inout LiveShell, _ text: [UInt8], _ statistics: TransportStatistics,
    _ receive: AnswerCollector.Receiver?, firstChunk: [UInt8] = []
  ) async -> Answer {
    statistics.recordRequest(bytesSent: text.count)
    let collector = AnswerCollector(shell.decoder, statistics, receive: receive)
    do {
      if !text.isEmpty { try await shell.channel.write(text) }
      if firstChunk.isEmpty || !collector.take(.stdout(firstChunk)) {
        _ = try await shell.channel.read(until: collector.take)
      }
    } catch {
      return .failed(error)
    }
    shell.decoder = collector.decoder
    return collector.answer
  }

  private func conclude(
    _ answer: Answer, _ shell: LiveShell, _ interruption: Interruption.Reason?, _ request: ShellRequest
  ) async throws(TransportError) -> ShellResult {
    if case .result(let result, let isShellGone) = answer, interruption == nil {
      if isShellGone { await shell.channel.close() } else { live = shell }
      return result
    }
    let ending = await shell.channel.ending()
    await shell.channel.close()
    switch (interruption, answer) {
    case (.timedOut, _):
      let seconds = request.timeout?.inSeconds ?? "its time"
      throw TransportError(.timedOut, "The command did not end within \(seconds) and was killed")
    case (.cancelled, _):
      throw TransportError(.cancelled, "The run was cancelled; what ran on the host was killed")
    case (nil, .failed(let error)):
      if error.kind == .connectionLost { failure = error }
      throw error
    case (nil, _):
      if case .signalled(let name) = ending, let number = SignalName.number(name) {
        return ShellResult(status: 128 + number, stderr: AnswerCollector.deathNote(128 + number))
      }
      let error = TransportError(
        .connectionLost, "The connection was lost while a command ran; what it did is not known")
      failure = error
      throw error
    }
  }

  private func lock() async {
    guard isBusy else {
      isBusy = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  /// Hands the lock to the longest waiting, so that requests run in the order in which they came.
  private func unlock() {
    if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
  }
}
