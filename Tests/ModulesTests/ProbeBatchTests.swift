import Testing
import Transport
import Values

@testable import Modules

private struct Echo: Query {
  let text: String
  func script(_ traits: HostTraits) -> ShellScript { "printf %s \(text)" }
  func answer(_ output: QueryOutput) throws(ModuleFailure) -> String { output.text }
}

private let traits = HostTraits(system: "Linux", hasGNUTools: true, user: "root", userID: 0, home: "/root")
private let nonce = Nonce(high: 0x0123_4567_89ab_cdef, low: 1)

@Suite struct ProbeBatchTests {
  @Test func joinsQuestionsIntoOneScript() {
    let batch = ProbeBatch(
      [Echo(text: "a b"), Echo(text: "c")], traits: traits, environment: [("LANG", "it's"), ("no name", "x")],
      nonce: nonce)
    #expect(
      batch.script.text == """
        export LANG='it'\\''s'
        export LC_ALL=C
        unset LANGUAGE
        (
        printf %s 'a b'
        ) </dev/null 2>/dev/null
        printf '\\n%s %s\\n' 0123456789abcdef0000000000000001 "$?"
        (
        printf %s c
        ) </dev/null 2>/dev/null
        printf '\\n%s %s\\n.' 0123456789abcdef0000000000000001 "$?"

        """)
  }

  @Test func sendsASingleQuestionAsItStands() {
    let batch = ProbeBatch([Echo(text: "a b")], traits: traits, nonce: nonce)
    #expect(batch.script.text == "export LC_ALL=C\nunset LANGUAGE\nprintf %s 'a b'")
    #expect(batch.parse(ShellResult(status: 3, stdout: [0, 10])) == [QueryOutput(status: 3, stdout: [0, 10])])
  }

  @Test func asksForOnePacketWhenAllAnswersAreText() {
    struct Text: Query {
      var isText: Bool { true }
      func script(_ traits: HostTraits) -> ShellScript { "echo" }
      func answer(_ output: QueryOutput) throws(ModuleFailure) -> String { output.text }
    }
    #expect(ProbeBatch([Text(), Text()], traits: traits).isolation == .textQuestion)
    #expect(ProbeBatch([Text(), Echo(text: "")], traits: traits).isolation == .question)
  }

  @Test func refusesTheAnswerOfAShellThatDied() {
    let batch = ProbeBatch([Echo(text: "")], traits: traits, nonce: nonce)
    #expect(batch.parse(ShellResult(status: 137, isTruncated: true)) == nil)
  }

  @Test func keepsEveryByteOfTheAnswers() {
    let batch = ProbeBatch([Echo(text: ""), Echo(text: "")], traits: traits, nonce: nonce)
    let mark = "0123456789abcdef0000000000000001"
    let first: [UInt8] = [0, 255, 10, 10]
    let stdout = first + Array("\n\(mark) 0\nrest\n\n\(mark) 3\n".utf8)
    #expect(
      batch.parse(ShellResult(status: 0, stdout: stdout)) == [
        QueryOutput(status: 0, stdout: first), QueryOutput(status: 3, stdout: Array("rest\n".utf8)),
      ])
  }

  @Test func refusesAnAnswerThatEndsEarly() {
    let batch = ProbeBatch([Echo(text: ""), Echo(text: "")], traits: traits, nonce: nonce)
    let stdout = Array("x\n0123456789abcdef0000000000000001 0\nmore".utf8)
    #expect(batch.parse(ShellResult(status: 0, stdout: stdout)) == nil)
  }
}

@Suite struct StepBatchTests {
  @Test func sendsASingleStepAsItStands() {
    let item = StepBatch.Item(script: "id -u", payload: [1], takesOwnPayload: false, mayFail: false)
    let batch = StepBatch([item], environment: [], nonce: nonce)
    #expect(batch.script.text == "id -u")
    #expect(batch.parse(ShellResult(status: 3)) == [ShellResult(status: 3)])
  }

  @Test func stopsAtTheFirstFailure() {
    let item = StepBatch.Item(script: "x", payload: [], takesOwnPayload: false, mayFail: false)
    let batch = StepBatch([item, item, item], environment: [], nonce: nonce)
    let mark = "0123456789abcdef0000000000000001"
    let result = ShellResult(
      status: 0, stdout: Array("one\n\(mark) 0\n\n\(mark) 2\n".utf8),
      stderr: Array("\n\(mark) 0\nbad\n\(mark) 2\n".utf8))
    #expect(
      batch.parse(result) == [
        ShellResult(status: 0, stdout: Array("one".utf8)), ShellResult(status: 2, stderr: Array("bad".utf8)),
      ])
  }
}
