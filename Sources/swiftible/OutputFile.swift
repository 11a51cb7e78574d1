import Glibc
import Values

/// A file that a command writes for the user: whole or not at all.
enum OutputFile {
  /// - Throws: `Diagnostic(.file)` naming the path and the system's reason.
  static func write(_ bytes: some Collection<UInt8>, to path: String) throws(Diagnostic) {
    try write(bytes, to: path, mode: 0o644, like: nil)
  }

  /// Puts secret bytes in a file's place, with the owner that it has. A link's target is replaced, not the link.
  /// - Parameter keepsMode: whether it keeps its mode too; otherwise only its owner may read it.
  static func replace(_ path: String, with bytes: [UInt8], keepingMode keepsMode: Bool) throws(Diagnostic) {
    var target = path
    if let real = realpath(path, nil) {
      target = String(cString: real)
      free(real)
    }
    var status = stat()
    let exists = stat(target, &status) == 0
    if !keepsMode || !exists { status.st_mode = S_IFREG | 0o600 }
    try write(bytes, to: target, mode: 0o600, like: exists ? status : nil)
  }

  /// - Parameter status: whose owner and mode it gets.
  private static func write(
    _ bytes: some Collection<UInt8>, to path: String, mode: mode_t, like status: stat?
  ) throws(Diagnostic) {
    let temporary = "\(path).\(UInt64.random(in: 0...UInt64.max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(path) }
    if let status {
      // A user who is not root can keep the owner only if it is himself; the mode comes after it, for it would lose bits.
      _ = fchown(descriptor, status.st_uid, status.st_gid)
      _ = fchmod(descriptor, status.st_mode & 0o7777)
    }
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
