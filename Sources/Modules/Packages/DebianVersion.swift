/// A version of a Debian package, ordered as dpkg orders versions (Debian policy, section 5.6.12).
struct DebianVersion: Comparable, Sendable {
  private let epoch: Int
  private let upstream: [UInt8]
  private let revision: [UInt8]

  init(_ text: String) {
    var rest = Array(text.utf8)[...]
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")),
      let epoch = Int(String(decoding: rest[..<colon], as: UTF8.self))
    {
      self.epoch = epoch
      rest = rest[(colon + 1)...]
    } else {
      epoch = 0
    }
    if let dash = rest.lastIndex(of: UInt8(ascii: "-")) {
      upstream = Array(rest[..<dash])
      revision = Array(rest[(dash + 1)...])
    } else {
      upstream = Array(rest)
      revision = []
    }
  }

  static func < (left: DebianVersion, right: DebianVersion) -> Bool { left.order(to: right) < 0 }
  static func == (left: DebianVersion, right: DebianVersion) -> Bool { left.order(to: right) == 0 }

  private func order(to other: DebianVersion) -> Int {
    if epoch != other.epoch { return epoch < other.epoch ? -1 : 1 }
    let order = Self.order(upstream, other.upstream)
    return order != 0 ? order : Self.order(revision, other.revision)
  }

  private static func order(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      while (i < left.count && !isDigit(left[i])) || (j < right.count && !isDigit(right[j])) {
        let difference = weight(left, i) - weight(right, j)
        if difference != 0 { return difference }
        i += 1
        j += 1
      }
      let (a, nextI) = number(left, i)
      let (b, nextJ) = number(right, j)
      if a.count != b.count { return a.count - b.count }
      for (x, y) in zip(a, b) where x != y { return Int(x) - Int(y) }
      (i, j) = (nextI, nextJ)
    }
    return 0
  }

  /// `~` sorts before the end, letters before everything else.
  private static func weight(_ bytes: [UInt8], _ index: Int) -> Int {
    guard index < bytes.count, !isDigit(bytes[index]) else { return 0 }
    let byte = bytes[index]
    if byte == UInt8(ascii: "~") { return -1 }
    let isLetter = (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    return isLetter ? Int(byte) : Int(byte) + 256
  }

  /// The digits from `index` on, without leading zeros, and where they end.
  private static func number(_ bytes: [UInt8], _ index: Int) -> (digits: ArraySlice<UInt8>, end: Int) {
    var end = min(index, bytes.count)
    while end < bytes.count, isDigit(bytes[end]) { end += 1 }
    let digits = bytes[min(index, bytes.count)..<end].drop { $0 == UInt8(ascii: "0") }
    return (digits, end)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
