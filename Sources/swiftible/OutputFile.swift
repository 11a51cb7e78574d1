import Glibc
import Values

/// A file that a command writes for the user: whole or not at all.
enum OutputFile {
  /// - Throws: `Diagnostic(.file)` naming the path and the system's reason.
  static func write(_ bytes: some Collection<UInt8>, to path: String) throws(Diagnostic) {
    let temporary = "\(path).\(UInt64.random(in: 0...UInt64.max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let problem = failure(path)
        close(descriptor)
        unlink(temporary)
        throw problem
      }
      rest = rest.dropFirst(count)
    }
    fsync(descriptor)
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let problem = failure(path)
      unlink(temporary)
      throw problem
    }
  }

  private static func failure(_ path: String) -> Diagnostic {
    Diagnostic(.file, "unable to write '\(path)': \(String(cString: strerror(errno)))")
  }
}
