import Values

/// Reads TOML 1.0 strictly. Strings know their places; dates and times are strings in ISO 8601's form, as listings show them.
package struct TOMLReader {
  private let file: SourceFile
  private let isTrusted: Bool
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private var root = Map()
  /// The table that the last header opened.
  private var current: [String] = []
  /// Tables that a header defined, or that stand in braces: neither can be defined again.
  private var closed: Set<[String]> = []
  /// Arrays of tables (`[[a.b]]`): keys below one of these belong to its last table.
  private var tableArrays: Set<[String]> = []
  /// Where each line begins.
  private let lineStarts: [Int]

  private static let depthBudget = 100

  /// - Parameter isTrusted: whether texts that look like templates are templates: in a file of the project's own, not in data.
  package static func read(_ file: SourceFile, isTrusted: Bool) throws(Diagnostic) -> Map {
    var reader = TOMLReader(file, isTrusted)
    try reader.readDocument()
    return reader.root
  }

  private init(_ file: SourceFile, _ isTrusted: Bool) {
    self.file = file
    self.isTrusted = isTrusted
    let bytes = Array(file.text.utf8)
    self.bytes = bytes
    lineStarts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  private mutating func readDocument() throws(Diagnostic) {
    while true {
      skipBlankLines()
      guard let byte = peek else { return }
      if byte == UInt8(ascii: "[") { try readHeader() } else { try readPair(into: current) }
      try expectLineEnd()
    }
  }

  // MARK: - Tables

  private mutating func readHeader() throws(Diagnostic) {
    let start = position
    position += 1
    if peek == UInt8(ascii: "[") { return try readArrayHeader(from: start) }
    let path = try keyPath()
    guard take(UInt8(ascii: "]")) else { throw error("a table's header needs a ']' here") }
    guard !tableArrays.contains(path), closed.insert(path).inserted else {
      throw error("the table '\(path.joined(separator: "."))' is defined twice", at: start)
    }
    if value(at: path) == nil { try set(.map(Map()), at: path, from: start) }
    guard value(at: path)?.map != nil else {
      throw error("'\(path.joined(separator: "."))' is a value and can't be a table", at: start)
    }
    current = path
  }

  private mutating func readArrayHeader(from start: Int) throws(Diagnostic) {
    position += 1
    let path = try keyPath()
    guard take(UInt8(ascii: "]")), take(UInt8(ascii: "]")) else {
      throw error("the header of an array of tables needs ']]' here")
    }
    if tableArrays.contains(path) {
      Self.append(Map(), at: path[...], of: [], tableArrays, in: &root)
      // What was said of the table before says nothing of the new one.
      closed = closed.filter { !$0.starts(with: path) }
      tableArrays = tableArrays.filter { $0 == path || !$0.starts(with: path) }
    } else {
      guard value(at: path) == nil else {
        throw error("'\(path.joined(separator: "."))' is no array of tables", at: start)
      }
      try set(.list([.map(Map())]), at: path, from: start)
      tableArrays.insert(path)
    }
    current = path
  }

  private mutating func readPair(into table: [String]) throws(Diagnostic) {
    let start = position
    let path = table + (try keyPath())
    guard take(UInt8(ascii: "=")) else { throw error("a key needs a '=' here") }
    guard value(at: path) == nil else { throw error("the key '\(path.last ?? "")' is defined twice", at: start) }
    let value = try readValue()
    try set(value, at: path, from: start)
    if value.map != nil { closed.insert(path) }
  }

  /// The value under a path; of an array of tables, its last table.
  private func value(at path: [String]) -> Value? {
    var value = Value.map(root)
    for (offset, key) in path.enumerated() {
      guard let next = value.map?[key] else { return nil }
      value = next
      if case .list(let tables) = next, tableArrays.contains(Array(path[...offset])), let last = tables.last {
        value = last
      }
    }
    return value
  }

  private mutating func set(_ value: Value, at path: [String], from start: Int) throws(Diagnostic) {
    for count in 1..<max(path.count, 1) {
      let parent = Array(path.prefix(count))
      if let existing = self.value(at: parent), existing.map == nil {
        throw error("'\(parent.joined(separator: "."))' is a value and can't hold keys", at: start)
      }
    }
    Self.change(path[...], of: [], tableArrays, in: &root) { $0 = value }
  }

  private static func append(
    _ table: Map, at path: ArraySlice<String>, of above: [String], _ arrays: Set<[String]>, in map: inout Map
  ) {
    change(path, of: above, arrays, in: &map) { value in
      guard case .list(var tables)? = value else { return }
      value = nil
      tables.append(.map(table))
      value = .list(tables)
    }
  }

  /// Changes the value under a path, tables on the way made where there are none. What is changed is taken out of its table for that
  /// time, so that it is never copied: a table of ten thousand hosts is changed ten thousand times.
  private static func change(
    _ path: ArraySlice<String>, of above: [String], _ arrays: Set<[String]>, in map: inout Map,
    by body: (inout Value?) -> Void
  ) {
    guard let key = path.first else { return }
    var value = map[key]
    if value != nil { map[key] = .null }
    let here = above + [key]
    if path.count == 1 {
      body(&value)
    } else if case .list(var tables)? = value, arrays.contains(here), var last = tables.popLast()?.map {
      value = nil
      change(path.dropFirst(), of: here, arrays, in: &last, by: body)
      tables.append(.map(last))
      value = .list(tables)
    } else {
      var inner = value?.map ?? Map()
      value = nil
      change(path.dropFirst(), of: here, arrays, in: &inner, by: body)
      value = .map(inner)
    }
    map[key] = value
  }

  // MARK: - Keys

  private mutating func keyPath() throws(Diagnostic) -> [String] {
    var path: [String] = []
    repeat {
      skipBlanks()
      path.append(try key())
      guard path.count <= Self.depthBudget else { throw error("a key has more than \(Self.depthBudget) parts") }
    } while take(UInt8(ascii: "."))
    return path
  }

  private mutating func key() throws(Diagnostic) -> String {
    if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") { return try string(allowsLines: false) }
    let start = position
    while let byte = peek, byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    {
      position += 1
    }
    guard position > start else { throw error("a key is expected here") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  // MARK: - Values

  private mutating func readValue() throws(Diagnostic) -> Value {
    skipBlanks()
    guard depth < Self.depthBudget else { throw error("values are nested deeper than \(Self.depthBudget)") }
    depth += 1
    defer { depth -= 1 }
    let start = position
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let text = try string(allowsLines: true)
      return .string(isTrusted ? Text(text, writtenAt: place(start)) : Text(text))
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "{"): return try inlineTable()
    default: return try scalar()
    }
  }

  private mutating func array() throws(Diagnostic) -> Value {
    position += 1
    var values: [Value] = []
    while true {
      skipBlankLines()
      if take(UInt8(ascii: "]")) { return .list(values) }
      values.append(try readValue())
      skipBlankLines()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw error("an array needs a ',' or ']' here") }
      return .list(values)
    }
  }

  private mutating func inlineTable() throws(Diagnostic) -> Value {
    position += 1
    var map = Map()
    if take(UInt8(ascii: "}")) { return .map(map) }
    repeat {
      let start = position
      let path = try keyPath()
      guard take(UInt8(ascii: "=")) else { throw error("a key needs a '=' here") }
      var holder: Value? = .map(map)
      for key in path {
        if let holder, holder.map == nil { throw error("'\(key)' would stand in a value that is no table", at: start) }
        holder = holder?.map?[key]
      }
      guard holder == nil else { throw error("the key '\(path.last ?? "")' is defined twice", at: start) }
      let value = try readValue()
      Self.change(path[...], of: [], [], in: &map) { $0 = value }
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error("a table in braces needs a ',' or '}' here") }
    return .map(map)
  }

  private mutating func scalar() throws(Diagnostic) -> Value {
    let start = position
    while let byte = peek, byte.isASCIILetter || byte.isDigit || "+-_.:".utf8.contains(byte) { position += 1 }
    // A date may have its time after one space.
    if position - start == 10, bytes[start..<position].dropFirst(4).first == UInt8(ascii: "-"), peek == 0x20,
      position + 1 < bytes.count, bytes[position + 1].isDigit
    {
      position += 1
      while let byte = peek, byte.isASCIILetter || byte.isDigit || "+-.:".utf8.contains(byte) { position += 1 }
    }
    let text = bytes[start..<position]
    if let value = TOMLScalar.value(of: text) { return value }
    throw error(
      text.isEmpty ? "a value is expected here" : "'\(String(decoding: text, as: UTF8.self))' is no value", at: start,
      help: text.isEmpty ? nil : "Texts stand in quotes.")
  }

  private mutating func string(allowsLines: Bool) throws(Diagnostic) -> String {
    let start = position
    guard let text = try TOMLString.read(bytes, at: &position, allowsLines: allowsLines) else {
      throw error("this text has no end, or a broken escape", at: start)
    }
    return text
  }

  // MARK: - Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard peek == byte else { return false }
    position += 1
    skipBlanks()
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x09 { position += 1 }
  }

  private mutating func skipBlankLines() {
    while let byte = peek {
      if byte == UInt8(ascii: "#") {
        while let next = peek, next != 0x0A { position += 1 }
      } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
        position += 1
      } else {
        return
      }
    }
  }

  private mutating func expectLineEnd() throws(Diagnostic) {
    skipBlanks()
    guard let byte = peek, byte != 0x0A, byte != 0x0D, byte != UInt8(ascii: "#") else { return }
    throw error("the line should end here")
  }

  private func place(_ offset: Int) -> Place {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let column = bytes[lineStarts[low]..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 } + 1
    return Place(file, line: low + 1, column: column)
  }

  private func error(_ message: String, at offset: Int? = nil, help: String? = nil) -> Diagnostic {
    Diagnostic(.syntax, "TOML parsing failed: \(message)", at: place(offset ?? position), help: help)
  }
}
