import Values

/// Watches a starting shell: finds the banner, answers one password prompt, and tells why nothing came. A pure state machine
/// whose outcome does not depend on how the bytes were cut into chunks.
///
/// The password is given once, only after the prompt; when the banner comes first (NOPASSWD, a remembered password) it is not
/// given at all. So no account is locked by retries, and no other program reads it.
struct StartWatch: Sendable {
  enum Step: Sendable, Hashable {
    /// Send the password and a newline.
    case sendPassword
    /// The shell runs; these bytes came after the banner.
    case started(rest: [UInt8])
    case failed(TransportError)
  }

  struct Become: Sendable {
    enum Prompt: Sendable {
      /// sudo asks with the very text we gave it.
      case exactly(String)
      /// su asks as PAM has it, in any language: a line's beginning that ends in a colon and holds one of these words.
      case anyPassword([String])
    }

    let method: ConnectionParameters.Become.Method
    let user: String
    let hasPassword: Bool
    let prompt: Prompt

    init(_ become: ConnectionParameters.Become, prompt: Prompt) {
      method = become.method
      user = become.user
      hasPassword = become.password != nil
      self.prompt = prompt
    }
  }

  private let banner: [UInt8]
  private let become: Become?
  private var stdout: [UInt8] = []
  private var stderr: [UInt8] = []
  private var hasSentPassword = false

  /// How much of what comes before the banner is kept for the error message; noise beyond it is dropped.
  private static let keptNoise = 16_384

  init(banner: String, become: Become?) {
    self.banner = Array((banner + "\n").utf8)
    self.become = become
  }

  /// Takes bytes as they arrived; gives what there is to do, in order. After `started` or `failed` nothing follows.
  mutating func consume(_ chunk: ShellChunk) -> [Step] {
    switch chunk {
    case .stdout(let bytes): stdout += bytes
    case .stderr(let bytes): stderr += bytes
    }
    var steps: [Step] = []
    while let step = nextStep() {
      steps.append(step)
      if step != .sendPassword { break }
    }
    forgetNoise()
    return steps
  }

  /// Why the process ended before it became a shell.
  func ended(_ ending: ShellEnding?) -> TransportError {
    let said = Self.lastLine(stderr) ?? Self.lastLine(stdout)
    guard let become else {
      let reason = said.map { ": \($0)" } ?? ""
      return TransportError(
        .protocolMismatch, "The login shell ended before it could run anything\(Self.describe(ending))\(reason)")
    }
    let method = become.method.rawValue
    let lowered = (said ?? "").lowercased()
    if hasSentPassword, said == nil || Self.wrongPassword.contains(where: lowered.contains) {
      return TransportError(.become, "Incorrect \(method) password")
    }
    if !become.hasPassword, Self.passwordNeeded.contains(where: lowered.contains) {
      return TransportError(.become, "Missing \(method) password")
    }
    return TransportError(
      .become, "\(method) to \(become.user) failed\(Self.describe(ending)): \(said ?? "it said nothing")")
  }

  /// Nothing came before the deadline.
  func timedOut(after timeout: Duration) -> TransportError {
    let said = Self.lastLine(stderr).map { "; it said: \($0)" } ?? ""
    let why =
      become.map {
        "Timed out waiting for become success or become password prompt: \($0.method.rawValue) to \($0.user)"
      } ?? "The login shell"
    return TransportError(.connectTimedOut, "\(why) gave no answer within \(timeout.inSeconds)\(said)")
  }
}

extension StartWatch {
  private static let wrongPassword = [
    "incorrect password", "sorry, try again", "authentication failure", "authentication token", "incorrect", "failure",
  ]
  private static let passwordNeeded = ["a password is required", "password is required", "authentication failure"]

  private mutating func nextStep() -> Step? {
    if let range = Self.range(of: banner, in: stdout) { return .started(rest: Array(stdout[range.upperBound...])) }
    guard let become, let end = promptEnd(become.prompt) else { return nil }
    let method = become.method.rawValue
    if hasSentPassword { return .failed(TransportError(.become, "Incorrect \(method) password")) }
    guard become.hasPassword else { return .failed(TransportError(.become, "Missing \(method) password")) }
    hasSentPassword = true
    stdout.removeAll()
    stderr.removeFirst(min(end, stderr.count))
    return .sendPassword
  }

  /// Where in standard error (su may also use standard output) a prompt ends.
  private func promptEnd(_ prompt: Become.Prompt) -> Int? {
    switch prompt {
    case .exactly(let text):
      let bytes = Array(text.utf8)
      if let range = Self.range(of: bytes, in: stderr) { return range.upperBound }
      return Self.range(of: bytes, in: stdout) == nil ? nil : 0
    case .anyPassword(let words):
      if Self.endsInPrompt(stderr, words) { return stderr.count }
      return Self.endsInPrompt(stdout, words) ? 0 : nil
    }
  }

  /// PAM and su ask in the locale's language; these are the words of its translations.
  static let passwordWords = [
    "password", "passwort", "passord", "lösenord", "adgangskode", "kodeord", "wachtwoord", "mot de passe", "contraseña",
    "contrasenya", "senha", "palavra-passe", "parola", "hasło", "heslo", "jelszó", "salasana", "lozinka", "geslo",
    "parool",
    "slaptažodis", "пароль", "парола", "лозинка", "κωδικός", "şifre", "mật khẩu", "암호", "パスワード", "密码", "密碼", "口令",
    "סיסמה", "كلمة", "pasahitza", "contrasinal", "aðgangsorð", "parole",
  ]

  private static func endsInPrompt(_ bytes: [UInt8], _ words: [String]) -> Bool {
    let lineStart = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    var line = String(decoding: bytes[lineStart...], as: UTF8.self)
    while line.last == " " || line.last == "\u{A0}" { line.removeLast() }
    guard line.hasSuffix(":") || line.hasSuffix("：") else { return false }
    let lowered = line.lowercased()
    return words.contains { lowered.contains($0.lowercased()) }
  }

  private mutating func forgetNoise() {
    if stdout.count > 2 * Self.keptNoise { stdout.removeFirst(stdout.count - Self.keptNoise) }
    if stderr.count > 2 * Self.keptNoise { stderr.removeFirst(stderr.count - Self.keptNoise) }
  }

  private static func range(of needle: [UInt8], in bytes: [UInt8]) -> Range<Int>? {
    guard let first = needle.first else { return nil }
    var position = bytes.startIndex
    while let start = bytes[position...].firstIndex(of: first) {
      if bytes.count - start < needle.count { return nil }
      if bytes[start..<start + needle.count].elementsEqual(needle) { return start..<start + needle.count }
      position = start + 1
    }
    return nil
  }

  /// The last line that says something, for the user's eyes.
  private static func lastLine(_ bytes: [UInt8]) -> String? {
    String(lossless: bytes.suffix(4_096)).split(whereSeparator: \.isNewline).map(String.init)
      .last { $0.contains { !$0.isWhitespace } }
  }

  private static func describe(_ ending: ShellEnding?) -> String {
    switch ending {
    case .exited(let status): " (exit status \(status))"
    case .signalled(let name): " (signal \(name))"
    case nil: ""
    }
  }
}
