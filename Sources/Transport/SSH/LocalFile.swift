#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's text for an error number: `Connection refused`.
func errorText(_ code: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Small files on the controller: keys and lists of host keys.
enum LocalFile {
  struct Failure: Error, Hashable {
    var code: Int32
    var isMissing: Bool { code == ENOENT }
    var text: String { errorText(code) }
  }

  /// The whole file, at most 16 MB of it.
  static func read(_ path: String, limit: Int = 16 << 20) throws(Failure) -> [UInt8] {
    // Non-blocking, so that a named pipe in the place of a key can't hang a run.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(code: errno) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while content.count < limit {
      let count = unsafeRead(descriptor, &buffer)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(code: errno)
      }
      content.append(contentsOf: buffer.prefix(count))
    }
    return content
  }

  private static func unsafeRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
    buffer.withUnsafeMutableBytes { raw in
      #if canImport(Glibc)
        Glibc.read(descriptor, raw.baseAddress, raw.count)
      #elseif canImport(Musl)
        Musl.read(descriptor, raw.baseAddress, raw.count)
      #else
        Darwin.read(descriptor, raw.baseAddress, raw.count)
      #endif
    }
  }

  /// The path with a leading `~` or `~/` replaced.
  static func expand(_ path: String, home: String) -> String {
    path == "~" ? home : path.hasPrefix("~/") ? home + path.dropFirst() : path
  }
}

extension LocalFile {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

extension LocalFile {
  /// Adds bytes to the end in one write; a missing file is made for its owner alone, in a directory for its owner alone.
  static func append(_ bytes: [UInt8], to path: String) throws(Failure) {
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      // Fails where the directory is there already, and then says so below, if it matters.
      _ = mkdir(String(path[..<slash]), 0o700)
    }
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(code: errno) }
    defer { close(descriptor) }
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count == bytes.count else { throw Failure(code: count < 0 ? errno : ENOSPC) }
  }
}
