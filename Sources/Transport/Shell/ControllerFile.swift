// The one file of the shell that reads and writes files of the controller, by C's calls.
#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open file on the controller; closed when the last reference goes.
final class ControllerFile: Sendable {
  let path: String
  /// In bytes, when it was opened.
  let size: Int
  private let descriptor: CInt

  private init(path: String, size: Int, descriptor: CInt) {
    self.path = path
    self.size = size
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens a regular file for reading.
  static func open(_ path: String) throws(TransportError) -> ControllerFile {
    let descriptor = openDescriptor(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw failure("read", path) }
    let file = stat(of: descriptor)
    let opened = ControllerFile(path: path, size: Int(file?.st_size ?? 0), descriptor: descriptor)
    guard let file, file.st_mode & S_IFMT == S_IFREG else {
      throw TransportError(.file, "Can't read \(path) on the controller: it is not a regular file")
    }
    return opened
  }

  /// Makes a new file, readable by its owner alone.
  static func create(_ path: String) throws(TransportError) -> ControllerFile {
    let descriptor = openDescriptor(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("write", path) }
    return ControllerFile(path: path, size: 0, descriptor: descriptor)
  }

  /// Up to `count` bytes from where the last read ended; none at the end.
  func read(_ count: Int) throws(TransportError) -> [UInt8] {
    var got = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      repeat { got = readDescriptor(descriptor, buffer.baseAddress, count) } while got < 0 && errno == EINTR
      filled = max(0, got)
    }
    if got < 0 { throw Self.failure("read", path) }
    return bytes
  }

  func readAll() throws(TransportError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = try read(65_536)
      if piece.isEmpty { return bytes }
      bytes += piece
    }
  }

  func append(_ bytes: [UInt8]) throws(TransportError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        writeDescriptor(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure("write", path)
      }
      written += count
    }
  }

  /// Makes sure that the bytes are on the disk.
  func finish() throws(TransportError) {
    if fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP { throw Self.failure("write", path) }
  }

  /// Removes the file again.
  func discard() { unlink(path) }

  private static func failure(_ verb: String, _ path: String) -> TransportError {
    TransportError(.file, "Can't \(verb) \(path) on the controller: \(String(cString: strerror(errno)))")
  }

  private static func stat(of descriptor: CInt) -> stat? {
    var status = Self.emptyStatus
    return fstat(descriptor, &status) == 0 ? status : nil
  }

  private static var emptyStatus: stat {
    #if canImport(Darwin)
      Darwin.stat()
    #else
      Glibc.stat()
    #endif
  }
}

// C's names, which the methods above would hide.
private func openDescriptor(_ path: String, _ flags: CInt, _ mode: mode_t) -> CInt { open(path, flags, mode) }
private func readDescriptor(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
private func writeDescriptor(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
