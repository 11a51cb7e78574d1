import Values

/// Everything needed to reach one host as one user, after all variables and settings were taken into account.
package struct ConnectionParameters: Sendable, Hashable {
  /// How the host is reached.
  package enum Method: String, Sendable, Hashable {
    case ssh
    case local
  }

  package var method: Method
  /// Name or address to connect to (`ansible_host`).
  package var address: String
  package var port: Int
  /// Login user; `nil`: the user who runs swiftible.
  package var user: String?
  /// Login password, for `password` and `keyboard-interactive`.
  package var password: Secret?
  /// Private key files, in the order to try. Empty: the agent, then `~/.ssh/id_ed25519`, `id_ecdsa`, `id_rsa`.
  package var privateKeyFiles: [String]
  package var privateKeyPassphrase: Secret?
  package var hostKeyPolicy: HostKeyPolicy
  /// Files in known_hosts format; new keys are added to the first.
  package var knownHostsFiles: [String]
  /// One deadline over name lookup, TCP, handshake and authentication together.
  package var connectTimeout: Duration
  /// Settings of the OpenSSH client that the user gave beside the inventory (`ansible_ssh_common_args`); they come before those
  /// of the configuration files.
  package var sshOptions: [SSHOption] = []
  /// The shell to run on the far end.
  package var shell: String
  package var become: Become?

  /// What to do about a host key that is not known.
  package enum HostKeyPolicy: Sendable, Hashable {
    /// Refuse unknown and changed keys.
    case strict
    /// Add unknown keys, refuse changed and revoked ones.
    case acceptNew
    /// Take any key (`host_key_checking=False`).
    case off
  }

  /// The change of user after login.
  package struct Become: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable {
      case sudo
      case su
    }

    package var method: Method
    package var user: String
    package var password: Secret?
    /// The program, when it is not the method's own name (`ansible_become_exe`).
    package var executable: String?
    /// Further words for the program (`ansible_become_flags`); `nil`: `-H -S -n` as the method needs.
    package var flags: [String]?
    /// The words by which su's prompt for a password is known (`ansible_su_prompt_l10n`); `nil`: those of its translations.
    package var promptWords: [String]?

    package init(
      method: Method, user: String, password: Secret? = nil, executable: String? = nil, flags: [String]? = nil,
      promptWords: [String]? = nil
    ) {
      self.method = method
      self.user = user
      self.password = password
      self.executable = executable
      self.flags = flags
      self.promptWords = promptWords
    }

    /// The command line before the shell's own words.
    ///
    /// - Parameter prompt: what sudo is to ask with.
    package func words(prompt: String) -> [String] {
      switch method {
      case .sudo:
        var flags = flags ?? ["-H", "-S"]
        if password == nil {
          if !flags.contains("-n") { flags.append("-n") }
        } else {
          flags.removeAll { $0 == "-n" || $0 == "-S" }
          flags += ["-S", "-p", prompt]
        }
        return [executable ?? "sudo"] + flags + ["-u", user]
      case .su: return [executable ?? "su"] + (flags ?? []) + [user]
      }
    }
  }

  package init(
    method: Method, address: String, port: Int = 22, user: String? = nil, password: Secret? = nil,
    privateKeyFiles: [String] = [], privateKeyPassphrase: Secret? = nil, hostKeyPolicy: HostKeyPolicy = .strict,
    knownHostsFiles: [String] = [], connectTimeout: Duration = .seconds(10), shell: String = "/bin/sh",
    become: Become? = nil
  ) {
    self.method = method
    self.address = address
    self.port = port
    self.user = user
    self.password = password
    self.privateKeyFiles = privateKeyFiles
    self.privateKeyPassphrase = privateKeyPassphrase
    self.hostKeyPolicy = hostKeyPolicy
    self.knownHostsFiles = knownHostsFiles
    self.connectTimeout = connectTimeout
    self.shell = shell
    self.become = become
  }
}
