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
  init?(line: ArraySlice<UInt8>) {
    var fields = StatusFields(line)
    guard let raw = fields.integer(radix: 16), let uid = fields.integer(), let gid = fields.integer(),
      let size = fields.integer(), let links = fields.integer()
    else { return nil }
    inode = fields.integer() ?? 0
    device = fields.integer() ?? 0
    let (major, minor) = (fields.integer(radix: 16) ?? 0, fields.integer(radix: 16) ?? 0)
    // Linux's makedev.
    deviceType = (major & 0xfff) << 8 | (minor & 0xff) | (minor & 0xfff00) << 12 | (major & ~0xfff) << 32
    blocks = fields.integer() ?? 0
    blockSize = fields.integer() ?? 0
    accessTime = fields.seconds() ?? 0
    modificationTime = fields.seconds() ?? 0
    changeTime = fields.seconds() ?? 0
    guard let owner = fields.text() else { return nil }
    let group = fields.rest
    self.owner = owner == "UNKNOWN" ? String(uid) : owner
    self.group = group == "UNKNOWN" ? String(gid) : group
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
  }
}

/// Reads the fields of a line one after the other, by bytes: a play looks at hundreds of such lines.
private struct StatusFields {
  private var bytes: ArraySlice<UInt8>

  init(_ line: ArraySlice<UInt8>) { bytes = line }

  private mutating func field() -> ArraySlice<UInt8>? {
    guard let end = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    defer { bytes = bytes[(end + 1)...] }
    return bytes[..<end]
  }

  /// A whole number; `nil` for anything else.
  mutating func integer(radix: Int = 10) -> Int? { field().flatMap { Self.integer($0, radix: radix) } }

  /// Seconds with or without nine digits after the point, put together as Python does for `st_mtime`.
  mutating func seconds() -> Double? {
    guard let field = field() else { return nil }
    guard let point = field.firstIndex(of: UInt8(ascii: ".")) else { return Self.integer(field).map(Double.init) }
    let isNegative = field.first == UInt8(ascii: "-")
    guard let whole = Self.integer(field[..<point]), let nanoseconds = Self.integer(field[(point + 1)...]),
      field.endIndex - point == 10
    else { return nil }
    return Double(whole) + 1e-9 * Double(isNegative ? -nanoseconds : nanoseconds)
  }

  mutating func text() -> String? { field().map { String(lossless: $0) } }

  /// What follows the last field that was read.
  var rest: String { String(lossless: bytes) }

  private static func integer(_ digits: ArraySlice<UInt8>, radix: Int = 10) -> Int? {
    let isNegative = digits.first == UInt8(ascii: "-")
    let digits = isNegative ? digits.dropFirst() : digits
    guard !digits.isEmpty else { return nil }
    var number = 0
    for byte in digits {
      let digit: Int
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = Int(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = Int(byte - UInt8(ascii: "a")) + 10
      default: return nil
      }
      guard digit < radix else { return nil }
      let (shifted, isTooLarge) = number.multipliedReportingOverflow(by: radix)
      let (sum, isTooLargeStill) = shifted.addingReportingOverflow(digit)
      guard !isTooLarge, !isTooLargeStill else { return nil }
      number = sum
    }
    return isNegative ? -number : number
  }
}
