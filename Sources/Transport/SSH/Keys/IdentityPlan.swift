import Values

/// Which keys to offer a server, in which order.
///
/// Servers hang up after a few refusals, so the likeliest come first: the keys that the inventory names, else the default
/// ones that the agent holds. Then the agent's other keys, and at last the default files. A key that the agent holds is signed
/// with there, so that its file needs no passphrase.
struct IdentityPlan: Sendable {
  struct Problem: Error {
    var text: String
  }

  struct Step: Sendable {
    /// Blocks its thread.
    let identity: @Sendable () -> Result<SSHIdentity, Problem>
  }

  private var steps: ArraySlice<Step> = []
  /// What could not be had at all, such as an agent that does not answer.
  private(set) var problems: [String] = []

  mutating func next() -> Step? { steps.popFirst() }

  /// Asks the agent. Blocks its thread.
  init(_ destination: SSHDestination) {
    let (parameters, environment) = (destination.parameters, destination.environment)
    let isNamed = !parameters.privateKeyFiles.isEmpty
    let files =
      isNamed
      ? parameters.privateKeyFiles.map { LocalFile.expand($0, home: environment.home) }
      : environment.defaultKeyFiles.filter(LocalFile.exists)

    var agentKeys: [SSHAgent.Key] = []
    let agent = environment.agentSocket.map { SSHAgent(socketPath: $0) }
    if let agent {
      do {
        agentKeys = try agent.keys()
      } catch {
        problems.append(error.description)
      }
    }

    var held: [Step] = []
    var unheld: [Step] = []
    var named: [Step] = []
    var used: Set<[UInt8]> = []
    for file in files {
      let step: Step
      if let agent, let publicKey = Self.publicKey(beside: file),
        let key = agentKeys.first(where: { $0.publicKey == publicKey })
      {
        step = Self.step(agent, key)
        used.insert(publicKey)
        held.append(step)
      } else {
        step = Self.step(file, parameters)
        unheld.append(step)
      }
      named.append(step)
    }
    let others =
      destination.identitiesOnly
      ? []
      : agent.map { agent in
        agentKeys.filter { !used.contains($0.publicKey) }.map { Self.step(agent, $0) }
      }
    steps = (isNamed ? named + (others ?? []) : held + (others ?? []) + unheld)[...]
  }

  private static func step(_ agent: SSHAgent, _ key: SSHAgent.Key) -> Step {
    let identity = SSHIdentity(name: "agent key \(key.comment)", publicKey: key.publicKey) {
      try agent.sign($0, publicKey: key.publicKey, algorithm: $1)
    }
    return Step { .success(identity) }
  }

  private static func step(_ file: String, _ parameters: ConnectionParameters) -> Step {
    Step {
      switch KeyStore.shared.key(at: file, passphrase: parameters.privateKeyPassphrase) {
      case .success(let key): .success(SSHIdentity(name: "key \(file)", key: key))
      case .failure(let error): .failure(Problem(text: "the key \(file) \(error.explanation)"))
      }
    }
  }

  /// The public half that ssh-keygen leaves beside a private key.
  private static func publicKey(beside file: String) -> [UInt8]? {
    guard let content = try? LocalFile.read(file + ".pub", limit: 64 << 10) else { return nil }
    let words = content.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    return words.count < 2 ? nil : Base64.decode(String(decoding: words[1], as: UTF8.self))
  }
}
