import Glibc
import Testing
import Transport
import Values

/// Through a stand-in for sudo, whose behaviour the user's name selects (Tests/Fixtures/Transport/stub-sudo).
@Suite struct BecomeTests {
  static let stub =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Fixtures/Transport/stub-sudo"
  static let password = Secret("it's $ecret")

  private func start(_ user: String, _ password: Secret?, timeout: Duration = .seconds(20)) async throws
    -> ShellConnection
  {
    let become = ConnectionParameters.Become(
      method: .sudo, user: user, password: password, executable: Self.stub)
    return try await ShellConnection.start(on: LocalHost(), become: become, timeout: timeout)
  }

  @Test(arguments: ["nopasswd", "lecture", "slow", "plain"])
  func theRightPasswordIsTaken(_ user: String) async throws {
    let connection = try await start(user, Self.password)
    #expect(try await connection.run(ShellRequest("echo in")).stdout == Array("in\n".utf8))
    await connection.close()
  }

  @Test func noPasswordIsNeededWhenSudoAsksForNone() async throws {
    let connection = try await start("nopasswd", nil)
    #expect(try await connection.run(ShellRequest("echo in")).stdout == Array("in\n".utf8))
    await connection.close()
  }

  @Test(
    arguments: [
      ("plain", nil, TransportError(.become, "Missing sudo password")),
      ("plain", Secret("wrong"), TransportError(.become, "Incorrect sudo password")),
      ("once", Secret("wrong"), TransportError(.become, "Incorrect sudo password")),
      (
        "notallowed", Secret("any"),
        TransportError(
          .become, "sudo to notallowed failed (exit status 1): Sorry, user eve is not allowed to execute that.")
      ),
    ] as [(String, Secret?, TransportError)])
  func aRefusalIsNamed(_ user: String, _ password: Secret?, _ expected: TransportError) async throws {
    let error = await #expect(throws: TransportError.self) { try await start(user, password) }
    #expect(error == expected)
    #expect(error?.isUnreachable == false)
  }

  @Test func noAnswerInTimeMakesTheHostUnreachable() async throws {
    let error = await #expect(throws: TransportError.self) {
      try await start("silent", Self.password, timeout: .milliseconds(300))
    }
    #expect(error == TransportError(.connectTimedOut, "sudo to silent gave no answer within 0.3 s"))
    #expect(error?.isUnreachable == true)
  }

  @Test func thePasswordIsInNoArgumentVector() async throws {
    let connection = try await start("plain", Self.password)
    let seen = try await connection.run(
      ShellRequest("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -c '\\$ecre[t]'"))
    #expect(seen.stdout == Array("0\n".utf8))
    await connection.close()
  }
}

/// Through the real sudo and su, with users made for it; needs root.
@Suite(.serialized, .enabled(if: geteuid() == 0 && access("/usr/bin/sudo", X_OK) == 0))
struct RealBecomeTests {
  static let users = ["swiftible-alice", "swiftible-bob"]
  static let password = Secret("pa'ss $w")

  /// Runs shells as a user, as an SSH login would.
  struct LoginHost: ShellHost {
    let user: String

    func open(_ command: ShellScript) async throws(TransportError) -> any ShellChannel {
      try await LocalHost().open(
        "exec setpriv --reuid \(user) --regid \(user) --clear-groups --reset-env sh -c \(command.text)")
    }

    func close() async {}
  }

  private func withUsers(_ sudoers: String, _ body: () async throws -> Void) async throws {
    try await withConnection("/bin/sh") { root in
      let setUp = try await root.run(
        ShellRequest(
          """
          set -e; for u in \(Self.users);do useradd -m -s /bin/sh "$u"; printf '%s:%s\\n' "$u" \(Self.password.reveal())|chpasswd;done
          umask 227; printf '%s\\n' \(sudoers) >/etc/sudoers.d/swiftible-test
          """))
      let removal: ShellScript =
        "rm -f /etc/sudoers.d/swiftible-test; for u in \(Self.users);do userdel -r \"$u\";done 2>/dev/null"
      do {
        try #require(setUp.status == 0, "\(String(lossless: setUp.stderr))")
        try await body()
      } catch {
        _ = try await root.run(ShellRequest(removal))
        throw error
      }
      _ = try await root.run(ShellRequest(removal))
    }
  }

  private func start(
    _ method: ConnectionParameters.Become.Method, to user: String, _ password: Secret?
  ) async throws -> ShellConnection {
    try await ShellConnection.start(
      on: LoginHost(user: Self.users[0]), become: .init(method: method, user: user, password: password),
      timeout: .seconds(20))
  }

  @Test func sudoWithAPassword() async throws {
    try await withUsers("swiftible-alice ALL=(ALL) ALL") {
      for user in ["root", Self.users[1]] {
        let connection = try await start(.sudo, to: user, Self.password)
        #expect(connection.traits.user == user)
        let owner = try await connection.run(ShellRequest(#"stat -c '%U %a' "$_sT""#))
        #expect(owner.stdout == Array("\(user) 700\n".utf8))
        await connection.close()
      }
      let missing = await #expect(throws: TransportError.self) { try await start(.sudo, to: "root", nil) }
      #expect(missing == TransportError(.become, "Missing sudo password"))
      let wrong = await #expect(throws: TransportError.self) { try await start(.sudo, to: "root", Secret("no")) }
      #expect(wrong == TransportError(.become, "Incorrect sudo password"))
    }
  }

  @Test func sudoWithoutAPassword() async throws {
    try await withUsers("swiftible-alice ALL=(ALL) NOPASSWD: ALL") {
      for password in [nil, Self.password] {
        let connection = try await start(.sudo, to: Self.users[1], password)
        #expect(connection.traits.user == Self.users[1])
        #expect(connection.traits.home == "/home/\(Self.users[1])")
        await connection.close()
      }
    }
  }

  @Test func suWithAPassword() async throws {
    try await withUsers("# none") {
      let connection = try await start(.su, to: Self.users[1], Self.password)
      #expect(connection.traits.user == Self.users[1])
      await connection.close()
      let wrong = await #expect(throws: TransportError.self) { try await start(.su, to: Self.users[1], Secret("no")) }
      #expect(wrong == TransportError(.become, "Incorrect su password"))
      let missing = await #expect(throws: TransportError.self) { try await start(.su, to: Self.users[1], nil) }
      #expect(missing == TransportError(.become, "Missing su password"))
    }
  }
}
