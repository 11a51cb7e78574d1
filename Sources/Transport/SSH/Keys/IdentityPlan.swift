/// Which keys to offer a server, in which order.
///
/// Servers hang up after a few refusals, so the likeliest come first: keys that the inventory names, or the default ones, from
/// the agent where it holds them; then the agent's other keys. Without named keys the agent's others go before the files that
/// it does not hold, as in OpenSSH.
struct IdentityPlan: Sendable {
  struct Problem: Error {
    var text: String
  }

  struct Step: Sendable {
    let identity: @Sendable () async -> Result<SSHIdentity, Problem>
  }

  private var steps: ArraySlice<Step> = []
  private(set) var problems: [String] = []

  mutating func next() -> Step? { steps.popFirst() }

  init(_ parameters: ConnectionParameters, environment: SSHEnvironment) async {
    let isNamed = !parameters.privateKeyFiles.isEmpty
    let files =
      isNamed
      ? parameters.privateKeyFiles.map { LocalFile.expand($0, home: environment.home) }
      : environment.defaultKeyFiles.filter(LocalFile.exists)
    for file in files {
      steps.append(
        Step {
          switch await KeyStore.shared.key(at: file, passphrase: parameters.privateKeyPassphrase) {
          case .success(let key): .success(SSHIdentity(name: "key \(file)", key: key))
          case .failure(let error): .failure(Problem(text: "the key \(file) \(error.explanation)"))
          }
        })
    }
  }
}
