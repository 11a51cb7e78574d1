import Transport
import Values

/// Everything below a directory, as far as the filters let through.
struct TreeQuery: Query {
  var path: String
  /// `nil`: all the way down; 1: the directory's own entries.
  var depth: Int?
  var followsLinks: Bool
  var checksum: FileQuery.Checksum?

  init(_ path: String, depth: Int? = nil, followsLinks: Bool = false, checksum: FileQuery.Checksum? = nil) {
    self.path = path
    self.depth = depth
    self.followsLinks = followsLinks
    self.checksum = checksum
  }

  struct Entry: Sendable {
    /// With the directory's path before it.
    var path: String
    var status: FileStatus
    var checksum: String?
  }

  struct Answer: Sendable {
    /// The directory, with `~` and variables expanded.
    var path: String
    var isDirectory: Bool
    var entries: [Entry]
    /// What `find` could not read.
    var problems: String
  }

  func script(_ traits: HostTraits) -> ShellScript {
    let depthOption: ShellScript = depth.map { "-maxdepth \($0)" } ?? ""
    let link: ShellScript = followsLinks ? "-L " : ""
    let find: ShellScript = "find \(link)\"$p/.\" \(depthOption)"
    // Names and statuses apart, in the same order: so a name may hold any byte. A tree that changes in between shows by
    // another count.
    var script: ShellScript = """
      p=\(HostPath(path).word)
      while case $p in */) :;; *) false;; esac; do p=${p%/}; done
      printf '%s\\0' "$p"
      if [ -d "$p/." ]; then printf d; fi
      printf '\\0'
      [ -d "$p/." ] || exit 0
      \(find) -exec stat -c \(FileStatus.format(traits)) -- '{}' + 2>/dev/null
      printf '\\0'
      e=$(\(find) -exec true '{}' + 2>&1 >/dev/null)
      printf '%s\\0' "$e"

      """
    if let checksum {
      let tool = ShellScript(words: ["\(checksum.rawValue)sum"])
      // Under `-L` a link counts as what it leads to, but its status is its own.
      let onlyFiles: ShellScript = followsLinks ? "-xtype f" : ""
      script += "\(find) -type f \(onlyFiles) -exec \(tool) -- '{}' + 2>/dev/null\n"
    }
    return script + "printf '\\0'\n\(find) -print0 2>/dev/null"
  }

  func answer(_ output: QueryOutput) throws(ModuleFailure) -> Answer {
    let sections = output.stdout.split(separator: 0, omittingEmptySubsequences: false)
    var parts = sections.map { String(lossless: $0) }
    guard parts.count >= 2 else { throw ModuleFailure("the host did not list \(path)") }
    var answer = Answer(
      path: parts[0].isEmpty ? "/" : parts[0], isDirectory: parts[1] == "d", entries: [], problems: "")
    guard answer.isDirectory else { return answer }
    guard parts.count >= 5 else { throw ModuleFailure("the host did not list \(path)") }
    let statuses = sections[2].split(separator: UInt8(ascii: "\n")).compactMap { FileStatus(line: $0) }
    answer.problems = parts[3]
    var sums = parts[4].split(separator: "\n").map { String($0.prefix { $0 != " " }.drop { $0 == "\\" }) }[...]
    if parts.last == "" { parts.removeLast() }
    let names = parts.dropFirst(5)
    guard names.count == statuses.count else {
      throw ModuleFailure("\(answer.path) changed while it was being listed; run the task again")
    }
    let base = answer.path == "/" ? "" : answer.path
    for (name, status) in zip(names, statuses) {
      var entry = Entry(path: base, status: status, checksum: nil)
      if checksum != nil, status.kind == .regular { entry.checksum = sums.popFirst() }
      // `find` starts at `DIR/.`, so that a link to a directory is entered.
      let below = name.dropFirst(parts[0].count + 2)
      guard !below.isEmpty else { continue }
      entry.path = base + below
      answer.entries.append(entry)
    }
    return answer
  }
}
