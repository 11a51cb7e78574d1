import Testing
import Transport
import Values

extension HostTests {
  @Suite struct ShellScriptTests {
    /// What values have to survive: other shells' syntax, options, quotes with combining marks, bytes outside UTF-8.
    static let payloads: [String] = [
      "", " ", "a b", "'", "''", "'\"'", "\"", "\\", "\\'", "\\\\", "a'b'c", "'\u{301}", "a'\u{308};touch PWN;'",
      "$HOME",
      "${IFS}",
      "$(touch PWN)", "`touch PWN`", "; touch PWN", "&& touch PWN", "| touch PWN", "> PWN", "\ntouch PWN\n", "\n",
      "\r\n",
      "\t",
      "*", "?", "[a-z]", "~", "~root", "{a,b}", "!", "!!", "#", "# x", "-n", "-rf", "--", "=", "A=b", "a=b c", "if",
      "done", "%s%n",
      "\u{1B}]0;x\u{7}", "\u{7F}", "é", "e\u{301}", "日本", "\u{202E}x", "\u{FEFF}x",
      String(repeating: "'", count: 1_000),
      String(lossless: [0xFF, 0xFE, 0x27, 0x80]), String(lossless: Array(1...255)), "2", "<<E", "\\n", "\\0", "a\\",
    ]

    @Test(arguments: TestShells.all)
    func wordsReachTheProgramAsTheyAre(_ shell: String) async throws {
      try await withConnection(shell) { connection in
        for isolation in [ShellRequest.Isolation.full, .subshell, .question, .none] {
          let result = try await connection.run(
            ShellRequest("printf '%s\\0' \(Self.payloads)", isolation: isolation))
          let words = result.stdout.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
          #expect(words == Self.payloads.map(\.losslessBytes))
        }
      }
    }

    @Test func randomWordsReachTheProgramAsTheyAre() async throws {
      try await withConnection("/bin/sh") { connection in
        for _ in 0..<40 {
          let words = (0..<50).map { _ in
            String(
              lossless: (0..<Int.random(in: 0...12)).map { _ in
                [39, 92, 34, 36, 10, 32, UInt8.random(in: 1...255)].randomElement() ?? 39
              })
          }
          let result = try await connection.run(ShellRequest("printf '%s\\0' \(words)", isolation: .subshell))
          #expect(
            result.stdout.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
              == words.map(\.losslessBytes))
        }
      }
    }

    @Test func wordsThatShellsReadAsSyntaxAreQuoted() {
      #expect(ShellScript(words: ["if", "A=b", "x"]).text == "'if' 'A=b' x")
      #expect(ShellScript.quoted("'\u{301}") == "''\\''\u{301}'")
    }

    @Test func aNumberBeforeARedirectionIsAWord() {
      let script: ShellScript = "echo \("2")>file"
      #expect(script.text == "echo 2 >file")
    }

    @Test func variablesAreExportedToTheScript() async throws {
      try await withConnection("/bin/sh") { connection in
        let script: ShellScript = "printf '%s|%s' \"$A\" \"$(sh -c 'echo \"$B_2\"')\""
        let result = try await connection.run(ShellRequest(script.exporting([("A", "it's $HOME\n"), ("B_2", "two")])))
        #expect(String(lossless: result.stdout) == "it's $HOME\n|two")
      }
    }

    @Test(arguments: ["", "1A", "A-B", "A B", "A=B", "é", "A;touch PWN"])
    func aNameThatNoShellCanExportIsRefused(_ name: String) {
      let error = #expect(throws: TransportError.self) { try ("true" as ShellScript).exporting([(name, "x")]) }
      #expect(error?.kind == .invalidRequest)
    }
  }
}
