/// Reads along what an SSH server sends before encryption: its version line, then packets up to SSH_MSG_NEWKEYS (RFC 4253, sections
/// 4.2, 6 and 7.3).
struct PlainPackets {
  private var seen: [UInt8] = []

  /// The offset of the first encrypted byte among all bytes given so far, once they contain the last plain packet.
  mutating func encryptionBegins(after bytes: ArraySlice<UInt8>) -> Int? {
    seen += bytes
    guard var start = seen.firstIndex(of: 10).map({ $0 + 1 }) else { return nil }
    while start + 6 <= seen.count {
      let length = seen[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
      let isNewKeys = seen[start + 5] == 21
      start += 4 + length
      if isNewKeys { return start }
    }
    return nil
  }
}
