import Values

/// The links and shells of a run: one link for each way to a host, one shell on it for each user.
///
/// Every play and task takes its connections here, so a host is connected to once. Tasks that ask for the same host at the
/// same time share one attempt. When there are more hosts than the process may have links, the ones that nobody is using are
/// closed for others; their connections come back by themselves at the next request.
package actor ConnectionPool {
  /// Makes the link to a host.
  package typealias Connector = @Sendable (ConnectionParameters) async throws(TransportError) -> any ShellHost

  package nonisolated let statistics: TransportStatistics
  private let connector: Connector
  private let maximumLinks: Int
  private let connects: Gate
  private var links: [LinkKey: Link] = [:]
  private var clock = 0
  private var waitingForLink: [CheckedContinuation<Void, Never>] = []
  /// The end of everything, once it has begun.
  private var closing: Task<Void, Never>?

  /// - Parameters:
  ///   - concurrentConnects: how many links may be in the making at once (`forks`; sshd's MaxStartups is a further reason).
  ///   - maximumLinks: how many may be open at once; `nil`: what the limit on open files allows.
  package init(
    concurrentConnects: Int = 50, maximumLinks: Int? = nil, statistics: TransportStatistics = TransportStatistics(),
    connector: @escaping Connector = ConnectionPool.link
  ) {
    self.connector = connector
    self.statistics = statistics
    self.maximumLinks = max(1, maximumLinks ?? DescriptorBudget.links())
    connects = Gate(places: max(1, concurrentConnects))
  }

  /// Makes a link by the parameters' method.
  @Sendable package static func link(
    _ parameters: ConnectionParameters
  ) async throws(TransportError) -> any ShellHost {
    switch parameters.method {
    case .ssh: try await SSHSession.connect(parameters)
    case .local: LocalHost()
    }
  }

  /// The connection for a host and user, made now unless there is one.
  package func connection(for parameters: ConnectionParameters) async throws(TransportError) -> any Connection {
    let (shell, link) = try await shell(for: parameters)
    release(link)
    return PooledConnection(pool: self, parameters: parameters, traits: shell.traits)
  }

  /// Closes every shell and link. Whoever asks while that is under way waits for its end: an interruption begins it, and the
  /// process must not end before it is done.
  package func closeAll() async {
    let closing = self.closing ?? beginClosing()
    await closing.value
  }

  private func beginClosing() -> Task<Void, Never> {
    let open = links.values.map { ($0.host, Array($0.shells.values)) }
    links = [:]
    let task = Task {
      await withTaskGroup(of: Void.self) { group in
        for (host, shells) in open {
          // One that is still being made is given up.
          host.cancel()
          group.addTask { await Self.close(host, shells) }
        }
      }
    }
    closing = task
    for waiter in waitingForLink { waiter.resume() }
    waitingForLink = []
    return task
  }

  /// Closes the shell of one user; the link stays for the others.
  func closeShell(for parameters: ConnectionParameters) async {
    guard let link = links[LinkKey(parameters)], let shell = link.shells.removeValue(forKey: ShellKey(parameters))
    else {
      return
    }
    if let connection = try? await shell.value { await connection.close() }
  }

  /// Closes the shells of a user on the host of the parameters, and the link that logged in as that user when nobody uses it;
  /// what the parameters themselves stand for stays.
  func closeShells(ofUser user: String, besides own: ConnectionParameters) async {
    for link in Array(links.values) where link.key.isSameHost(as: own) {
      if link.key != LinkKey(own), link.key.user == user, link.users == 0 {
        links[link.key] = nil
        await Self.close(link.host, Array(link.shells.values))
        if !waitingForLink.isEmpty { waitingForLink.removeFirst().resume() }
        continue
      }
      for (key, shell) in link.shells where key.become?.user == user && key != ShellKey(own) {
        link.shells[key] = nil
        if let connection = try? await shell.value { await connection.close() }
      }
    }
  }

  /// Runs one piece of work on a shell. A link that turns out to be lost is dropped, so that a later play connects anew.
  func use<Answer: Sendable>(
    _ parameters: ConnectionParameters,
    _ work: @Sendable (ShellConnection) async throws(TransportError) -> Answer
  ) async throws(TransportError) -> Answer {
    let (shell, link) = try await shell(for: parameters)
    defer { release(link) }
    do {
      return try await withTaskExecutorPreference(shell.executor) { () throws(TransportError) in try await work(shell) }
    } catch {
      if error.kind == .connectionLost { drop(link) }
      throw error
    }
  }
}

