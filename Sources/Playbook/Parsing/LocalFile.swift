import Glibc
import Values

/// Files of the controller.
package enum LocalFile {
  /// The whole content.
  /// - Throws: `Diagnostic(.file)` naming the path and the system's reason.
  package static func read(_ path: String, limit: Int = 1 << 30) throws(Diagnostic) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw failure(path, EISDIR) }
    var bytes: [UInt8] = []
    let chunk = max(min(Int(status.st_size) + 1, 1 << 20), 4096)
    while true {
      let before = bytes.count
      var count = 0
      bytes.append(contentsOf: repeatElement(0, count: chunk))
      count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress?.advanced(by: before), chunk) }
      bytes.removeLast(chunk - max(count, 0))
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, errno)
      }
      if count == 0 { return bytes }
      if bytes.count > limit {
        throw Diagnostic(.limit, "the file '\(path)' is larger than \(limit >> 20) MiB")
      }
    }
  }

  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  package static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  package static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  /// The names in a directory, sorted; empty when it can't be read.
  package static func names(in directory: String) -> [String] {
    guard let handle = opendir(directory) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The absolute path, without `.` and `..`, symlinks kept.
  package static func absolute(_ path: String, in directory: String? = nil) -> String {
    if isAbsolute(path) { return path }
    var expanded = path
    if path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") {
      expanded = String(cString: home) + path.dropFirst()
    }
    let joined = expanded.hasPrefix("/") ? expanded : (directory ?? current) + "/" + expanded
    if isAbsolute(joined) { return joined }
    var parts: [Substring] = []
    for part in joined.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Whether a path is absolute and has nothing to leave out: neither `.` nor `..` nor a slash too many.
  private static func isAbsolute(_ path: String) -> Bool {
    let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
    if path.utf8.first != slash { return false }
    var wasSlash = false
    for byte in path.utf8 {
      // A name that begins with a dot is rare enough to be looked at closely.
      if wasSlash, byte == slash || byte == dot { return false }
      wasSlash = byte == slash
    }
    return !wasSlash
  }

  package static var current: String {
    guard let pointer = getcwd(nil, 0) else { return "/" }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  package static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  package static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Makes a directory with those above it.
  package static func makeDirectories(_ path: String) throws(Diagnostic) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o777) != 0, errno != EEXIST, !isDirectory(made) {
        throw Diagnostic(.file, "unable to make the directory '\(made)': \(String(cString: strerror(errno)))")
      }
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> Diagnostic {
    Diagnostic(.file, "unable to read '\(path)': \(String(cString: strerror(code)))")
  }
}
