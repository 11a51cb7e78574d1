import Values

/// Reads an INI inventory into the graph.
///
/// ```
/// mail.example.com ansible_port=2222
/// [web]
/// www[01:20].example.com
/// [web:vars]
/// http_port=80
/// [eu:children]
/// web
/// ```
///
/// The format is Ansible's: values on host lines and in `:vars` sections are Python literals where they can be read as such,
/// else strings. A section may speak of groups that come later.
struct INIInventoryReader {
  private let file: SourceFile
  private var section = Section(group: "ungrouped", kind: .hosts)
  private var group = InventoryGraph.ungrouped
  private var lineNumber = 0
  /// Groups that were spoken of but not declared yet, in the order of speaking.
  private var pending: [Pending] = []

  private struct Pending {
    let group: String
    /// The group whose `:children` name it; `nil` when its `:vars` came first.
    let parent: String?
    let place: Place
  }

  /// - Parameters:
  ///   - bytes: the file's bytes, UTF-8 outside comments.
  ///   - file: the same for excerpts; its path names the source.
  ///   - graph: what is read is put in here, up to the line with the error if there is one (as Ansible does it).
  static func read(_ bytes: [UInt8], of file: SourceFile, into graph: inout InventoryGraph) throws(Diagnostic) {
    var reader = INIInventoryReader(file: file)
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      reader.lineNumber += 1
      try reader.read(line: bytes[start..<end], lineStart: start, into: &graph)
      start = end + 1
    }
    try reader.finish()
  }

  private init(file: SourceFile) { self.file = file }

  // MARK: - Lines

  private mutating func read(
    line: ArraySlice<UInt8>, lineStart: Int, into graph: inout InventoryGraph
  ) throws(Diagnostic) {
    var text = line
    while let first = text.first, first.isBlank { text.removeFirst() }
    while let last = text.last, last.isBlank { text.removeLast() }
    guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { return }
    let indent = text.startIndex - lineStart

    if first == UInt8(ascii: "[") {
      if let header = Section(header: text) {
        return try enter(header, at: place(indent), in: &graph)
      }
      if text.last == UInt8(ascii: "]") {
        throw error(
          "Invalid section entry: '\(String(lossless: text))'.", at: indent,
          help: "A section is [group], [group:children] or [group:vars], without spaces.")
      }
    }
    switch section.kind {
    case .hosts: try readHosts(text, indent: indent, into: &graph)
    case .vars: try readVariable(text, indent: indent, into: &graph)
    case .children: try readChild(text, indent: indent, into: &graph)
    }
  }

  private mutating func enter(
    _ header: Section, at place: Place, in graph: inout InventoryGraph
  ) throws(Diagnostic) {
    guard let kind = header.knownKind else {
      throw Diagnostic(
        .syntax, "Section [\(header.group):\(header.suffix)] has unknown type: \(header.suffix)", at: place,
        help: "After the colon only 'children' and 'vars' are known.")
    }
    section = Section(group: header.group, kind: kind)
    if kind == .vars, graph.group(named: header.group) == nil {
      // Its hosts may come later; until then its variables are kept, for `finish` refuses the file if they don't.
      pending.append(Pending(group: header.group, parent: nil, place: place))
    }
    group = graph.addGroup(header.group)
    guard kind != .vars else { return }
    for declared in pending where declared.group == header.group {
      if let parent = declared.parent.flatMap({ graph.group(named: $0) }) {
        try link(group, to: parent, at: declared.place, in: &graph)
      }
    }
    pending.removeAll { $0.group == header.group }
  }

  private mutating func finish() throws(Diagnostic) {
    guard let undeclared = pending.first else { return }
    if let parent = undeclared.parent {
      throw Diagnostic(
        .invalid, "Section [\(parent):children] includes undefined group '\(undeclared.group)'.", at: undeclared.place,
        help: "Declare it with a section [\(undeclared.group)], which may be empty.")
    }
    throw Diagnostic(
      .invalid, "Section [\(undeclared.group):vars] not valid for undefined group '\(undeclared.group)'.",
      at: undeclared.place, help: "Declare it with a section [\(undeclared.group)], which may be empty.")
  }

  // MARK: - What stands in sections

  private func readHosts(_ text: ArraySlice<UInt8>, indent: Int, into graph: inout InventoryGraph) throws(Diagnostic) {
    let words: [ShellWords.Word]
    do throws(ShellWords.Failure) {
      words = try ShellWords.split(text)
    } catch {
      throw self.error(
        "Error parsing host definition '\(String(lossless: text))': \(error.message)", at: indent,
        help: "Quote values with blanks or '#' as in a shell: key='some value'.")
    }
    guard let first = words.first else { return }
    try checkUTF8(text, indent: indent)
    let (names, port) = try expand(first.text, indent: indent)
    var variables: [(key: Key, value: Value, column: Int)] = []
    for word in words.dropFirst() {
      guard let equals = word.text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
        throw error("Expected key=value host variable assignment, got: \(word.text)", at: indent + word.offset)
      }
      let key = String(word.text[..<equals])
      let value = String(word.text[word.text.utf8.index(after: equals)...])
      let column = indent + word.offset + key.utf8.count + 1
      variables.append((.string(key), self.value(value, at: column), column))
    }
    for name in names {
      let host = graph.addHost(name, to: group, port: port)
      for (key, value, column) in variables {
        graph.setVariable(key, to: value, ofHost: host, at: place(column))
      }
    }
  }

  private func expand(_ pattern: String, indent: Int) throws(Diagnostic) -> (names: [String], port: Int?) {
    if pattern.utf8.last == UInt8(ascii: ":") {
      throw error(
        "Invalid host pattern '\(pattern)' supplied, ending in ':' is not allowed, this character is reserved to provide a port.",
        at: indent)
    }
    if pattern == "---" {
      throw error(
        "Invalid host pattern '---' supplied, '---' is normally a sign this is a YAML file.", at: indent,
        help: "Name a YAML inventory .yml or .yaml.")
    }
    do throws(HostRangeError) {
      return try HostAddress.expand(pattern)
    } catch {
      throw self.error(
        "'\(pattern)': \(error.reason)", at: indent,
        help: pattern.hasPrefix("[") ? "Where a section begins here, its header has no ']'." : nil)
    }
  }

  private func readVariable(_ text: ArraySlice<UInt8>, indent: Int, into graph: inout InventoryGraph) throws(Diagnostic)
  {
    try checkUTF8(text, indent: indent)
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else {
      throw error("Expected key=value, got: \(String(lossless: text))", at: indent)
    }
    let key = text[..<equals].trimmed
    let value = text[(equals + 1)...].trimmed
    let column = indent + value.startIndex - text.startIndex
    graph.setVariable(
      .string(String(lossless: key)), to: self.value(String(lossless: value), at: column), ofGroup: group,
      at: place(column))
  }

  private mutating func readChild(
    _ text: ArraySlice<UInt8>, indent: Int, into graph: inout InventoryGraph
  ) throws(Diagnostic) {
    guard let name = Section.groupName(text) else {
      throw error("Expected group name, got: \(String(lossless: text))", at: indent)
    }
    if let child = graph.group(named: name) {
      try link(child, to: group, at: place(indent), in: &graph)
    } else {
      pending.append(Pending(group: name, parent: section.group, place: place(indent)))
    }
  }

  private func link(
    _ child: InventoryGraph.GroupID, to parent: InventoryGraph.GroupID, at place: Place, in graph: inout InventoryGraph
  ) throws(Diagnostic) {
    do throws(GroupLoop) {
      try graph.addChild(child, to: parent)
    } catch {
      throw Diagnostic(.invalid, error.message, at: place)
    }
  }

  // MARK: - Values and places

  private func value(_ text: String, at offset: Int) -> Value {
    let written = Text(text, writtenAt: place(offset))
    return PythonLiteral.value(of: text, origin: written.origin) ?? .string(written)
  }

  private func checkUTF8(_ text: ArraySlice<UInt8>, indent: Int) throws(Diagnostic) {
    guard text.contains(where: { $0 >= 0x80 }), String(validating: text, as: UTF8.self) == nil else { return }
    throw error("This line is not UTF-8", at: indent, help: "Save the inventory as UTF-8.")
  }

  /// The place of a byte of the current line. Columns count scalars; host lines are ASCII but for values at their end.
  private func place(_ offset: Int) -> Place { Place(file, line: lineNumber, column: offset + 1) }

  private func error(_ message: String, at offset: Int, help: String? = nil) -> Diagnostic {
    Diagnostic(.syntax, message, at: place(offset), help: help)
  }
}

extension HostAddress {
  /// The hosts that a word of an inventory names, and their port.
  static func expand(_ pattern: String) throws(HostRangeError) -> (names: [String], port: Int?) {
    // Most names are plain: nothing but a colon or a bracket can make them more.
    guard pattern.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "[") }) else {
      return ([pattern], nil)
    }
    let address = HostAddress(pattern)
    return (try HostRange.expand(address?.host ?? pattern), address?.port)
  }
}

extension ArraySlice<UInt8> {
  var trimmed: ArraySlice<UInt8> {
    var result = self
    while let first = result.first, first.isBlank { result.removeFirst() }
    while let last = result.last, last.isBlank { result.removeLast() }
    return result
  }
}
