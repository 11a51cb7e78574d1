import Glibc
import Playbook
import Synchronization

/// The process's standard streams. The only place that writes to them.
final class Console: TextSink {
  static let standard = Console()

  private let lock = Mutex(())

  /// Writes all of the text; a reader that went away ends the program as it ends any other (exit code 141).
  func write(_ text: String, to stream: TextStream) {
    var text = text
    text.withUTF8 { write($0, to: stream) }
  }

  func write(_ bytes: [UInt8], to stream: TextStream) { bytes.withUnsafeBufferPointer { write($0, to: stream) } }

  private func write(_ bytes: UnsafeBufferPointer<UInt8>, to stream: TextStream) {
    lock.withLock { _ in
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(
          stream == .standardOutput ? STDOUT_FILENO : STDERR_FILENO, bytes.baseAddress?.advanced(by: offset),
          bytes.count - offset)
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        if count <= 0 {
          if errno == EPIPE { _exit(141) }
          return
        }
        offset += count
      }
    }
  }
}
