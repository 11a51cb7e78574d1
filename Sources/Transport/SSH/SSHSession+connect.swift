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
    let address = parameters.address
    let config = await BlockingWork.run {
      SSHConfig(host: address, files: environment.configFiles, environment: environment)
    }
    let parameters = try parameters.applying(config)
    let user = parameters.user ?? environment.user
    try refuseOption(parameters.address, "host name", "ansible_host")
    try refuseOption(user, "user name", "ansible_user")
    guard (1...65_535).contains(parameters.port) else {
      throw TransportError(
        .nameResolution,
        "The port \(parameters.port) of \(parameters.address) is not between 1 and 65535 (ansible_port).")
    }
    let session = try SSHSession(
      eventLoop: MultiThreadedEventLoopGroup.singleton.any(), peer: "\(parameters.address) port \(parameters.port)",
      openTimeout: parameters.connectTimeout)
    let abort: @Sendable (TransportError) -> Void = { error in
      session.eventLoop.execute { session.assumeIsolated { $0.fail(error) } }
    }
    try await withTaskCancellationHandler {
      await session.establish(parameters, user: user, environment: environment)
    } onCancel: {
      abort(TransportError(.cancelled, "The run was cancelled."))
    }.get()
    return session
  }

  /// What starts with a dash would be an option to `ssh`, and a control character could hide in a message.
  private static func refuseOption(_ value: String, _ what: String, _ variable: String) throws(TransportError) {
    let isClean =
      !value.isEmpty && !value.hasPrefix("-") && value.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
    guard isClean else {
      throw TransportError(
        .nameResolution,
        "“\(String(reflecting: value).dropFirst().dropLast())” is no \(what) (\(variable)): it is empty, starts with “-” or has blanks in it."
      )
    }
  }

  private func establish(
    _ parameters: ConnectionParameters, user: String, environment: SSHEnvironment
  ) async -> Result<Void, TransportError> {
    let timeout = parameters.connectTimeout
    let deadline = eventLoop.scheduleTask(in: timeout.timeAmount) {
      self.assumeIsolated {
        let message = $0.phase.timeoutMessage(peer: $0.peer, address: parameters.address, timeout: timeout.inSeconds)
        $0.fail(TransportError(.connectTimedOut, message))
      }
    }
    defer { deadline.cancel() }
    do throws(TransportError) {
      let addresses = try await resolve(parameters.address, port: parameters.port)
      phase = .connecting
      try await dial(parameters, addresses)
      let hostKeys = try await readHostKeys(parameters, environment: environment)
      try await exchangeKeys(SSHAlgorithms(known: hostKeys.knownTypes))
      guard let hostKey = library.hostKey else {
        throw TransportError(.protocolMismatch, "\(peer) showed no host key.")
      }
      let trust = try await outside { () -> Result<HostKeyCheck.Trust, TransportError> in
        do throws(TransportError) {
          return .success(try hostKeys.verify(hostKey))
        } catch {
          return .failure(error)
        }
      }.get()
      phase = .authentication
      try await authenticate(parameters, user: user, trust: trust, environment: environment)
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
    guard failure == nil, self.socket == nil else { return false }
    self.socket = socket
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

  private func readHostKeys(
    _ parameters: ConnectionParameters, environment: SSHEnvironment
  ) async throws(TransportError) -> HostKeyCheck {
    try await outside { () -> Result<HostKeyCheck, TransportError> in
      do throws(TransportError) {
        return .success(try HostKeyCheck(parameters, environment: environment))
      } catch {
        return .failure(error)
      }
    }.get()
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
