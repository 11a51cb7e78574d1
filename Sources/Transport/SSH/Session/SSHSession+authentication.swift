import Values

extension SSHSession {
  /// Logs in: with keys first, then with the password, as OpenSSH does.
  func authenticate(
    _ destination: SSHDestination, trust: HostKeyCheck.Trust
  ) async throws(TransportError) {
    let (parameters, user) = (destination.parameters, destination.user)
    var report = AuthenticationReport(peer: peer, user: user)
    let methods = try await attempt { library throws(LibSSH2.Failure) in try library.methods(user: user) }
    guard var methods else { return }
    report.methods = methods
    methods.removeAll(where: destination.disabledMethods.contains)

    if methods.contains("publickey") {
      if try await authenticateByKeys(destination, report: &report) { return }
    }
    if let password = parameters.password {
      guard trust == .full else {
        throw TransportError(
          .authentication,
          "\(user)@\(peer): the host key is not the known one, so the password is not sent to it. Mend known_hosts first."
        )
      }
      if try await authenticate(password: password, user: user, methods: methods, report: &report) { return }
    }
    throw report.error(hasPassword: parameters.password != nil)
  }

  /// Repeats a call to its end, with errors that can only mean a broken connection.
  private func attempt<Value>(
    _ call: (LibSSH2) throws(LibSSH2.Failure) -> LibSSH2.Attempt<Value>
  ) async throws(TransportError) -> Value {
    do {
      return try await untilDone(call)
    } catch {
      switch error {
      case .session(let error): throw error
      case .library(let error) where error.isPasswordExpired:
        throw TransportError(
          .authentication, "The password on \(peer) has expired: log in by hand once and change it.")
      case .library(let error):
        throw TransportError(.authentication, "The authentication at \(peer) broke off: \(error.message).")
      }
    }
  }

  // MARK: Keys

  private func authenticateByKeys(
    _ destination: SSHDestination, report: inout AuthenticationReport
  ) async throws(TransportError) -> Bool {
    // OpenSSH's servers hang up at the sixth refusal (MaxAuthTries); the password needs one of them.
    var triesLeft = destination.parameters.password == nil ? 5 : 4
    var plan = try await outside { IdentityPlan(destination) }
    while let step = plan.next() {
      guard triesLeft > 0 else {
        report.problems.append("further keys were not tried, for servers hang up after six: name the right one")
        break
      }
      let identity: SSHIdentity
      switch try await outside({ step.identity() }) {
      case .success(let found): identity = found
      case .failure(let problem):
        report.problems.append(problem.text)
        continue
      }
      report.tried.append(identity.name)
      attempts = report.tried
      for algorithm in signatureAlgorithms(for: identity.type) where triesLeft > 0 {
        triesLeft -= 1
        if try await authenticate(identity, algorithm: algorithm, user: destination.user, report: &report) {
          return true
        }
      }
    }
    report.problems += plan.problems
    return false
  }

  /// An RSA key can sign in three ways. OpenSSH takes SHA-2 since 7.2 and refuses SHA-1 since 8.8.
  private func signatureAlgorithms(for type: String) -> [String] {
    guard type == "ssh-rsa" else { return [type] }
    let words = (greeting.version ?? "").split(separator: "OpenSSH_", maxSplits: 1)
    guard words.count == 2 else { return ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] }
    let numbers = words[1].prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
    return numbers.lexicographicallyPrecedes([7, 2]) ? ["ssh-rsa"] : ["rsa-sha2-512", "rsa-sha2-256"]
  }

  private func authenticate(
    _ identity: SSHIdentity, algorithm: String, user: String, report: inout AuthenticationReport
  ) async throws(TransportError) -> Bool {
    let publicKey = identity.publicKey(for: algorithm)
    library.wire.signature = .none
    while true {
      let step = try await attempt { library throws(LibSSH2.Failure) -> LibSSH2.Attempt<KeyStep> in
        switch try library.authenticate(user: user, publicKey: publicKey) {
        case .done(.accepted): return .done(.accepted)
        case .done(.refused): return .done(.refused)
        case .again:
          if case .wanted(let data) = library.wire.signature { return .done(.wantsSignature(data)) }
          return .again
        }
      }
      switch step {
      case .accepted: return true
      case .refused: return false
      case .wantsSignature(let data):
        let signature = try await outside { () -> Result<[UInt8], SignatureProblem> in
          do {
            return .success(try identity.sign(data, algorithm))
          } catch {
            return .failure(SignatureProblem(text: "\(error)"))
          }
        }
        switch signature {
        case .success(let bytes): library.wire.signature = .ready(bytes)
        case .failure(let problem):
          report.problems.append("the server takes \(identity.name), but it could not sign: \(problem.text)")
          library.wire.signature = .failed
        }
      }
    }
  }

  private enum KeyStep {
    case accepted
    case refused
    case wantsSignature([UInt8])
  }

  private struct SignatureProblem: Error {
    var text: String
  }

  // MARK: Password

  /// Sends the password at most once: a second refusal of it could lock the account.
  private func authenticate(
    password: Secret, user: String, methods: [String], report: inout AuthenticationReport
  ) async throws(TransportError) -> Bool {
    let text = password.reveal()
    if methods.contains("keyboard-interactive") {
      report.tried.append("password (keyboard-interactive)")
      attempts = report.tried
      library.wire.password = Array(text.utf8)
      library.wire.prompts = []
      let outcome = try await attempt { library throws(LibSSH2.Failure) in
        try library.authenticateInteractively(user: user)
      }
      library.wire.password = []
      if outcome == .accepted { return true }
      if !library.wire.prompts.isEmpty { return false }
    }
    if methods.contains("password") {
      report.tried.append("password")
      attempts = report.tried
      return try await attempt { library throws(LibSSH2.Failure) in
        try library.authenticate(user: user, password: text)
      } == .accepted
    }
    return false
  }
}

/// What authentication tried, for the message when nothing was accepted.
struct AuthenticationReport {
  var peer: String
  var user: String
  var methods: [String] = []
  var tried: [String] = []
  var problems: [String] = []

  init(peer: String, user: String) {
    self.peer = peer
    self.user = user
  }

  func error(hasPassword: Bool) -> TransportError {
    var message = "\(user)@\(peer): permission denied (\(methods.joined(separator: ",")))."
    message += tried.isEmpty ? " There was no key to try" : " Refused: \(tried.joined(separator: ", "))"
    message += problems.isEmpty ? "." : "; \(problems.joined(separator: "; "))."
    if !hasPassword, !Set(methods).isDisjoint(with: ["password", "keyboard-interactive"]) {
      message += " No password was given (--ask-pass, ansible_password)."
    }
    return TransportError(.authentication, message)
  }
}
