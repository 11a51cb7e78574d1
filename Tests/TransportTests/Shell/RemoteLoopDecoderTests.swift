import Testing

@testable import Transport

@Suite struct RemoteLoopDecoderTests {
  static let marker = "\u{1F}0123456789abcdef0123456789abcdef"

  /// A conversation and what it must come to, however it is cut.
  struct Conversation: Sendable, CustomTestStringConvertible {
    var name: String
    var stdout: String
    var stderr: String
    var result: ShellResult
    var testDescription: String { name }
  }

  static let conversations = [
    Conversation(
      name: "direct", stdout: "out\(marker) 4 3 d\n", stderr: "err\(marker) 4\n",
      result: ShellResult(status: 3, stdout: Array("out".utf8), stderr: Array("err".utf8))),
    Conversation(
      name: "silent files", stdout: "noise\(marker) 4 0 i\n", stderr: "noise", result: ShellResult(status: 0)),
    Conversation(
      name: "files", stdout: "noise\(marker) b\nout\(marker) e\nerr\(marker) 4 1 i\n", stderr: "",
      result: ShellResult(status: 1, stdout: Array("out".utf8), stderr: Array("err".utf8))),
    Conversation(
      name: "marker in the output",
      stdout: "\u{1F}\u{1F}0123\(marker)\n\(marker) 9 0 d\n\(marker) q\n\(marker)x\(marker) 4 0 d\n",
      stderr: "\u{1F}\(marker) 4\n",
      result: ShellResult(
        status: 0, stdout: Array("\u{1F}\u{1F}0123\(marker)\n\(marker) 9 0 d\n\(marker) q\n\(marker)x".utf8),
        stderr: [0x1F])),
    Conversation(
      name: "a line without end", stdout: marker + String(repeating: "x", count: 200) + marker + " 4 0 d\n",
      stderr: marker + " 4\n",
      result: ShellResult(status: 0, stdout: Array((marker + String(repeating: "x", count: 200)).utf8))),
    Conversation(
      name: "an answer to another request", stdout: "\(marker) 3 0 d\nout\(marker) 4 0 d\n",
      stderr: "\(marker) 3\n\(marker) 4\n",
      result: ShellResult(
        status: 0, stdout: Array("\(marker) 3 0 d\nout".utf8), stderr: Array("\(marker) 3\n".utf8))),
  ]

  @Test(arguments: conversations)
  func theAnswerDoesNotDependOnTheChunks(_ conversation: Conversation) {
    var generator = SystemRandomNumberGenerator()
    for largest in [1, 2, 7, 40, 4_096] {
      for _ in 0..<50 {
        var decoder = RemoteLoopDecoder(marker: Self.marker)
        decoder.begin(id: 4, limit: 1_000)
        var events: [RemoteLoopDecoder.Event] = []
        for chunk in Self.cut(conversation, largest, &generator) { events += decoder.consume(chunk) }
        #expect(events == [.finished(conversation.result)])
      }
    }
  }

  @Test func outputBeyondTheLimitIsCountedNotKept() {
    var decoder = RemoteLoopDecoder(marker: Self.marker)
    decoder.begin(id: 1, limit: 3)
    #expect(decoder.consume(.stdout(Array("abcdef\(Self.marker) 1 0 d\n".utf8))).isEmpty)
    #expect(
      decoder.consume(.stderr(Array("xyz\(Self.marker) 1\n".utf8))) == [
        .finished(
          ShellResult(status: 0, stdout: Array("abc".utf8), stderr: Array("xyz".utf8), isTruncated: true))
      ])
  }

  @Test func aDeathIsReportedAfterTheAnswerBeforeIt() {
    var decoder = RemoteLoopDecoder(marker: Self.marker)
    decoder.begin(id: 1, limit: 10)
    let bytes = Array("\(Self.marker) 1 0 i\n\(Self.marker) died 137\n".utf8)
    #expect(decoder.consume(.stdout(bytes)) == [.finished(ShellResult(status: 0)), .died(status: 137)])
  }

  @Test func theNextRequestStartsAfresh() {
    var decoder = RemoteLoopDecoder(marker: Self.marker)
    decoder.begin(id: 1, limit: 10)
    _ = decoder.consume(.stdout(Array("\(Self.marker) b\none\(Self.marker) e\nerr\(Self.marker) 1 0 i\nlate".utf8)))
    decoder.begin(id: 2, limit: 10)
    _ = decoder.consume(.stderr(Array("\(Self.marker) 2\n".utf8)))
    #expect(
      decoder.consume(.stdout(Array("two\(Self.marker) 2 0 d\n".utf8)))
        == [.finished(ShellResult(status: 0, stdout: Array("two".utf8)))])
  }

  /// Both streams in pieces of random length, interleaved at random.
  private static func cut(
    _ conversation: Conversation, _ largest: Int, _ generator: inout SystemRandomNumberGenerator
  ) -> [ShellChunk] {
    var stdout = Array(conversation.stdout.utf8)[...]
    var stderr = Array(conversation.stderr.utf8)[...]
    var chunks: [ShellChunk] = []
    while !stdout.isEmpty || !stderr.isEmpty {
      let length = Int.random(in: 1...largest, using: &generator)
      if stderr.isEmpty || (!stdout.isEmpty && Bool.random(using: &generator)) {
        chunks.append(.stdout(Array(stdout.prefix(length))))
        stdout = stdout.dropFirst(length)
      } else {
        chunks.append(.stderr(Array(stderr.prefix(length))))
        stderr = stderr.dropFirst(length)
      }
    }
    return chunks
  }
}
