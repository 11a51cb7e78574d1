/// A file to put in place: hidden temporary sibling, checked, given owner and mode, validated, synced, renamed. At every
/// moment the path holds the old file or the new one, whole.
///
/// The outcome's standard output is the backup's path when one was made (`FileWrite.backupFile`).
package struct FileWrite: Sendable {
  /// Where the bytes come from.
  package enum Content: Sendable {
    case bytes([UInt8])
    /// A file on the controller.
    case file(path: String)
    /// A file on the host itself.
    case remoteFile(path: String)
  }

  /// The final path. A symbolic link there is replaced; a caller that wants it followed gives the path it resolves to.
  package var path: String
  package var content: Content
  /// SHA-1 of the content in hexadecimal, when it is known; the size is always checked.
  package var checksum: String?
  /// Permission bits. `nil`: those of the file that is replaced, else 0666 less the umask (as ansible).
  package var mode: Int?
  /// Name or number. `nil`: those of the file that is replaced, as far as the user may give them.
  package var owner: String?
  package var group: String?
  package var seLinux: SELinuxContext
  /// Whether to keep a copy of the old file beside it, named `PATH.PID.DATE@TIME~`.
  package var backsUp: Bool
  /// The command that must accept the file first; `%s` stands for the temporary file's path.
  package var validate: String?
  /// Write through the existing inode when renaming fails (`unsafe_writes`, bind-mounted files).
  package var isInPlaceAllowed: Bool

  package init(
    path: String, content: Content, checksum: String? = nil, mode: Int? = nil, owner: String? = nil,
    group: String? = nil, seLinux: SELinuxContext = SELinuxContext(), backsUp: Bool = false, validate: String? = nil,
    inPlaceAllowed: Bool = false
  ) {
    self.path = path
    self.content = content
    self.checksum = checksum
    self.mode = mode
    self.owner = owner
    self.group = group
    self.seLinux = seLinux
    self.backsUp = backsUp
    self.validate = validate
    self.isInPlaceAllowed = inPlaceAllowed
  }
}

/// The parts of an SELinux context that a task asks for (`seuser`, `serole`, `setype`, `selevel`).
package struct SELinuxContext: Sendable, Hashable {
  package var user: String?
  package var role: String?
  package var type: String?
  package var level: String?

  package init(user: String? = nil, role: String? = nil, type: String? = nil, level: String? = nil) {
    self.user = user
    self.role = role
    self.type = type
    self.level = level
  }

  package var isEmpty: Bool { user == nil && role == nil && type == nil && level == nil }
}
