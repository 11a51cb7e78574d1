import Glibc
import Synchronization
import Values

/// The controlling terminal, for questions.
package enum Terminal {
  package static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// The terminal as it was before a question hid what is typed.
  private static let savedState = Mutex<termios?>(nil)
  private static let isAsking = Mutex(false)

  /// Leaves the terminal as it was before a question that still waits for its answer.
  /// - Returns: whether there is such a question.
  package static func abandonQuestion() -> Bool {
    guard isAsking.withLock({ $0 }) else { return false }
    savedState.withLock { state in
      if var saved = state { tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved) }
    }
    write("\n")
    return true
  }

  /// The next line of standard input; `nil` at its end.
  package static func nextLine() -> String? {
    isAsking.withLock { $0 = true }
    defer { isAsking.withLock { $0 = false } }
    return readLine(strippingNewline: true)
  }

  /// Asks a question and reads one line.
  /// - Parameter isHidden: whether what is typed stays off the screen.
  package static func ask(_ question: String, isHidden: Bool) throws(Diagnostic) -> String {
    write(question)
    isAsking.withLock { $0 = true }
    defer { isAsking.withLock { $0 = false } }
    var saved = termios()
    let isTerminal = isHidden && tcgetattr(STDIN_FILENO, &saved) == 0
    if isTerminal {
      savedState.withLock { $0 = saved }
      var silent = saved
      silent.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    }
    defer {
      if isTerminal {
        savedState.withLock { $0 = nil }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
        write("\n")
      }
    }
    guard let line = readLine(strippingNewline: true) else {
      throw Diagnostic(.usage, "there was no answer to '\(question)'")
    }
    return line
  }
}
