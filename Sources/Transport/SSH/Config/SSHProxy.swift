/// The way to a host that is not reached directly.
enum SSHProxy: Sendable, Hashable {
  /// Through other hosts, in this order (`ProxyJump`).
  case jump([SSHJump])
  /// Through the streams of a program (`ProxyCommand`); tokens such as `%h` are not replaced yet.
  case command(String)

  /// Reads the value of `ProxyJump`.
  init?(jumps text: String) {
    var jumps: [SSHJump] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let jump = SSHJump(String(part)) else { return nil }
      jumps.append(jump)
    }
    guard !jumps.isEmpty else { return nil }
    self = .jump(jumps)
  }
}

/// A host on the way to another one.
struct SSHJump: Sendable, Hashable {
  var host: String
  var user: String?
  var port: Int?

  /// - Parameter text: `[user@]host[:port]` or `ssh://[user@]host[:port]`; an IPv6 address before a port is in brackets.
  init?(_ text: String) {
    var rest = text[...]
    if rest.hasPrefix("ssh://") { rest = rest.dropFirst("ssh://".count) }
    if let at = rest.lastIndex(of: "@") {
      user = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      host = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      rest = rest.dropFirst()
    } else if let colon = rest.firstIndex(of: ":"), rest[rest.index(after: colon)...].firstIndex(of: ":") == nil {
      host = String(rest[..<colon])
      rest = rest[rest.index(after: colon)...]
    } else {
      host = String(rest)
      rest = ""
    }
    if !rest.isEmpty {
      guard let number = Int(rest), (1...65_535).contains(number) else { return nil }
      port = number
    }
    if host.isEmpty || user?.isEmpty == true { return nil }
  }
}
