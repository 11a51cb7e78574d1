import Transport

/// What `stat` says of one file.
package struct FileStatus: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case regular, directory, link, blockDevice, characterDevice, fifo, socket, unknown
  }

  package var kind: Kind
  /// Permission bits with set-id and sticky bits: 0…07777.
  package var mode: Int
  package var uid: Int
  package var gid: Int
  /// The owner's name, or the number as text when it has none.
  package var owner: String
  package var group: String
  package var size: Int
  package var linkCount = 1
  package var inode = 0
  package var device = 0
  package var deviceType = 0
  package var blocks = 0
  package var blockSize = 4096
  /// Seconds since 1970.
  package var accessTime = 0.0
  package var modificationTime = 0.0
  package var changeTime = 0.0

  package init(
    kind: Kind, mode: Int, uid: Int = 0, gid: Int = 0, owner: String = "root", group: String = "root", size: Int = 0
  ) {
    self.kind = kind
    self.mode = mode
    self.uid = uid
    self.gid = gid
    self.owner = owner
    self.group = group
    self.size = size
  }

  /// ansible's word for the state: `file`, `hard` (a file with several names), `directory`, `link`.
  package var state: String {
    switch kind {
    case .directory: "directory"
    case .link: "link"
    case .regular where linkCount > 1: "hard"
    default: "file"
    }
  }

  /// `0644`.
  package var modeText: String { FileMode.text(mode) }
}

extension FileStatus {
  /// The format for `stat -c`; busybox knows no fractions of seconds.
  static func format(_ traits: HostTraits) -> ShellScript {
    traits.hasGNUTools
      ? "'%f %u %g %s %h %i %d %t %T %b %o %.9X %.9Y %.9Z %U %G'" : "'%f %u %g %s %h %i %d %t %T %b %o %X %Y %Z %U %G'"
  }

  /// Reads one line in `format`; `nil` for anything else.
  init?(line: Substring) {
    let fields = line.split(separator: " ", maxSplits: 15, omittingEmptySubsequences: false)
    guard fields.count == 16, let raw = Int(fields[0], radix: 16), let uid = Int(fields[1]), let gid = Int(fields[2]),
      let size = Int(fields[3]), let links = Int(fields[4])
    else { return nil }
    kind =
      switch raw & 0o170000 {
      case 0o100000: .regular
      case 0o040000: .directory
      case 0o120000: .link
      case 0o060000: .blockDevice
      case 0o020000: .characterDevice
      case 0o010000: .fifo
      case 0o140000: .socket
      default: .unknown
      }
    mode = raw & 0o7777
    self.uid = uid
    self.gid = gid
    self.size = size
    linkCount = links
    inode = Int(fields[5]) ?? 0
    device = Int(fields[6]) ?? 0
    let (major, minor) = (Int(fields[7], radix: 16) ?? 0, Int(fields[8], radix: 16) ?? 0)
    // Linux's makedev.
    deviceType = (major & 0xfff) << 8 | (minor & 0xff) | (minor & 0xfff00) << 12 | (major & ~0xfff) << 32
    blocks = Int(fields[9]) ?? 0
    blockSize = Int(fields[10]) ?? 0
    accessTime = Double(fields[11]) ?? 0
    modificationTime = Double(fields[12]) ?? 0
    changeTime = Double(fields[13]) ?? 0
    owner = fields[14] == "UNKNOWN" ? String(uid) : String(fields[14])
    group = fields[15] == "UNKNOWN" ? String(gid) : String(fields[15])
  }
}
