import Values

/// A source file's content, read from the disk at most once however many readers try it.
final class SourceContent {
  let path: String
  private var read: [UInt8]?
  private var file: SourceFile?

  init(_ path: String) { self.path = path }

  func bytes() throws(Diagnostic) -> [UInt8] {
    if let read { return read }
    let bytes = try FileSystem.read(path)
    read = bytes
    return bytes
  }

  func source() throws(Diagnostic) -> SourceFile {
    if let file { return file }
    let file = SourceFile(path: path, text: String(lossless: try bytes()))
    self.file = file
    return file
  }

  /// Whether it begins as a script does.
  var hasShebang: Bool { (try? bytes())?.starts(with: "#!".utf8) ?? false }
}
