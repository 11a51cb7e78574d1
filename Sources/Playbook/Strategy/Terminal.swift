import Glibc
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

  /// Asks a question and reads one line.
  /// - Parameter isHidden: whether what is typed stays off the screen.
  package static func ask(_ question: String, isHidden: Bool) throws(Diagnostic) -> String {
    write(question)
    var saved = termios()
    let isTerminal = isHidden && tcgetattr(STDIN_FILENO, &saved) == 0
    if isTerminal {
      var silent = saved
      silent.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    }
    defer {
      if isTerminal {
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
