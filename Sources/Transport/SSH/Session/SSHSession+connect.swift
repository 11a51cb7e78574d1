import NIOCore
import NIOPosix
import Values

extension SSHSession {
  /// Connects to a host and logs in, all within `parameters.connectTimeout`.
  ///
  /// The host's key is checked before anything of the user's is sent.
  /// - Throws: `TransportError` that names the cause; the session is closed then.
  package static func connect(
    _ parameters: ConnectionParameters, environment: SSHEnvironment = .current
  ) async throws(TransportError) -> SSHSession {
    try await connect(parameters, environment: environment, proxy: nil, behind: [])
  }

  /// - Parameters:
  ///   - proxy: the way to the host; `nil`: as its configuration says.
  ///   - behind: the jump hosts whose way this connection is part of.
  static func connect(
    _ parameters: ConnectionParameters, environment: SSHEnvironment, proxy: SSHProxy?, behind: [JumpHosts.Key]
  ) async throws(TransportError) -> SSHSession {
    let config = await BlockingWork.run {
      SSHConfig(
        host: parameters.address, options: parameters.sshOptions, files: environment.configFiles,
        environment: environment)
    }
    var made = try SSHDestination(parameters, config: config, environment: environment)
    if let proxy { made.proxy = proxy }
    let destination = made
    let session = try SSHSession(
      eventLoop: EventLoops.next(),
      peer: "\(destination.parameters.address) port \(destination.parameters.port)",
      openTimeout: destination.parameters.connectTimeout)
    let abort: @Sendable (TransportError) -> Void = { error in
      session.eventLoop.execute { session.assumeIsolated { $0.fail(error) } }
    }
    try await withTaskCancellationHandler {
      await withTaskExecutorPreference(EventLoopExecutor(session.eventLoop)) {
        await session.establish(destination, behind: behind)
      }
    } onCancel: {
      abort(TransportError(.cancelled, "The run was cancelled."))
    }.get()
    return session
  }

  private func establish(_ destination: SSHDestination, behind: [JumpHosts.Key]) async -> Result<Void, TransportError> {
    let parameters = destination.parameters
    let timeout = parameters.connectTimeout
    let deadline = eventLoop.scheduleTask(in: timeout.timeAmount) {
      self.assumeIsolated {
        let message = $0.phase.timeoutMessage(peer: $0.peer, address: parameters.address, timeout: timeout.inSeconds)
        $0.fail(TransportError(.connectTimedOut, message))
      }
    }
    defer { deadline.cancel() }
    do throws(TransportError) {
      if let proxy = destination.proxy {
        phase = .proxy
        try await dial(proxy, to: destination, behind: behind)
      } else {
        let addresses = try await resolve(parameters.address, port: parameters.port)
        phase = .connecting
        try await dial(parameters, addresses)
      }
      let hostKeys = try await outside { HostKeyCheck.load(destination) }.get()
      try await exchangeKeys(SSHAlgorithms(known: hostKeys.knownTypes))
      guard let hostKey = library.hostKey else {
        throw TransportError(.protocolMismatch, "\(peer) showed no host key.")
      }
      let trust = try await outside { hostKeys.verify(hostKey) }.get()
      phase = .authentication
      try await authenticate(destination, trust: trust)
      phase = .connected
      startKeepalive()
      return .success(())
    } catch {
      fail(error)
      // The first failure is the cause: what followed from it is not worth telling.
      return .failure(failure ?? error)
    }
  }

  // MARK: Steps

  private func resolve(_ address: String, port: Int) async throws(TransportError) -> [SocketAddress] {
    if let numeric = try? SocketAddress(ipAddress: address, port: port) { return [numeric] }
    switch try await outside({ NameLookup.addresses(of: address, port: port) }) {
    case .success(let addresses): return addresses
    case .failure(let failure):
      throw TransportError(
        .nameResolution,
        "Could not resolve the host name \(address): \(failure.text). Set ansible_host, or mend the name.")
    }
  }

  /// Opens the socket; `adopt` takes it when it is there.
  private func dial(
    _ parameters: ConnectionParameters, _ addresses: [SocketAddress]
  ) async throws(TransportError) {
    let connecting = ClientBootstrap(group: eventLoop)
      .connectTimeout(parameters.connectTimeout.timeAmount)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 16_384, initial: 16_384, maximum: 65_536)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(SSHSocketHandler(session: self))
        }
      }
      .resolver(KnownAddresses(addresses, eventLoop: eventLoop))
      .connect(host: parameters.address, port: parameters.port)
    if case .failure(let error) = try await outcome(of: connecting) { throw Self.explainDial(error, peer: peer) }
  }

  /// Takes the first socket that connected.
  /// - Returns: whether this one is it.
  func adopt(_ socket: any NIOCore.Channel) -> Bool {
    guard failure == nil, link == nil else { return false }
    link = .socket(socket)
    phase = .greeting
    return true
  }

  private static func explainDial(_ error: any Error, peer: String) -> TransportError {
    let causes = (error as? NIOConnectionError)?.connectionErrors.map(\.error) ?? [error]
    let codes = causes.compactMap { ($0 as? IOError)?.errnoCode }
    if codes.contains(ECONNREFUSED) {
      return TransportError(
        .connectionRefused,
        "\(peer) refused the connection: no SSH server listens there. Is the port right (ansible_port), is sshd running?"
      )
    }
    if codes.contains(EHOSTUNREACH) || codes.contains(ENETUNREACH) {
      return TransportError(.connectionRefused, "No route leads to \(peer): check the address and the network.")
    }
    if let code = codes.first {
      return TransportError(.connectionRefused, "Could not connect to \(peer): \(errorText(code)).")
    }
    return TransportError(.connectionRefused, "Could not connect to \(peer): \(causes.first ?? error).")
  }

  private func exchangeKeys(_ algorithms: SSHAlgorithms) async throws(TransportError) {
    do {
      try algorithms.apply(to: library)
    } catch {
      throw TransportError(.protocolMismatch, "The SSH library lacks an algorithm: \(error.message).")
    }
    do {
      try await untilDone { library throws(LibSSH2.Failure) in try library.handshake() }
    } catch {
      switch error {
      case .session(let error): throw error
      case .library(let error):
        if error.isAlgorithmMismatch, let offer = greeting.offer, let mismatch = algorithms.mismatch(with: offer) {
          throw TransportError(.protocolMismatch, "\(peer) has \(mismatch).")
        }
        throw TransportError(.protocolMismatch, "The key exchange with \(peer) failed: \(error.message).")
      }
    }
  }
}
