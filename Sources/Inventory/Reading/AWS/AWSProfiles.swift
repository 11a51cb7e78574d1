import Values

/// The profiles of `~/.aws/credentials` and `~/.aws/config`.
struct AWSProfiles {
  private var sections: [String: [String: String]] = [:]

  /// - Parameters:
  ///   - credentials: the text of the credentials file, whose sections are `[name]`; its values win.
  ///   - config: the text of the configuration file, whose sections are `[profile name]` and `[default]`.
  init(credentials: String?, config: String?) {
    read(config ?? "") { $0 == "default" ? $0 : $0.hasPrefix("profile ") ? String($0.dropFirst(8)) : nil }
    read(credentials ?? "") { $0 }
  }

  subscript(profile: String) -> [String: String]? { sections[profile] }

  var names: [String] { sections.keys.sorted() }

  private mutating func read(_ text: String, name: (String) -> String?) {
    var section: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let isNested = line.first == " " || line.first == "\t"
      let line = Self.trimmed(line)
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") || isNested { continue }
      if line.hasPrefix("["), let close = line.firstIndex(of: "]") {
        section = name(Self.trimmed(line[line.index(after: line.startIndex)..<close]))
        if let section { sections[section] = sections[section] ?? [:] }
      } else if let section, let equals = line.firstIndex(of: "=") {
        sections[section]?[Self.trimmed(line[..<equals]).lowercased()] = Self.trimmed(
          line[line.index(after: equals)...])
      }
    }
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(lossless: Array(text.utf8)[...].trimmed)
  }
}
