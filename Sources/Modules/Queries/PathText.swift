import Transport

/// Paths of a host as text, for plans: what the shell need not see.
enum PathText {
  /// Puts in the home directory of the connection's user for a leading `~` and for `$HOME`.
  static func expanded(_ path: String, _ traits: HostTraits) -> String {
    for prefix in ["~", "$HOME", "${HOME}"] {
      if path == prefix { return traits.home }
      if path.hasPrefix("\(prefix)/") { return traits.home + path.dropFirst(prefix.count) }
    }
    return path
  }

  static func lastComponent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// The directory that holds an absolute path; `nil` for the root.
  static func parent(_ path: String) -> String? {
    guard let slash = path.dropLast(path.hasSuffix("/") ? 1 : 0).lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
