import Patterns
import Values

/// `ini`: values of a file as Python's `configparser` reads it, or of Java properties.
struct INILookup {
  private let call: LookupCall
  private let key: String

  private static let options = [
    "type", "file", "section", "re", "encoding", "default", "case_sensitive", "allow_no_value", "allow_none",
    "interpolation",
  ]

  init(_ call: LookupCall, term: String) throws(Diagnostic) {
    guard term.contains(where: { $0 == "=" || $0 == " " }) else {
      self.call = call
      key = term
      return
    }
    (key, self.call) = try call.inline(term, accepting: Self.options)
    guard !key.isEmpty else {
      throw call.failure(
        "No key to look up was provided as first term within string inline options: \(term)",
        help: "The key comes first: 'key section=a file=b.ini'.")
    }
  }

  func values() throws -> [Value] {
    let name = call.string("file") ?? "ansible.ini"
    let path = try call.find(name, in: "files")
    let text = try TextEncoding(call.string("encoding") ?? "utf-8").text(Array(try call.read(path).losslessBytes))
    let isProperties = call.string("type") == "properties"
    let section = isProperties ? "java_properties" : call.string("section") ?? "global"
    let file = try INIText(
      (isProperties ? "[java_properties]\n" : "") + text, path: path, firstLine: isProperties ? 0 : 1,
      isCaseSensitive: call.flag("case_sensitive"),
      allowsNoValue: call.flag("allow_no_value") || call.flag("allow_none"))
    guard let pairs = file.pairs(of: section) else {
      throw call.failure(
        "No section '\(section)' in '\(name)'.", help: Suggestion.help(for: section, in: file.sections))
    }
    if call.flag("re") {
      let pattern = try PatternCache.pattern(key)
      return try pairs.filter { try pattern.match(Array($0.key.utf8), anchored: true) != nil }
        .compactMap { $0.value.map { .string($0) } }
    }
    let wanted = call.flag("case_sensitive") ? key : key.lowercased()
    guard let pair = pairs.first(where: { $0.key == wanted }) else {
      switch call.options["default"] {
      case .null?: return []
      case .list(let list)?: return list
      case let value?: return [value]
      case nil: return [""]
      }
    }
    return pair.value.map { [.string($0)] } ?? []
  }
}

/// The dialect of INI that Python's `configparser` reads: `=` or `:`, comments on lines of their own, values that go on in
/// indented lines, and the section `DEFAULT` under all others.
struct INIText {
  typealias Pairs = [(key: String, value: String?)]

  private var bySection: [String: Pairs] = [:]
  private(set) var sections: [String] = []
  private var defaults: Pairs = []

  /// - Parameter firstLine: the number of the text's first line in the file.
  init(_ text: String, path: String, firstLine: Int, isCaseSensitive: Bool, allowsNoValue: Bool) throws(Diagnostic) {
    var section: String?
    var current: (indent: Int, key: String)?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      func failure(_ message: String, _ help: String? = nil) -> Diagnostic {
        let file = SourceFile(path: path, text: text, isQuotable: false)
        return Diagnostic(.syntax, message, at: Place(file, line: index + firstLine, column: 1), help: help)
      }
      let indent = line.prefix { $0 == " " || $0 == "\t" }.count
      let content = String(line).trimmingBlanks
      if content.hasPrefix("#") || content.hasPrefix(";") { continue }
      if let open = current, let section, content.isEmpty || indent > open.indent {
        append("\n" + content, to: open.key, in: section)
        continue
      }
      if content.isEmpty { continue }
      if content.hasPrefix("["), let end = content.lastIndex(of: "]") {
        let name = String(content[content.index(after: content.startIndex)..<end])
        if name != "DEFAULT" {
          guard bySection[name] == nil else { throw failure("the section '\(name)' stands there twice") }
          bySection[name] = []
          sections.append(name)
        }
        section = name
        current = nil
        continue
      }
      guard let section else { throw failure("expected a section's name, '[name]', before the first value") }
      let separator = content.firstIndex { $0 == "=" || $0 == ":" }
      guard separator != nil || allowsNoValue, separator != content.startIndex else {
        throw failure("expected 'key = value', got '\(content)'", "A key alone is read with allow_no_value=true.")
      }
      let name = String(separator.map { content[..<$0] } ?? content[...]).trimmingBlanks
      let key = isCaseSensitive ? name : name.lowercased()
      let value = separator.map { String(content[content.index(after: $0)...]).trimmingBlanks }
      if section == "DEFAULT" {
        guard !defaults.contains(where: { $0.key == key }) else {
          throw failure("Duplicate option in '\(LocalFile.name(of: path))': '\(key)'")
        }
        defaults.append((key, value))
      } else {
        guard bySection[section]?.contains(where: { $0.key == key }) == false else {
          throw failure("Duplicate option in '\(LocalFile.name(of: path))': '\(key)' in the section '\(section)'")
        }
        bySection[section]?.append((key, value))
      }
      current = (indent, key)
    }
  }

  private mutating func append(_ text: String, to key: String, in section: String) {
    if section == "DEFAULT" {
      guard let index = defaults.firstIndex(where: { $0.key == key }), let old = defaults[index].value else { return }
      defaults[index].value = old + text
    } else if let index = bySection[section]?.firstIndex(where: { $0.key == key }) {
      guard let old = bySection[section]?[index].value else { return }
      bySection[section]?[index].value = old + text
    }
  }

  /// A section's own pairs, then those of `DEFAULT` that it lacks.
  func pairs(of section: String) -> Pairs? {
    guard let own = bySection[section] else { return nil }
    return (own + defaults.filter { pair in !own.contains { $0.key == pair.key } })
      .map { ($0.key, $0.value.map(INIText.withoutTrailingBreaks)) }
  }

  private static func withoutTrailingBreaks(_ text: String) -> String {
    var text = text
    while text.last == "\n" { text.removeLast() }
    return text
  }
}
