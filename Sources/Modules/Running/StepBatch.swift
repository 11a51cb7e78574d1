import Transport

/// Steps of a plan that travel in one request.
///
/// Each step runs in a subshell of its own; the first that fails (and may not) ends the batch. The payloads of all steps
/// follow each other on standard input, where each step takes exactly its own bytes.
struct StepBatch: Sendable {
  /// One step, ready to be sent.
  struct Item: Sendable {
    var script: ShellScript
    var payload: [UInt8]
    /// Whether `script` itself takes exactly `payload.count` bytes from standard input.
    var takesOwnPayload: Bool
    var mayFail: Bool
  }

  let items: [Item]
  let script: ShellScript
  let input: [UInt8]
  private let nonce: Nonce?

  init(_ items: [Item], environment: [(name: String, value: String)], nonce: @autoclosure () -> Nonce = Nonce()) {
    self.items = items
    input = items.flatMap(\.payload)
    let exports = ShellEnvironment.exports(environment)
    if items.count == 1, let only = items.first {
      // Alone it needs no frame: the request's own answer is the step's.
      script = exports + only.script
      self.nonce = nil
      return
    }
    let nonce = nonce()
    self.nonce = nonce
    var script = exports
    for item in items {
      // `eval` of one quoted word, so that a syntax error in a user's text stays inside its subshell.
      var step: ShellScript = "( eval \(item.script.text) )"
      if item.payload.isEmpty {
        step += " </dev/null"
      } else if !item.takesOwnPayload {
        step = "dd bs=\(item.payload.count) count=1 iflag=fullblock 2>/dev/null | " + step
      }
      script += step + "\nr=$?\nprintf '\\n%s %s\\n' \(nonce.text) $r\nprintf '\\n%s %s\\n' \(nonce.text) $r >&2\n"
      if !item.mayFail { script += "[ $r -eq 0 ] || exit 0\n" }
    }
    self.script = script
  }

  /// The outcomes of the steps that ran, in order: fewer than `items` when one failed. `nil` when the answer is not whole.
  func parse(_ result: ShellResult) -> [ShellResult]? {
    guard let nonce else { return [result] }
    var stdout = FrameReader(result.stdout, nonce: nonce)
    var stderr = FrameReader(result.stderr, nonce: nonce)
    var outcomes: [ShellResult] = []
    for item in items {
      guard let out = stdout.next(), let err = stderr.next() else { return nil }
      outcomes.append(ShellResult(status: out.status, stdout: out.bytes, stderr: err.bytes))
      if out.status != 0, !item.mayFail { break }
    }
    return outcomes
  }
}
