import Crypto
import Values

/// What a `FileQuery` found.
package struct FileAnswer: Sendable {
  /// The path with `~` and variables expanded, without slashes at its end.
  package var path: String
  /// What is at the path itself: a link's own status. `nil`: nothing.
  package var own: FileStatus?
  /// What the path leads to: the same, but for a link what it points at; `nil` for a dangling link.
  package var target: FileStatus?
  /// The text of a link.
  package var linkTarget: String?
  /// Where a link leads in the end, all links on the way followed.
  package var resolvedPath: String?
  /// How many of the directories on the way are missing.
  package var missingAncestors = 0
  package var parent: FileStatus?
  /// What should be a directory on the way is something else, so nothing can be at the path.
  package var isBelowFile = false
  /// The path as it was asked for, with `~` and variables expanded and the slashes at its end.
  package var writtenPath = ""
  /// The parent directory with all links resolved, when there is a link on the way to it.
  package var canonicalParent: String?
  /// A link among the directories on the way that neither root nor the acting user owns.
  package var untrustedAncestor: String?
  /// The path is itself a link that neither root nor the acting user owns.
  package var isLinkUntrusted = false
  package var isReadable = false
  package var isWritable = false
  package var isExecutable = false
  /// The directory it is in may not be searched, so nobody knows whether it exists.
  package var isUnreachable = false
  package var umask = 0o022
  package var checksum: String?
  package var content: [UInt8]?
  package var isContentTooLarge = false
  /// From `lsattr`: the version and the letters that are set.
  package var attributes: (version: String, flags: String)?
  package var mimeType: String?
  package var charset: String?
  /// The entry is only predicted: nothing more than its kind, mode and owner is known.
  package var isPredicted = false

  package init(path: String) { self.path = path }

  package var exists: Bool { own != nil }
  package var isLink: Bool { own?.kind == .link }
  package var isDirectory: Bool { target?.kind == .directory }
  package var isRegular: Bool { target?.kind == .regular }

  /// The path with the links on the way resolved: what predictions go by.
  package var canonicalPath: String {
    guard let canonicalParent, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return canonicalParent + path[slash...]
  }

  /// The path to work on: what a link leads to when `following`, else the path itself.
  package func effectivePath(following: Bool) -> String {
    following && isLink ? resolvedPath ?? path : path
  }

  /// ansible's word for what is there.
  package var state: String { own?.state ?? "absent" }

  /// Refuses to act through links that another user could point elsewhere while root follows them.
  /// - Parameter following: whether the path itself, if it is a link, would be followed.
  package func checkTrust(following: Bool) throws(ModuleFailure) {
    if let link = untrustedAncestor {
      throw ModuleFailure(
        "refusing to work on \(path): \(link) is a symbolic link that belongs to another user, who could turn it elsewhere",
        values: ["path": .string(path)])
    }
    if following, isLinkUntrusted {
      throw ModuleFailure(
        "refusing to follow the symbolic link \(path): it belongs to another user, who could turn it elsewhere",
        values: ["path": .string(path)])
    }
  }

  /// The path of the directory `count` levels above `path`.
  static func ancestor(of path: String, up count: Int) -> String {
    var path = path[...]
    for _ in 0..<max(0, count) {
      guard let slash = path.lastIndex(of: "/") else { break }
      path = path[..<slash]
    }
    return path.isEmpty ? "/" : String(path)
  }
}

// MARK: Predictions

