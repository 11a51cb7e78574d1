import Transport

/// Several questions to one host in one request.
///
/// A single question's output is the request's own. Of several, each one's script runs in a subshell without standard input, and
/// its output is followed by a line that only this request knows, so any bytes may come in between. Building and parsing are
/// pure, so that the engine can put the questions of several tasks into one request.
package struct ProbeBatch: Sendable {
  package let queries: [any Query]
  /// What to send. Standard error of the questions is dropped; one that needs it says `2>&1`.
  package let script: ShellScript
  /// How to send it.
  package let isolation: ShellRequest.Isolation
  private let nonce: Nonce?

  package init(
    _ queries: [any Query], traits: HostTraits, environment: [(name: String, value: String)] = [],
    nonce: @autoclosure () -> Nonce = Nonce()
  ) {
    self.queries = queries
    isolation = queries.allSatisfy(\.isText) ? .textQuestion : .question
    var script = ShellEnvironment.exports(environment)
    // Answers are read by programs: no translated messages, no local number formats.
    script += "export LC_ALL=C\nunset LANGUAGE\n"
    if queries.count == 1, let only = queries.first {
      self.script = script + only.script(traits)
      self.nonce = nil
      return
    }
    let nonce = nonce()
    self.nonce = nonce
    for (index, query) in queries.enumerated() {
      script += "(\n\(query.script(traits))\n) </dev/null 2>/dev/null\n"
      // A full stop keeps the last line's end, which a `textQuestion` would lose.
      let stop: ShellScript = index == queries.count - 1 ? "." : ""
      script += "printf '\\n%s %s\\n\(stop)' \(nonce.text) \"$?\"\n"
    }
    self.script = script
  }

  /// The outputs in the order of the queries; `nil` when the answer is not complete.
  package func parse(_ result: ShellResult) -> [QueryOutput]? {
    if result.isTruncated { return nil }
    guard let nonce else { return [QueryOutput(status: result.status, stdout: result.stdout)] }
    var reader = FrameReader(result.stdout, nonce: nonce)
    var outputs: [QueryOutput] = []
    for _ in queries {
      guard let frame = reader.next() else { return nil }
      outputs.append(QueryOutput(status: frame.status, stdout: frame.bytes))
    }
    return outputs
  }
}

/// Cuts a stream at the lines `NONCE STATUS`.
struct FrameReader {
  private let bytes: [UInt8]
  private let mark: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8], nonce: Nonce) {
    self.bytes = bytes
    mark = Array("\n\(nonce.text) ".utf8)
  }

  /// The next piece and the status in the line after it; `nil` when no such line follows.
  mutating func next() -> (bytes: [UInt8], status: Int)? {
    guard let start = bytes.firstIndex(ofSequence: mark, from: position) else { return nil }
    let afterMark = start + mark.count
    guard let end = bytes[afterMark...].firstIndex(of: UInt8(ascii: "\n")),
      let status = Int(String(decoding: bytes[afterMark..<end], as: UTF8.self))
    else { return nil }
    defer { position = end + 1 }
    return (Array(bytes[position..<start]), status)
  }
}

extension Array where Element == UInt8 {
  /// Where `sequence` first occurs at or after `start`.
  func firstIndex(ofSequence sequence: [UInt8], from start: Int = 0) -> Int? {
    guard let first = sequence.first, start >= 0, start <= count else { return start <= count ? start : nil }
    var candidate = start
    while candidate + sequence.count <= count {
      guard let found = self[candidate...].firstIndex(of: first), found + sequence.count <= count else { return nil }
      if self[found..<found + sequence.count].elementsEqual(sequence) { return found }
      candidate = found + 1
    }
    return nil
  }
}
