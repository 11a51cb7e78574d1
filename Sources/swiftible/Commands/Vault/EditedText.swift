import Glibc
import Playbook
import Values

/// A text in the hands of the user's editor.
struct EditedText {
  private let bytes: [UInt8]
  private let name: String

  /// - Parameter name: the file's; the editor sees its extension.
  init(_ bytes: [UInt8], named name: String) {
    self.bytes = bytes
    self.name = LocalFile.name(of: name)
  }

  /// Opens the editor and waits until it is closed.
  /// - Returns: the text as the user left it.
  func edit() throws(Diagnostic) -> [UInt8] {
    let directory = try Self.makeDirectory()
    let path = "\(directory)/\(name)"
    defer {
      Self.wipe(path)
      // Whatever else the editor left there.
      for leftover in LocalFile.names(in: directory) { Self.wipe("\(directory)/\(leftover)") }
      rmdir(directory)
    }
    try OutputFile.replace(path, with: bytes, keepingMode: false)
    try Self.run(path)
    return try LocalFile.read(path)
  }

  /// A directory of our own, in memory where there is such a place.
  private static func makeDirectory() throws(Diagnostic) -> String {
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    for parent in ["/dev/shm", temporary] {
      var template = Array("\(parent)/swiftible-vault.XXXXXX".utf8CString)
      if mkdtemp(&template) != nil {
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
    throw Diagnostic(.file, "unable to make a directory for the editor: \(String(cString: strerror(errno)))")
  }

  private static func run(_ path: String) throws(Diagnostic) {
    let editor = (getenv("EDITOR") ?? getenv("VISUAL")).map { String(cString: $0) } ?? "vi"
    // EDITOR may hold arguments, so a shell takes it apart; the path is handed on as a word of its own.
    let words = ["/bin/sh", "-c", "\(editor) \"$1\"", "sh", path]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let failure = posix_spawn(&process, "/bin/sh", nil, nil, &arguments, environ)
    guard failure == 0 else {
      throw Diagnostic(.file, "Unable to execute the editor '\(editor)': \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else {
      throw Diagnostic(.file, "The editor '\(editor)' failed; the file is as it was.")
    }
  }

  /// Overwrites a file before it is removed.
  private static func wipe(_ path: String) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
      if descriptor >= 0 {
        let zeros = [UInt8](repeating: 0, count: Int(clamping: status.st_size))
        _ = zeros.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        fsync(descriptor)
        close(descriptor)
      }
    }
    unlink(path)
  }
}
