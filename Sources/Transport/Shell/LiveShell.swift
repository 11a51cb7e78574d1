import Values

/// A shell that runs: its channel, and how far the conversation is. Belongs to one `ShellConnection`.
struct LiveShell {
  let channel: any ShellChannel
  let loop: RemoteLoop
  var decoder: RemoteLoopDecoder
  var lastRequestID = 0

  /// What starting a shell takes.
  struct Recipe: Sendable {
    var host: any ShellHost
    var shell: String
    var become: ConnectionParameters.Become?
    /// Over the start command, the password and the banner.
    var timeout: Duration
    var statistics: TransportStatistics
  }

  /// Starts a shell's process and waits for its banner.
  ///
  /// - Parameter opening: sent as soon as the process may read it: at once, or after the password.
  /// - Returns: the channel and what came after the banner.
  static func start(
    _ recipe: Recipe, _ loop: RemoteLoop, opening: [UInt8]
  ) async throws(TransportError) -> (channel: any ShellChannel, rest: [UInt8]) {
    var generator = SystemRandomNumberGenerator()
    let prompt = "swiftible-" + RemoteLoop.randomName(using: &generator) + ":"
    let start = ShellStart(loop.startWords, banner: loop.banner, become: recipe.become, prompt: prompt)
    let channel = try await recipe.host.open(start.command)
    recipe.statistics.recordShell()
    let interruption = Interruption(channel)
    let timer = interruption.schedule(after: recipe.timeout)
    defer { timer.cancel() }
    let outcome = await withTaskCancellationHandler {
      await greet(channel, start, recipe, opening: opening)
    } onCancel: {
      interruption.interrupt(.cancelled)
    }
    let reason = interruption.finish()
    switch outcome {
    case .success(let rest) where reason == nil: return (channel, rest)
    case .success:
      await channel.close()
      throw reason == .cancelled
        ? TransportError(.cancelled, "The run was cancelled") : start.watch.timedOut(after: recipe.timeout)
    case .failure(let error):
      await channel.close()
      switch reason {
      case .timedOut: throw error.kind == .connectionLost ? error : start.watch.timedOut(after: recipe.timeout)
      case .cancelled: throw TransportError(.cancelled, "The run was cancelled")
      case nil: throw error
      }
    }
  }

  private static func greet(
    _ channel: any ShellChannel, _ start: ShellStart, _ recipe: Recipe, opening: [UInt8]
  ) async -> Result<[UInt8], TransportError> {
    var watch = start.watch
    do {
      // Without a password nothing on the way reads standard input but the shell: no need to wait a round trip for its banner.
      let password = recipe.become?.password
      // A far end that refuses at once (sudo) ends its input: its answer says why, so a failed write alone is no news.
      if password == nil { try? await channel.write(opening) }
      while let chunk = try await channel.read() {
        for step in watch.consume(chunk) {
          switch step {
          case .sendPassword: try await channel.write((password?.reveal() ?? "").losslessBytes + [UInt8(ascii: "\n")])
          case .started(let rest):
            if password != nil { try await channel.write(opening) }
            return .success(rest)
          case .failed(let error): return .failure(error)
          }
        }
      }
      return .failure(watch.ended(await channel.ending()))
    } catch {
      return .failure(error)
    }
  }
}