extension FileAnswer {
  /// The answer as it would be after the changes that earlier tasks planned.
  func after(_ predictions: PredictedState, query: FileQuery) -> FileAnswer {
    var answer = self
    var path = canonicalPath
    for prediction in predictions.files {
      if prediction.path == path {
        answer.apply(prediction, query, predictions)
      } else if path.hasPrefix(prediction.path == "/" ? "/" : prediction.path + "/") {
        let below = path.dropFirst(prediction.path == "/" ? 0 : prediction.path.count)
        let depth = below.filter { $0 == "/" }.count
        switch prediction.kind {
        case .absent:
          answer.remove()
          answer.missingAncestors = max(answer.missingAncestors, depth)
        case .directory:
          answer.missingAncestors = min(answer.missingAncestors, depth - 1)
        case .link(let target):
          // From here on the path means another one, of which nothing but predictions is known.
          path = Self.resolve(target, from: prediction.path) + below
          answer.canonicalParent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
          answer.remove()
          for earlier in predictions.files where earlier.path == path { answer.apply(earlier, query, predictions) }
        case .file, .same: break
        }
      }
    }
    return answer
  }

  private mutating func remove() {
    own = nil
    target = nil
    linkTarget = nil
    resolvedPath = nil
    checksum = nil
    content = nil
    isContentTooLarge = false
    attributes = nil
    mimeType = nil
    charset = nil
  }

  private mutating func apply(_ prediction: FilePrediction, _ query: FileQuery, _ state: PredictedState) {
    let before = own
    switch prediction.kind {
    case .absent:
      remove()
      return
    case .same:
      if own == nil { return }
    case .directory:
      remove()
      own = FileStatus(kind: .directory, mode: before?.mode ?? 0o777 & ~umask, size: 4096)
    case .file(let bytes):
      remove()
      own = FileStatus(kind: .regular, mode: before?.mode ?? 0o666 & ~umask, size: bytes?.count ?? 0)
      if let bytes {
        if let limit = query.contentLimit { content = bytes.count <= limit ? bytes : nil }
        isContentTooLarge = query.contentLimit.map { bytes.count > $0 } ?? false
        checksum = query.checksum.map { Digest.hex(bytes, $0) }
      }
    case .link(let text):
      remove()
      own = FileStatus(kind: .link, mode: 0o777, size: text.utf8.count)
      linkTarget = text
      resolvedPath = Self.resolve(text, from: canonicalPath)
    }
    isPredicted = true
    isBelowFile = false
    missingAncestors = 0
    (isReadable, isWritable) = (true, true)
    if let before, own?.kind == before.kind {
      own?.uid = before.uid
      own?.gid = before.gid
      own?.owner = before.owner
      own?.group = before.group
    }
    if let mode = prediction.mode { own?.mode = mode }
    if let owner = prediction.owner { set(owner: owner, state) }
    if let group = prediction.group { set(group: group, state) }
    if own?.kind != .link { target = own }
  }

  private mutating func set(owner: String, _ state: PredictedState) {
    own?.owner = owner
    own?.uid = Int(owner) ?? state.users[owner]?.uid ?? (owner == "root" ? 0 : -1)
  }

  private mutating func set(group: String, _ state: PredictedState) {
    own?.group = group
    own?.gid = Int(group) ?? state.groups[group]?.gid ?? (group == "root" ? 0 : -1)
  }

  /// The path that a link's text means.
  static func resolve(_ text: String, from link: String) -> String {
    let start = text.hasPrefix("/") ? text : ancestor(of: link, up: 1) + "/" + text
    var parts: [Substring] = []
    for part in start.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}

/// Digests as the tools on a host print them.
enum Digest {
  static func hex(_ bytes: [UInt8], _ algorithm: FileQuery.Checksum) -> String {
    switch algorithm {
    case .md5: hex(Insecure.MD5.hash(data: bytes))
    case .sha1: hex(Insecure.SHA1.hash(data: bytes))
    // SHA-224 is a truncated hash that the library does not offer; it is computed on hosts only.
    case .sha224: ""
    case .sha256: hex(SHA256.hash(data: bytes))
    case .sha384: hex(SHA384.hash(data: bytes))
    case .sha512: hex(SHA512.hash(data: bytes))
    }
  }

  static func sha1(_ bytes: [UInt8]) -> String { hex(bytes, .sha1) }

  static func hex(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
