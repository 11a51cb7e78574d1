import Values

extension INIInventoryReader {
  /// A section's header, `[group]` or `[group:kind]`.
  struct Section {
    enum Kind { case hosts, children, vars }

    let group: String
    let suffix: String

    var knownKind: Kind? {
      switch suffix {
      case "", "hosts": .hosts
      case "children": .children
      case "vars": .vars
      default: nil
      }
    }

    var kind: Kind { knownKind ?? .hosts }

    init(group: String, kind: Kind) {
      self.group = group
      self.suffix =
        switch kind {
        case .hosts: "hosts"
        case .children: "children"
        case .vars: "vars"
        }
    }

    /// - Parameter line: a whole line without outer blanks; a comment may follow the bracket.
    init?(header line: ArraySlice<UInt8>) {
      guard line.first == UInt8(ascii: "["), let close = line.lastBracketBeforeComment else { return nil }
      let inside = line[(line.startIndex + 1)..<close]
      let parts = inside.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, Self.isGroupName(name) else { return nil }
      if parts.count == 2 {
        guard !parts[1].isEmpty, parts[1].allSatisfy(\.isWordByte) else { return nil }
      }
      self.group = String(lossless: name)
      self.suffix = parts.count == 2 ? String(lossless: parts[1]) : ""
    }

    /// The group's name that alone, but for a comment, makes up a line of a `:children` section.
    static func groupName(_ line: ArraySlice<UInt8>) -> String? {
      let name = line.prefix { !$0.isBlank && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "]") }
      if let hash = name.firstIndex(of: UInt8(ascii: "#")), hash > name.startIndex, name.endIndex == line.endIndex {
        // `web#old`: Ansible takes the longest name, so the hash belongs to it.
        return String(lossless: name)
      }
      let rest = line[name.endIndex...].trimmed
      guard isGroupName(name), rest.isEmpty || rest.first == UInt8(ascii: "#") else { return nil }
      return String(lossless: name)
    }

    private static func isGroupName(_ name: ArraySlice<UInt8>) -> Bool {
      !name.isEmpty && !name.contains { $0.isBlank || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "]") }
    }
  }
}

extension ArraySlice<UInt8> {
  /// The bracket that closes a section's header: nothing but blanks and a comment may follow it.
  fileprivate var lastBracketBeforeComment: Int? {
    guard let close = firstIndex(of: UInt8(ascii: "]")) else { return nil }
    let rest = self[(close + 1)...].trimmed
    return rest.isEmpty || rest.first == UInt8(ascii: "#") ? close : nil
  }
}
