/// Reads what `apt-get` prints.
enum AptOutput {
  /// What a run does to a package.
  struct Action: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
      case install
      case remove
    }

    var kind: Kind
    var name: String
    /// The version to be installed.
    var version: String?
  }

  /// The `Inst` and `Remv` lines of a simulation.
  static func actions(_ text: String) -> [Action] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 2 else { return nil }
      switch words[0] {
      case "Inst":
        let version = words.first { $0.hasPrefix("(") }.map { String($0.dropFirst()) }
        return Action(kind: .install, name: String(words[1]), version: version)
      case "Remv", "Purg": return Action(kind: .remove, name: String(words[1]))
      default: return nil
      }
    }
  }

  /// Whether a real run had something to do.
  static func didChange(_ text: String) -> Bool {
    !text.split(separator: "\n").contains { $0.hasPrefix("0 upgraded, 0 newly installed, 0 to remove") }
  }

  /// The part of the output that ansible shows under `--diff`: from the plan to the summary.
  static func difference(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // The last of these is missing when apt has to make its cache anew.
    let progress = ["Reading package lists...", "Building dependency tree...", "Reading state information..."]
    let start = (lines.lastIndex { progress.contains(String($0)) } ?? -1) + 1
    let end = lines[start...].firstIndex { line in
      let digits = line.prefix { $0.isASCII && $0.isNumber }
      return !digits.isEmpty && line.dropFirst(digits.count).hasPrefix(" upgraded")
    }
    return lines[start..<min(lines.count, (end ?? lines.count) + 1)].joined(separator: "\n")
  }

  /// ansible's message for what apt says about a package that it does not know.
  static func failure(_ stderr: String) -> String? {
    for line in stderr.split(separator: "\n") {
      if let name = line.after("E: Unable to locate package ") { return "No package matching '\(name)' is available" }
      if line.hasPrefix("E: Package '"), line.hasSuffix("' has no installation candidate") {
        let name = line.dropFirst("E: Package '".count).prefix { $0 != "'" }
        return "No package matching '\(name)' is available"
      }
      if line.hasPrefix("E: Version '"), line.contains("' was not found") {
        let pieces = line.split(separator: "'")
        if pieces.count >= 4 { return "no available installation candidate for \(pieces[3])=\(pieces[1])" }
      }
    }
    return nil
  }
}

extension Substring {
  fileprivate func after(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
