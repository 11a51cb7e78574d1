import Glibc
import Values

/// The controller's files, as far as inventories need them: the one file of this target that talks to C.
enum FileSystem {
  enum Kind { case file, directory }

  /// No inventory or variables file is larger.
  static let sizeBudget = 512 << 20

  static func kind(of path: String) -> Kind? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// The whole content of a file.
  /// - Throws: `.file` with the system's reason, `.limit` for a file beyond the budget.
  static func read(_ path: String) throws(Diagnostic) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    var bytes: [UInt8] = []
    // One byte more than the size shows the end without a second read.
    let chunk = max(min(Int(status.st_size), sizeBudget) + 1, 4096)
    while true {
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: chunk))
      let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress?.advanced(by: start), chunk) }
      bytes.removeLast(chunk - max(count, 0))
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path)
      }
      if count == 0 { return bytes }
      guard bytes.count <= sizeBudget else {
        throw Diagnostic(.limit, "'\(path)' is larger than \(sizeBudget >> 20) MiB")
      }
    }
  }

  /// The names in a directory in code-point order; `nil` when it can't be read.
  static func names(in directory: String) -> [String]? {
    guard let handle = opendir(directory) else { return nil }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(lossless: $0.prefix { $0 != 0 }) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }

  /// The absolute path without `.`, `..` and double slashes; symbolic links stay.
  static func absolute(_ path: String, in directory: String) -> String {
    let joined = path.utf8.first == UInt8(ascii: "/") ? path : directory + "/" + path
    var parts: [Substring] = []
    for part in joined.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The path with all symbolic links resolved, or as it is where it does not exist.
  static func resolved(_ path: String) -> String {
    guard let pointer = realpath(path, nil) else { return path }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// The part of a file's name from its last dot on, `.yml`; empty for names without one and for hidden files.
  static func pathExtension(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), name[..<dot].contains(where: { $0 != "." }) else {
      return ""
    }
    return String(name[dot...])
  }

  /// Seconds since 1970.
  static var now: Int { time(nil) }

  /// Seconds since a file was last written; `nil` when there is none.
  static func age(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return max(0, time(nil) - status.st_mtim.tv_sec)
  }

  /// Writes a file for this user's eyes only: old or new, never half. Makes its directory where there is none.
  static func replace(_ path: String, with bytes: [UInt8]) throws(Diagnostic) {
    makeDirectories(directory(of: path))
    let temporary = "\(path).\(UInt64.random(in: 0...UInt64.max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure(path, "write") }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    let problem = rest.isEmpty && fsync(descriptor) == 0 ? nil : failure(path, "write")
    close(descriptor)
    guard problem == nil, rename(temporary, path) == 0 else {
      let problem = problem ?? failure(path, "write")
      unlink(temporary)
      throw problem
    }
  }

  private static func makeDirectories(_ path: String) {
    guard kind(of: path) == nil, path.utf8.count > 1 else { return }
    makeDirectories(directory(of: path))
    mkdir(path, 0o700)
  }

  private static func failure(_ path: String, _ action: String = "read") -> Diagnostic {
    Diagnostic(.file, "unable to \(action) '\(path)': \(String(cString: strerror(errno)))")
  }
}
