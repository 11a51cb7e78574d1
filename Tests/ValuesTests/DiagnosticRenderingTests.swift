import Testing
import Values

/// The layout is that of ansible-core 2.19; the first tests repeat what it printed for the same mistakes.
@Suite struct DiagnosticRenderingTests {
  private let file = SourceFile(
    path: "/p/bad.yml",
    text: """
      - hosts: localhost
        connection: local
        gather_facts: no
        tasks:
        - name: xx
          debug: msg="{{ nope + 1 }}"

      """)

  @Test func aMessageAloneIsOneLine() {
    #expect(
      Diagnostic(.file, "the playbook: x.yml could not be found").rendered()
        == "[ERROR]: the playbook: x.yml could not be found\n")
  }

  @Test func shortHelpWithoutAPlaceJoinsTheLine() {
    #expect(
      Diagnostic(.usage, "Unknown flag '--chek'.", help: "Did you mean '--check'?").rendered()
        == "[ERROR]: Unknown flag '--chek'. Did you mean '--check'?\n")
  }

  @Test func aPlaceIsQuotedWithTwoLinesBefore() {
    #expect(
      Diagnostic(.invalid, "'bogus' is not a valid attribute for a Play", at: Place(file, line: 3, column: 3))
        .rendered()
          == """
          [ERROR]: 'bogus' is not a valid attribute for a Play
          Origin: /p/bad.yml:3:3

          1 - hosts: localhost
          2   connection: local
          3   gather_facts: no
              ^ column 3


          """)
  }

  @Test func causesWithPlacesFollowOneAnother() {
    let innermost = Diagnostic(
      .undefined, "Error while resolving value for 'msg': 'nope' is undefined", at: Place(file, line: 6, column: 12))
    let middle = Diagnostic(
      .template, "Finalization of task args for 'ansible.builtin.debug' failed.", at: Place(file, line: 6, column: 5),
      causes: [innermost])
    let error = Diagnostic(.template, "Task failed.", at: Place(file, line: 5, column: 5), causes: [middle])
    #expect(
      error.rendered() == """
        [ERROR]: Task failed: Finalization of task args for 'ansible.builtin.debug' failed: Error while resolving value for 'msg': 'nope' is undefined

        Task failed.
        Origin: /p/bad.yml:5:5

        3   gather_facts: no
        4   tasks:
        5   - name: xx
              ^ column 5

        <<< caused by >>>

        Finalization of task args for 'ansible.builtin.debug' failed.
        Origin: /p/bad.yml:6:5

        4   tasks:
        5   - name: xx
        6     debug: msg="{{ nope + 1 }}"
              ^ column 5

        <<< caused by >>>

        Error while resolving value for 'msg': 'nope' is undefined
        Origin: /p/bad.yml:6:12

        4   tasks:
        5   - name: xx
        6     debug: msg="{{ nope + 1 }}"
                     ^ column 12


        """)
    #expect(
      error.brief
        == "Task failed: Finalization of task args for 'ansible.builtin.debug' failed: Error while resolving value for 'msg': 'nope' is undefined"
    )
  }

  @Test func aCauseWithoutAPlaceJoinsTheSentence() {
    let error = Diagnostic(.file, "Could not read x.", causes: [Diagnostic(.file, "No such file or directory")])
    #expect(error.rendered() == "[ERROR]: Could not read x: No such file or directory\n")
  }

  @Test func whatWasSaidIsNotSaidTwice() {
    let error = Diagnostic(.file, "Could not read x: gone", causes: [Diagnostic(.file, "gone")])
    #expect(error.brief == "Could not read x: gone")
  }

  @Test func aFileThatMustNotBeQuotedIsOnlyNamed() {
    let place = Place(SourceFile(path: "vault.yml", text: "a\nb\nc", isQuotable: false), line: 3, column: 1)
    #expect(Diagnostic(.syntax, "Bad.", at: place).rendered() == "[ERROR]: Bad.\nOrigin: vault.yml:3:1\n\n")
  }

  @Test func aLongLineIsCutAndTheCaretTurns() {
    let long = SourceFile(path: "x", text: String(repeating: "a", count: 300))
    let near = Diagnostic(.syntax, "Bad.", at: Place(long, line: 1, column: 117)).rendered()
    #expect(
      near == """
        [ERROR]: Bad.
        Origin: x:1:117

        1 \(String(repeating: "a", count: 115))...
          \(String(repeating: " ", count: 105))column 117 ^


        """)
  }

  @Test func theEndOfTheTextCanBePointedAt() {
    #expect(
      Diagnostic(.syntax, "Ends.", at: Place(SourceFile(path: "x", text: "a: [\n"), line: 2, column: 1)).rendered()
        == "[ERROR]: Ends.\nOrigin: x:2:1\n\n1 a: [\n2\n  ^ column 1\n\n")
  }

  @Test func terminalEscapesAreShownNotSent() {
    let file = SourceFile(path: "x", text: "a\u{1B}[2Jb")
    let text = Diagnostic(.syntax, "Saw \u{1B}]0;t\u{7}", at: Place(file, line: 1, column: 1)).rendered()
    #expect(text == "[ERROR]: Saw \\x1b]0;t\\x07\nOrigin: x:1:1\n\n1 a\u{FFFD}[2Jb\n  ^ column 1\n\n")
  }

  @Test func colourIsSetOnEachLine() {
    let text = Diagnostic(.syntax, "Bad.", at: Place(SourceFile(path: "x", text: ""), line: 1, column: 1))
      .rendered(DiagnosticRendering(.warning, isColored: true))
    #expect(text == "\u{1B}[1;35m[WARNING]: Bad.\u{1B}[0m\n\u{1B}[1;35mOrigin: x:1:1\u{1B}[0m\n\u{1B}[1;35m\u{1B}[0m\n")
  }
}
