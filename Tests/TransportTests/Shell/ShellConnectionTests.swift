import Testing
import Transport
import Values

extension HostTests {
  @Suite struct ShellConnectionTests {
    @Test(arguments: TestShells.all)
    func outputAndStatusComeApart(_ shell: String) async throws {
      try await withConnection(shell) { connection in
        let result = try await connection.run(ShellRequest("echo out; echo err >&2; exit 3"))
        #expect(result == ShellResult(status: 3, stdout: Array("out\n".utf8), stderr: Array("err\n".utf8)))
      }
    }

    @Test(arguments: TestShells.all, [ShellRequest.Isolation.full, .subshell])
    func everyByteTravelsBothWays(_ shell: String, _ isolation: ShellRequest.Isolation) async throws {
      let bytes = (0..<1_000).flatMap { _ in (0...255).map { UInt8($0) } }.shuffled()
      try await withConnection(shell) { connection in
        let result = try await connection.run(
          ShellRequest("cat; cat /dev/null >&2", input: bytes, isolation: isolation))
        #expect(result == ShellResult(status: 0, stdout: bytes))
      }
    }

    @Test(arguments: TestShells.all)
    func bytesOfAScriptReachTheShellAsTheyAre(_ shell: String) async throws {
      let bytes = (1...255).map { UInt8($0) } + Array("'\\'' $(id) `id` \"$HOME\" \\n".utf8)
      try await withConnection(shell) { connection in
        let result = try await connection.run(ShellRequest("printf %s \(String(lossless: bytes))"))
        #expect(result == ShellResult(status: 0, stdout: bytes))
      }
    }

    @Test(arguments: TestShells.all)
    func aScriptThatRemovesTheDirectoryRunsOnceAndIsHeard(_ shell: String) async throws {
      try await withDirectory { directory in
        try await withConnection(shell) { connection in
          let script: ShellScript = "echo ran >>\(directory)/runs; echo a; rm -rf \"$_sT\"; echo b; echo c >&2; exit 3"
          let answer = try await connection.run(ShellRequest(script))
          #expect(answer == ShellResult(status: 3, stdout: Array("a\nb\n".utf8), stderr: Array("c\n".utf8)))
          let after = try await connection.run(ShellRequest("cat \(directory)/runs"))
          #expect(after == ShellResult(status: 0, stdout: Array("ran\n".utf8)))
        }
      }
    }

    @Test(arguments: TestShells.all)
    func aTextQuestionLosesOnlyLineBreaksAtItsEnd(_ shell: String) async throws {
      let text = (1...255).map { UInt8($0) } + Array("\n\nend".utf8)
      try await withConnection(shell) { connection in
        let script: ShellScript = "cat; printf '%s\\n\\n' \(String(lossless: text)); echo err >&2; exit 3"
        let answer = try await connection.run(ShellRequest(script, isolation: .textQuestion))
        #expect(answer == ShellResult(status: 3, stdout: text))
        let after = try await connection.run(ShellRequest("echo $1", isolation: .textQuestion))
        #expect(after.status == 0)
      }
    }

    @Test(arguments: TestShells.all)
    func aQuestionHasNoStandardError(_ shell: String) async throws {
      try await withConnection(shell) { connection in
        let question = ShellRequest("cat; echo out; echo err >&2; (exit 3)", isolation: .question)
        let answer = try await connection.run(question)
        #expect(answer == ShellResult(status: 3, stdout: Array("out\n".utf8)))
        let echo = try await connection.run(ShellRequest("cat", input: [0, 255], isolation: .question))
        #expect(echo == ShellResult(status: 0, stdout: [0, 255]))
      }
    }

    @Test(arguments: TestShells.all, [ShellRequest.Isolation.full, .subshell])
    func whatAScriptDoesToItselfDisturbsNobody(_ shell: String, _ isolation: ShellRequest.Isolation) async throws {
      try await withConnection(shell) { connection in
        let hostile: [(ShellScript, Int)] = [
          ("exit 7", 7), ("set -e; false; echo no", 1), ("exec >&- 2>&- <&-", 0),
          ("cd /; umask 0; x=1; trap '' TERM", 0),
          ("_sT=/nowhere; _sN=x; _se() { :; }", 0), ("cat; cat", 0), ("exec true", 0),
          ("kill -9 $(exec sh -c 'echo $PPID')", 137),
        ]
        for (script, status) in hostile {
          let result = try await connection.run(ShellRequest(script, isolation: isolation))
          #expect(result.status == status, "\(script.text)")
        }
        let syntaxError = try await connection.run(ShellRequest(ShellScript(unchecked: "if ("), isolation: isolation))
        #expect(syntaxError.status == 2 || syntaxError.status == 1)
        #expect(!syntaxError.stderr.isEmpty)
        let after = try await connection.run(ShellRequest("echo $x; pwd; umask", isolation: isolation))
        let plain = try await connection.run(ShellRequest("echo; pwd; umask"))
        #expect(after == plain)
      }
    }

    @Test(arguments: TestShells.all)
    func aLateWriterStaysOutOfLaterAnswers(_ shell: String) async throws {
      try await withConnection(shell) { connection in
        // The late one waits for the second request to run, which waits for it to have written.
        let first = try await connection.run(
          ShellRequest("(until [ -e $_sT/go ]; do sleep 0.01; done; echo late; echo late >&2; >$_sT/gone) & echo now"))
        #expect(first == ShellResult(status: 0, stdout: Array("now\n".utf8)))
        let second = try await connection.run(
          ShellRequest(">$_sT/go; until [ -e $_sT/gone ]; do sleep 0.01; done; echo then"))
        #expect(second == ShellResult(status: 0, stdout: Array("then\n".utf8)))
      }
    }

