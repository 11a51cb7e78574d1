import Testing
import Values

@testable import Transport

@Suite struct StartWatchTests {
  static let banner = "swiftible-ready"
  static let prompt = "swiftible-0123:"

  private static func watch(
    _ method: ConnectionParameters.Become.Method? = nil, password: Secret? = nil
  ) -> StartWatch {
    guard let method else { return StartWatch(banner: banner, become: nil) }
    let become = ConnectionParameters.Become(method: method, user: "bob", password: password)
    return StartWatch(
      banner: banner,
      become: .init(become, prompt: method == .sudo ? .exactly(prompt) : .anyPassword(StartWatch.passwordWords)))
  }

  /// The steps that a stream of chunks leads to.
  private static func steps(_ watch: StartWatch, _ chunks: [ShellChunk], pieces: Int) -> [StartWatch.Step] {
    var watch = watch
    var steps: [StartWatch.Step] = []
    for chunk in chunks {
      let (bytes, isStdout): ([UInt8], Bool) =
        switch chunk {
        case .stdout(let bytes): (bytes, true)
        case .stderr(let bytes): (bytes, false)
        }
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(pieces))
        rest = rest.dropFirst(pieces)
        steps += watch.consume(isStdout ? .stdout(piece) : .stderr(piece))
        if case .failed = steps.last { return steps }
        if case .started = steps.last { return steps }
      }
    }
    return steps
  }

  private static func out(_ text: String) -> ShellChunk { .stdout(Array(text.utf8)) }
  private static func err(_ text: String) -> ShellChunk { .stderr(Array(text.utf8)) }

  @Test(arguments: [1, 3, 1_000])
  func theBannerIsFoundInNoise(_ pieces: Int) {
    let steps = Self.steps(Self.watch(), [Self.out("Welcome!\nno newline\(Self.banner)\n")], pieces: pieces)
    #expect(steps == [.started(rest: [])])
  }

  @Test func whatFollowsTheBannerIsKept() {
    let steps = Self.steps(Self.watch(), [Self.out("\(Self.banner)\nrest")], pieces: 1_000)
    #expect(steps == [.started(rest: Array("rest".utf8))])
  }

  @Test(arguments: [1, 2, 5, 1_000])
  func thePasswordIsSentOnceAfterThePrompt(_ pieces: Int) {
    let lecture = "We trust you have received the usual lecture.\nPassword: ha\n[sudo] password for eve: \n"
    let steps = Self.steps(
      Self.watch(.sudo, password: Secret("x")),
      [Self.err(lecture + Self.prompt), Self.out("\(Self.banner)\n")], pieces: pieces)
    #expect(steps == [.sendPassword, .started(rest: [])])
  }

  @Test func withoutAPromptThePasswordIsNotSent() {
    let steps = Self.steps(Self.watch(.sudo, password: Secret("x")), [Self.out("\(Self.banner)\n")], pieces: 1)
    #expect(steps == [.started(rest: [])])
  }

  @Test(arguments: [1, 4, 1_000])
  func aSecondPromptMeansThatThePasswordWasWrong(_ pieces: Int) {
    let steps = Self.steps(
      Self.watch(.sudo, password: Secret("x")), [Self.err("\(Self.prompt)\nSorry, try again.\n\(Self.prompt)")],
      pieces: pieces)
    #expect(steps == [.sendPassword, .failed(TransportError(.become, "Incorrect sudo password"))])
  }

  @Test(arguments: ["Password: ", "Passwort: ", "Mot de passe : ", "パスワード: ", "Пароль: ", "密码：", "Contraseña: "])
  func suIsUnderstoodInManyLanguages(_ prompt: String) {
    for pieces in [1, 1_000] {
      let steps = Self.steps(
        Self.watch(.su, password: Secret("x")), [Self.err("note\n" + prompt), Self.out("\(Self.banner)\n")],
        pieces: pieces)
      #expect(steps == [.sendPassword, .started(rest: [])])
    }
  }

  @Test func suWithoutAPasswordSaysThatItIsMissing() {
    let steps = Self.steps(Self.watch(.su), [Self.err("Password: ")], pieces: 1_000)
    #expect(steps == [.failed(TransportError(.become, "Missing su password"))])
  }

  @Test func anEndBeforeTheBannerIsExplained() {
    var missing = Self.watch(.sudo)
    _ = missing.consume(Self.err("sudo: a password is required\n"))
    #expect(missing.ended(.exited(status: 1)) == TransportError(.become, "Missing sudo password"))

    var wrong = Self.watch(.su, password: Secret("x"))
    _ = wrong.consume(Self.err("Password: "))
    _ = wrong.consume(Self.err("\nsu: Authentication failure\n"))
    #expect(wrong.ended(.exited(status: 1)) == TransportError(.become, "Incorrect su password"))

    var refused = Self.watch(.sudo, password: Secret("x"))
    _ = refused.consume(Self.err(Self.prompt))
    _ = refused.consume(Self.err("\neve is not in the sudoers file.\n"))
    #expect(
      refused.ended(.exited(status: 1))
        == TransportError(.become, "sudo to bob failed (exit status 1): eve is not in the sudoers file."))

    var nologin = Self.watch()
    _ = nologin.consume(Self.out("This account is currently not available.\n"))
    #expect(
      nologin.ended(.exited(status: 1))
        == TransportError(
          .protocolMismatch,
          "The login shell ended before it could run anything (exit status 1): This account is currently not available."
        ))
  }

  @Test func endlessNoiseIsNotKept() {
    var watch = Self.watch()
    for _ in 0..<1_000 { #expect(watch.consume(.stdout([UInt8](repeating: 65, count: 10_000))).isEmpty) }
    #expect(watch.consume(Self.out("\(Self.banner)\n")) == [.started(rest: [])])
  }
}
