import Values

/// How a shell's process is started: as the login user, or as another one through sudo or su.
struct ShellStart: Sendable {
  /// One line for the login shell.
  let command: ShellScript
  /// What to watch for until the shell says its banner.
  let watch: StartWatch

  /// - Parameters:
  ///   - shell: the shell's own command (`RemoteLoop.startWords`).
  ///   - prompt: a name that can't be guessed, for sudo to ask with.
  init(_ shell: [String], banner: String, become: ConnectionParameters.Become?, prompt: String) {
    guard let become else {
      command = "exec \(shell)"
      watch = StartWatch(banner: banner, become: nil)
      return
    }
    let words = become.words(prompt: prompt)
    switch become.method {
    case .sudo:
      command = "exec \(words + ["--"] + shell)"
      watch = StartWatch(banner: banner, become: .init(become, prompt: .exactly(prompt)))
    case .su:
      let inner: ShellScript = "exec \(shell)"
      command = "exec \(words + ["-c", inner.text])"
      let prompts = become.promptWords ?? StartWatch.passwordWords
      watch = StartWatch(banner: banner, become: .init(become, prompt: .anyPassword(prompts)))
    }
  }
}
