import Values

/// How a shell's process is started: as the login user, or as another one through sudo or su.
struct ShellStart: Sendable {
  /// One line for the login shell.
  let command: ShellScript
  /// What to watch for until the shell says its banner.
  let watch: StartWatch

  /// - Parameters:
  ///   - words: the shell's own command (`RemoteLoop.startWords`).
  ///   - prompt: a name that can't be guessed, for sudo to ask with.
  init(words: [String], banner: String, become: ConnectionParameters.Become?, prompt: String) {
    guard let become else {
      command = "exec \(words)"
      watch = StartWatch(banner: banner, become: nil)
      return
    }
    switch become.method {
    case .sudo:
      var flags = become.flags ?? ["-H"]
      if become.password == nil {
        if !flags.contains("-n") { flags.append("-n") }
      } else {
        flags.removeAll { $0 == "-n" || $0 == "-S" }
        flags += ["-S", "-p", prompt]
      }
      command = "exec \([become.executable ?? "sudo"] + flags + ["-u", become.user, "--"] + words)"
      watch = StartWatch(banner: banner, become: .init(become, prompt: .exactly(prompt)))
    case .su:
      let inner: ShellScript = "exec \(words)"
      let su = [become.executable ?? "su"] + (become.flags ?? []) + [become.user, "-c", inner.text]
      command = "exec \(su)"
      watch = StartWatch(banner: banner, become: .init(become, prompt: .anyPassword))
    }
  }
}
