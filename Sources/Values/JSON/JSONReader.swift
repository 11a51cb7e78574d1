/// How much a JSON text may ask of the reader.
package struct JSONBudget: Sendable {
  package var bytes: Int
  /// Nested arrays and objects.
  package var depth: Int

  package init(bytes: Int = 256 << 20, depth: Int = 200) {
    self.bytes = bytes
    self.depth = depth
  }

  package static let `default` = JSONBudget()
}

/// Reads JSON as Python's `json` does: `NaN` and `Infinity` are numbers, the last of duplicate keys counts, control
/// characters in strings are errors. An integer beyond 64 bits becomes a double: a host's counters must not fail a task.
package struct JSONReader {
  private let bytes: [UInt8]
  private let budget: JSONBudget
  private let source: SourceFile?
  private let isTrusted: Bool
  private var position = 0
  private var line = 1
  private var lineStart = 0
  /// A place whose column is known: the next one on its line is counted from there, for a text may be one long line.
  private var counted = (offset: 0, column: 1)

  /// The value of a whole text.
  ///
  /// - Parameters:
  ///   - bytes: the text; bytes outside UTF-8 are kept as `String(lossless:)` keeps them.
  ///   - source: what errors point at.
  ///   - trusted: whether the project's author wrote it, so that its strings may be templates (`-e '{…}'`, a vars file).
  /// - Throws: `.syntax` in the words of Python's `json`, `.limit` past the budget.
  package static func read(
    _ bytes: some Sequence<UInt8>, from source: SourceFile? = nil, trusted: Bool = false,
    budget: JSONBudget = .default
  ) throws(Diagnostic) -> Value {
    var reader = JSONReader(bytes: Array(bytes), budget: budget, source: source, isTrusted: trusted && source != nil)
    return try reader.document()
  }

  package static func read(
    _ text: String, from source: SourceFile? = nil, trusted: Bool = false, budget: JSONBudget = .default
  ) throws(Diagnostic) -> Value {
    try read(Array(text.utf8), from: source, trusted: trusted, budget: budget)
  }

  private init(bytes: [UInt8], budget: JSONBudget, source: SourceFile?, isTrusted: Bool) {
    self.bytes = bytes
    self.budget = budget
    self.source = source
    self.isTrusted = isTrusted
  }

  private mutating func document() throws(Diagnostic) -> Value {
    guard bytes.count <= budget.bytes else {
      throw Diagnostic(
        .limit, "The JSON text has \(bytes.count) bytes; at most \(budget.bytes) are read.", at: place(0))
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    skipSpace()
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("Extra data", at: position) }
    return value
  }

  private mutating func value(depth: Int) throws(Diagnostic) -> Value {
    guard position < bytes.count else { throw failure("Expecting value", at: position) }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""):
      let start = position
      let string = try string()
      guard isTrusted, let source else { return .string(string) }
      counted = (start, column(start))
      return .string(Text(string, writtenAt: Place(source, line: line, column: counted.column)))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: return try word()
    }
  }

  // MARK: - Collections

  private mutating func object(depth: Int) throws(Diagnostic) -> Value {
    try check(depth)
    position += 1
    var map = Map()
    skipSpace()
    if skip("}") { return .map(map) }
    while true {
      guard peek() == UInt8(ascii: "\"") else {
        throw failure("Expecting property name enclosed in double quotes", at: position)
      }
      let key = try string()
      skipSpace()
      guard skip(":") else { throw failure("Expecting ':' delimiter", at: position) }
      skipSpace()
      map[.string(key)] = try value(depth: depth)
      skipSpace()
      if skip("}") { return .map(map) }
      guard skip(",") else { throw failure("Expecting ',' delimiter", at: position) }
      skipSpace()
    }
  }

  private mutating func array(depth: Int) throws(Diagnostic) -> Value {
    try check(depth)
    position += 1
    var list: [Value] = []
    skipSpace()
    if skip("]") { return .list(list) }
    while true {
      list.append(try value(depth: depth))
      skipSpace()
      if skip("]") { return .list(list) }
      guard skip(",") else { throw failure("Expecting ',' delimiter", at: position) }
      skipSpace()
    }
  }

  private func check(_ depth: Int) throws(Diagnostic) {
    guard depth <= budget.depth else {
      throw Diagnostic(.limit, "The JSON text is nested more than \(budget.depth) levels deep.", at: place(position))
    }
  }

  // MARK: - Scalars

  private mutating func string() throws(Diagnostic) -> String {
    let start = position
    position += 1
    let contentStart = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
      bytes[position] >= 0x20
    {
      position += 1
    }
    if peek() == UInt8(ascii: "\"") {
      position += 1
      return String(lossless: bytes[contentStart..<position - 1])
    }
    var content = Array(bytes[contentStart..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(lossless: content)
      case UInt8(ascii: "\\"): try escape(into: &content, stringStart: start)
      case 0..<0x20: throw failure("Invalid control character at", at: position)
      default:
        content.append(byte)
        position += 1
      }
    }
    throw failure("Unterminated string starting at", at: start)
  }

  private mutating func escape(into content: inout [UInt8], stringStart: Int) throws(Diagnostic) {
    let start = position
    position += 1
    guard let letter = peek() else { throw failure("Unterminated string starting at", at: stringStart) }
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      guard let unit = hexUnit() else { throw failure("Invalid \\uXXXX escape", at: start + 1) }
      append(unit, to: &content)
    default: throw failure("Invalid \\escape", at: start)
    }
  }

  /// The scalar of a `\u` escape, joined with a low half that follows. A lone half is kept: Python's escape for a byte
  /// outside UTF-8 becomes that byte again, any other becomes the three bytes it would have in UTF-8.
  private mutating func append(_ unit: UInt32, to content: inout [UInt8]) {
    var value = unit
    if (0xD800..<0xDC00).contains(unit), peek() == UInt8(ascii: "\\"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "u")
    {
      let before = position
      position += 2
      if let low = hexUnit(), (0xDC00..<0xE000).contains(low) {
        value = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      } else {
        position = before
      }
    }
    if let scalar = Unicode.Scalar(value) {
      content.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    } else if (0xDC80...0xDCFF).contains(value) {
      content.append(UInt8(truncatingIfNeeded: value - 0xDC00))
    } else {
      content.append(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
      content.append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
      content.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
    }
  }

  private mutating func hexUnit() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    var unit: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    position += 4
    return unit
  }

  private mutating func number() throws(Diagnostic) -> Value {
    let start = position
    if skip("-"), bytes[position...].starts(with: "Infinity".utf8) {
      position += 8
      return .double(-.infinity)
    }
    guard let first = peek(), isDigit(first) else { throw failure("Expecting value", at: start) }
    position += 1
    if first != UInt8(ascii: "0") { skipDigits() }
    var isInteger = true
    if peek() == UInt8(ascii: "."), position + 1 < bytes.count, isDigit(bytes[position + 1]) {
      isInteger = false
      position += 1
      skipDigits()
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      var digits = position + 1
      if digits < bytes.count, bytes[digits] == UInt8(ascii: "+") || bytes[digits] == UInt8(ascii: "-") { digits += 1 }
      if digits < bytes.count, isDigit(bytes[digits]) {
        isInteger = false
        position = digits
        skipDigits()
      }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let int = Int(text) { return .int(int) }
    return .double(Double(text) ?? .nan)
  }

  private mutating func word() throws(Diagnostic) -> Value {
    for (word, value) in Self.words where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure("Expecting value", at: position)
  }

  private static let words: [(String, Value)] = [
    ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("NaN", .double(.nan)),
    ("Infinity", .double(.infinity)),
  ]

  // MARK: - Bytes and places

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipDigits() {
    while position < bytes.count, isDigit(bytes[position]) { position += 1 }
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x0A:
        line += 1
        lineStart = position + 1
      case 0x20, 0x09, 0x0D: break
      default: return
      }
      position += 1
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private func column(_ offset: Int) -> Int {
    let known = counted.offset >= lineStart && counted.offset <= offset
    let (start, column) = known ? counted : (min(lineStart, offset), 1)
    return column + bytes[start..<offset].count { $0 & 0xC0 != 0x80 }
  }

  private func place(_ offset: Int) -> Place? {
    source.map { Place($0, line: line, column: column(offset)) }
  }

  private func failure(_ problem: String, at offset: Int) -> Diagnostic {
    let character = bytes[..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 }
    return Diagnostic(
      .syntax, "\(problem): line \(line) column \(column(offset)) (char \(character))", at: place(offset))
  }
}