extension ConnectionPool {
  /// A link and its shells; only the pool touches it.
  private final class Link {
    let key: LinkKey
    let host: Task<any ShellHost, any Error>
    var shells: [ShellKey: Task<ShellConnection, any Error>] = [:]
    /// How many requests are under way.
    var users = 0
    var lastUse = 0

    init(_ key: LinkKey, _ host: Task<any ShellHost, any Error>) {
      self.key = key
      self.host = host
    }
  }

  /// What makes two hosts' links one and the same.
  private struct LinkKey: Hashable {
    let parameters: ConnectionParameters

    init(_ parameters: ConnectionParameters) {
      var parameters = parameters
      parameters.become = nil
      parameters.shell = ""
      parameters.connectTimeout = .zero
      self.parameters = parameters
    }

    var user: String? { parameters.user }

    func isSameHost(as other: ConnectionParameters) -> Bool {
      parameters.method == other.method && parameters.address == other.address && parameters.port == other.port
    }
  }

  private struct ShellKey: Hashable {
    let shell: String
    let become: ConnectionParameters.Become?

    init(_ parameters: ConnectionParameters) {
      shell = parameters.shell
      become = parameters.become
    }
  }

  /// The shell for the parameters, and its link with one more user.
  private func shell(for parameters: ConnectionParameters) async throws(TransportError) -> (ShellConnection, Link) {
    let link = try await link(for: parameters)
    let key = ShellKey(parameters)
    let task: Task<ShellConnection, any Error>
    if let started = link.shells[key] {
      task = started
    } else {
      let (host, statistics) = (link.host, statistics)
      task = Task {
        let host = try await host.value
        return try await withTaskExecutorPreference(EventLoopExecutor(host.eventLoop)) {
          try await ShellConnection.start(
            on: host, shell: parameters.shell, become: parameters.become, timeout: parameters.connectTimeout,
            statistics: statistics)
        }
      }
    }
    link.shells[key] = task
    do {
      return (try await task.value, link)
    } catch {
      // The next one to ask tries again: a password may be right then, a host up.
      if link.shells[key] == task { link.shells[key] = nil }
      release(link)
      let error = error as? TransportError ?? TransportError(.cancelled, "The run was cancelled")
      if error.isUnreachable { drop(link) }
      throw error
    }
  }

  private func link(for parameters: ConnectionParameters) async throws(TransportError) -> Link {
    let key = LinkKey(parameters)
    while true {
      if closing != nil { throw TransportError(.cancelled, "The run has ended") }
      if let link = links[key] {
        link.users += 1
        return link
      }
      if links.count < maximumLinks || closeIdleLink() {
        let link = Link(
          key,
          Task { [connector, connects] in
            await connects.enter()
            defer { connects.leave() }
            return try await connector(parameters)
          })
        link.users = 1
        links[key] = link
        return link
      }
      await withCheckedContinuation { waitingForLink.append($0) }
    }
  }

  private func release(_ link: Link) {
    clock += 1
    link.users -= 1
    link.lastUse = clock
    if link.users == 0, !waitingForLink.isEmpty { waitingForLink.removeFirst().resume() }
  }

  private func drop(_ link: Link) {
    guard links[link.key] === link else { return }
    links[link.key] = nil
    let (host, shells) = (link.host, Array(link.shells.values))
    Task { await Self.close(host, shells) }
    if !waitingForLink.isEmpty { waitingForLink.removeFirst().resume() }
  }

  /// Makes room by closing the link that has been idle longest.
  private func closeIdleLink() -> Bool {
    guard let idle = links.values.filter({ $0.users == 0 }).min(by: { $0.lastUse < $1.lastUse }) else { return false }
    drop(idle)
    return true
  }

  /// Ends the shells gently, then the link.
  private static func close(_ host: Task<any ShellHost, any Error>, _ shells: [Task<ShellConnection, any Error>]) async
  {
    await withTaskGroup(of: Void.self) { group in
      for shell in shells { group.addTask { if let shell = try? await shell.value { await shell.close() } } }
    }
    if let host = try? await host.value { await host.close() }
  }
}
