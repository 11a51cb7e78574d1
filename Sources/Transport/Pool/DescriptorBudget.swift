#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How many links may be open at once, from the process's limit on open files.
enum DescriptorBudget {
  /// What the process needs beside its links: standard streams, event loops, files being read or uploaded.
  private static let reserve = 48
  /// A link takes one socket, a local shell three pipes; and a private channel for an upload as many again.
  private static let perLink = 4

  /// Raises the soft limit to the hard one (no more than is of use) and gives the number of links it allows, at least one.
  static func links() -> Int {
    var limit = rlimit()
    #if canImport(Darwin)
      let resource = RLIMIT_NOFILE
    #else
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #endif
    guard getrlimit(resource, &limit) == 0 else { return 16 }
    let useful = min(limit.rlim_max, 65_536)
    if limit.rlim_cur < useful {
      var raised = limit
      raised.rlim_cur = useful
      if setrlimit(resource, &raised) == 0 { limit = raised }
    }
    return links(limit: Int(clamping: limit.rlim_cur))
  }

  static func links(limit: Int) -> Int { max(1, (limit - reserve) / perLink) }
}
