import Glibc
import Synchronization
import Values

/// The controlling terminal, for questions.
package enum Terminal {
  package static func write(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// A terminal that shows nothing of what is typed, and how it was before.
  private struct Silenced {
    let descriptor: Int32
    let before: termios

    init?(_ descriptor: Int32) {
      var state = termios()
      guard tcgetattr(descriptor, &state) == 0 else { return nil }
      self.descriptor = descriptor
      before = state
      state.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(descriptor, TCSAFLUSH, &state)
    }

    func restore() {
      var state = before
      tcsetattr(descriptor, TCSAFLUSH, &state)
    }
  }

  /// The terminal of a question that hides what is typed, while it waits for its answer.
  private static let silenced = Mutex<Silenced?>(nil)
  private static let isAsking = Mutex(false)

  /// Leaves the terminal as it was before a question that still waits for its answer.
  /// - Returns: whether there is such a question.
  package static func abandonQuestion() -> Bool {
    guard isAsking.withLock({ $0 }) else { return false }
    silenced.withLock { $0?.restore() }
    write("\n")
    return true
  }

  /// The next line of standard input; `nil` at its end.
  package static func nextLine() -> String? {
    isAsking.withLock { $0 = true }
    defer { isAsking.withLock { $0 = false } }
    return EngineThreads.shared.blocking { readLine(strippingNewline: true) }
  }

  /// Asks a question and reads one line.
  ///
  /// What is hidden is asked at the terminal itself, as Python's getpass does, so that standard input may be a pipe with other
  /// things; where there is no terminal, the answer comes from standard input after all.
  /// - Parameter isHidden: whether what is typed stays off the screen.
  package static func ask(_ question: String, isHidden: Bool) throws(Diagnostic) -> String {
    let terminal = isHidden ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1
    defer { if terminal >= 0 { close(terminal) } }
    isAsking.withLock { $0 = true }
    defer { isAsking.withLock { $0 = false } }
    // Before the question: who answers it at once must not be seen either.
    if isHidden { silenced.withLock { $0 = Silenced(terminal >= 0 ? terminal : STDIN_FILENO) } }
    write(question, to: terminal >= 0 ? terminal : STDERR_FILENO)
    let answer = EngineThreads.shared.blocking {
      terminal >= 0 ? line(from: terminal) : readLine(strippingNewline: true)
    }
    silenced.withLock { state in
      guard let question = state else { return }
      write("\n", to: terminal >= 0 ? terminal : STDERR_FILENO)
      question.restore()
      state = nil
    }
    guard let answer else { throw Diagnostic(.usage, "there was no answer to '\(question)'") }
    return answer
  }

  /// The next line of a terminal, which gives no more than one at once; `nil` at its end.
  private static func line(from descriptor: Int32) -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return bytes.isEmpty ? nil : String(lossless: bytes) }
      if byte == UInt8(ascii: "\n") { return String(lossless: bytes) }
      bytes.append(byte)
    }
  }
}