    @Test(arguments: TestShells.all)
    func aBackgroundProcessThatHoldsTheOutputDelaysNothing(_ shell: String) async throws {
      try await withConnection(shell) { connection in
        let clock = ContinuousClock()
        let elapsed = try await clock.measure {
          let result = try await connection.run(ShellRequest("sleep 60 & echo $!"))
          let processID = String(decoding: result.stdout, as: UTF8.self)
          _ = try await connection.run(ShellRequest(ShellScript(unchecked: "kill \(processID)")))
        }
        #expect(elapsed < .seconds(30))
      }
    }

    @Test(arguments: TestShells.all)
    func aShellThatIsKilledIsReportedAndComesBack(_ shell: String) async throws {
      try await withConnection(shell) { connection in
        let killed = try await connection.run(ShellRequest("kill -9 $$; sleep 5"))
        #expect(killed.status == 137)
        #expect(String(decoding: killed.stderr, as: UTF8.self).contains("killed by signal 9"))
        let after = try await connection.run(ShellRequest("echo back"))
        #expect(after.stdout == Array("back\n".utf8))
      }
    }

    @Test(arguments: TestShells.all)
    func aTimeoutKillsWhatTheScriptStarted(_ shell: String) async throws {
      try await withConnection(shell) { connection in
        let mark = "\(Int.random(in: 100_000...999_999))"
        let error = await #expect(throws: TransportError.self) {
          try await connection.run(ShellRequest("(trap '' TERM; sleep 7\(mark)) | cat", timeout: .milliseconds(300)))
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.isUnreachable == false)
        #expect(await eventually { !TestProcess.isRunning("sleep 7\(mark)") })
      }
    }

    @Test func aCancelledTaskEndsItsScript() async throws {
      try await withConnection("/bin/sh") { connection in
        let mark = "\(Int.random(in: 100_000...999_999))"
        let task = Task { try await connection.run(ShellRequest("sleep 7\(mark)")) }
        #expect(await eventually { TestProcess.isRunning("sleep 7\(mark)") })
        task.cancel()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(await eventually { !TestProcess.isRunning("sleep 7\(mark)") })
        let after = try await connection.run(ShellRequest("echo on"))
        #expect(after.stdout == Array("on\n".utf8))
      }
    }

    @Test(arguments: TestShells.all, [ShellRequest.Isolation.full, .subshell])
    func outputBeyondTheLimitIsDropped(_ shell: String, _ isolation: ShellRequest.Isolation) async throws {
      try await withConnection(shell) { connection in
        let result = try await connection.run(
          ShellRequest("head -c 5000000 /dev/zero; echo err >&2", outputLimit: 1_000, isolation: isolation))
        #expect(result.stdout == [UInt8](repeating: 0, count: 1_000))
        #expect(result.stderr == Array("err\n".utf8))
        #expect(result.isTruncated)
      }
    }

    @Test(arguments: TestShells.all)
    func theShellOfAnUnisolatedScriptIsThePersistentOne(_ shell: String) async throws {
      try await withConnection(shell) { connection in
        let first = try await connection.run(ShellRequest("echo $$", isolation: .none))
        let second = try await connection.run(ShellRequest("[ -d / ]; echo $$; echo e >&2", isolation: .none))
        #expect(first.stdout == second.stdout)
        #expect(second.stderr == Array("e\n".utf8))
      }
    }

    @Test func aScriptThatShowsEveryVariableIsNotTakenForTheLoop() async throws {
      try await withConnection("/bin/dash") { connection in
        let result = try await connection.run(ShellRequest("set; echo end"))
        #expect(String(lossless: result.stdout).hasSuffix("\nend\n"))
      }
    }

    @Test func requestsRunInTheOrderInWhichTheyCame() async throws {
      try await withConnection("/bin/sh") { connection in
        let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
          for number in 0..<50 { group.addTask { try await connection.run(ShellRequest("echo \(number)")).stdout } }
          return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(answers == Set((0..<50).map { Array("\($0)\n".utf8) }))
      }
    }

    @Test func aNULByteInAScriptIsAnError() async throws {
      try await withConnection("/bin/sh") { connection in
        let error = await #expect(throws: TransportError.self) {
          try await connection.run(ShellRequest("echo \("a\0b")"))
        }
        #expect(error?.kind == .invalidRequest)
      }
    }

    @Test(arguments: TestShells.all)
    func theTemporaryDirectoryIsPrivateAndGoesWithTheShell(_ shell: String) async throws {
      let connection = try await ShellConnection.start(on: LocalHost(), shell: shell, timeout: generousTimeout)
      let path = try await connection.run(ShellRequest(#"printf %s "$_sT"; stat -c ' %a %u' "$_sT""#))
      let words = String(decoding: path.stdout, as: UTF8.self).split(separator: " ")
      #expect(words.count == 3)
      #expect(words.dropFirst().first == "700")
      await connection.close()
      try await withConnection("/bin/sh") { other in
        let check = try await other.run(ShellRequest("[ -e \(String(words.first ?? "/")) ]"))
        #expect(check.status == 1)
      }
    }

    @Test func theTraitsAreThoseOfTheHost() async throws {
      try await withConnection("/bin/sh") { connection in
        #expect(connection.traits.system == "Linux")
        #expect(connection.traits.hasGNUTools)
        let user = try await connection.run(ShellRequest("id -un; id -u; echo $HOME"))
        let lines = String(decoding: user.stdout, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines == [connection.traits.user, "\(connection.traits.userID)", connection.traits.home])
      }
    }
  }
}
