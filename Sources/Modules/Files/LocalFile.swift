import Crypto
import Glibc
import Values

/// A file or directory on the controller that is copied to hosts.
struct LocalFile: Sendable {
  enum Kind: Sendable {
    case regular, directory
    case link(target: String)
    case other
  }

  var path: String
  var kind: Kind
  var mode: Int
  var size: Int

  /// Looks at a path of the controller.
  /// - Throws: with the reason when there is nothing to be seen.
  init(_ path: String, follows: Bool = true) throws(ModuleFailure) {
    var status = stat()
    guard (follows ? stat(path, &status) : lstat(path, &status)) == 0 else {
      throw ModuleFailure("could not read \(path) on the controller: \(String(cString: strerror(errno)))")
    }
    self.path = path
    mode = Int(status.st_mode & 0o7777)
    size = Int(status.st_size)
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFLNK:
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &buffer, buffer.count)
      kind = .link(target: String(lossless: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }))
    default: kind = .other
    }
  }

  var isDirectory: Bool { if case .directory = kind { true } else { false } }

  /// The names in a directory, sorted.
  func children() throws(ModuleFailure) -> [String] {
    guard let stream = opendir(path) else {
      throw ModuleFailure("could not list \(path) on the controller: \(String(cString: strerror(errno)))")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // The name is a fixed C array, which Swift sees as a tuple; its bytes end at the first zero.
      let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      let name = String(lossless: bytes)
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// A tree below a directory: paths relative to it, parents before children.
  struct Tree: Sendable {
    var directories: [(path: String, mode: Int)] = []
    var files: [(path: String, file: LocalFile)] = []
    var links: [(path: String, target: String)] = []
  }

  /// - Parameter followsLinks: whether links are copied as what they lead to.
  func tree(followsLinks: Bool) throws(ModuleFailure) -> Tree {
    var tree = Tree()
    var open: [(path: String, depth: Int)] = [("", 0)]
    while let (directory, depth) = open.popLast() {
      // Links may lead in circles.
      guard depth < 100 else {
        throw ModuleFailure("\(path)/\(directory) is nested too deeply; do links lead in a circle?")
      }
      for name in try LocalFile("\(path)/\(directory)").children() {
        let relative = directory.isEmpty ? name : "\(directory)/\(name)"
        let file = try LocalFile("\(path)/\(relative)", follows: followsLinks)
        switch file.kind {
        case .directory:
          tree.directories.append((relative, file.mode))
          open.append((relative, depth + 1))
        case .regular: tree.files.append((relative, file))
        case .link(let target): tree.links.append((relative, target))
        case .other: continue
        }
      }
    }
    tree.directories.sort { $0.path < $1.path }
    tree.files.sort { $0.path < $1.path }
    return tree
  }
}

/// The content that a file on a host shall have.
struct WantedContent: Sendable {
  var content: FileWrite.Content
  /// SHA-1 in hexadecimal.
  var checksum: String
  var md5: String?
  var size: Int
  /// The bytes, when they are at hand.
  var bytes: [UInt8]?

  init(_ bytes: [UInt8]) {
    content = .bytes(bytes)
    checksum = Digest.sha1(bytes)
    md5 = Digest.hex(bytes, .md5)
    size = bytes.count
    self.bytes = bytes
  }

  /// Files beyond this are streamed from the disk instead of being held in memory.
  private static let memoryLimit = 4 << 20
  private static let vaultHeader = Array("$ANSIBLE_VAULT;".utf8)

  /// The content of a file on the controller, decrypted when it is vaulted and `decrypts`.
  init(_ file: LocalFile, _ context: ModuleContext, decrypts: Bool) throws(ModuleFailure) {
    if file.size > Self.memoryLimit {
      if let streamed = try Self.streamed(file, refusesVault: decrypts) {
        self = streamed
        return
      }
    }
    self.init(try context.readFile(file.path, decrypts))
  }

  /// The digest of a large file; `nil` for a vaulted one, which must be decrypted whole.
  private static func streamed(_ file: LocalFile, refusesVault: Bool) throws(ModuleFailure) -> WantedContent? {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ModuleFailure("could not read \(file.path) on the controller: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var sha1 = Insecure.SHA1()
    var md5 = Insecure.MD5()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var size = 0
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ModuleFailure("could not read \(file.path) on the controller: \(String(cString: strerror(errno)))")
      }
      if count == 0 { break }
      if size == 0, refusesVault, buffer.starts(with: vaultHeader) { return nil }
      sha1.update(data: buffer[..<count])
      md5.update(data: buffer[..<count])
      size += count
    }
    return WantedContent(
      content: .file(path: file.path), checksum: Digest.hex(sha1.finalize()), md5: Digest.hex(md5.finalize()),
      size: size,
      bytes: nil)
  }

  private init(content: FileWrite.Content, checksum: String, md5: String?, size: Int, bytes: [UInt8]?) {
    self.content = content
    self.checksum = checksum
    self.md5 = md5
    self.size = size
    self.bytes = bytes
  }

  /// The content of another file of the host.
  init(remote path: String, checksum: String, size: Int) {
    self.init(content: .remoteFile(path: path), checksum: checksum, md5: nil, size: size, bytes: nil)
  }
}
