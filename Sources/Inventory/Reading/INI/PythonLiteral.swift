import Values

/// Reads a value as Python would read a literal: the values of INI inventories (`x=1`, `y=True`, `z="['a', 'b']"`).
///
/// What is no literal is a plain string, as everywhere in INI inventories; so this reader has no errors, only `nil`. Tuples and sets become
/// lists, bytes and complex numbers become text.
/// Numbers beyond 64 bits stay the text they were.
struct PythonLiteral {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  /// The mark that all strings within get.
  private let origin: Text.Origin?

  private static let depthBudget = 90

  /// The value that `text` is a literal of, or `nil`.
  /// - Parameter origin: where it was written, for the strings within.
  static func value(of text: String, origin: Text.Origin?) -> Value? {
    guard let first = text.utf8.first(where: { $0 != 0x20 && $0 != 0x09 }), mayBegin(first) else { return nil }
    var reader = PythonLiteral(bytes: text.losslessBytes, origin: origin)
    guard let value = try? reader.sequence(until: nil) else { return nil }
    reader.skipBlanks()
    guard reader.position == reader.bytes.count else { return nil }
    return value
  }

  private init(bytes: [UInt8], origin: Text.Origin?) {
    self.bytes = bytes
    self.origin = origin
  }

  private static func mayBegin(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "["),
      UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
      UInt8(ascii: "T"), UInt8(ascii: "F"), UInt8(ascii: "N"), UInt8(ascii: "u"), UInt8(ascii: "U"),
      UInt8(ascii: "r"), UInt8(ascii: "R"), UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "s"):
      true
    default: false
    }
  }

  private struct NoLiteral: Error {}

  // MARK: - Structure

  /// One value, or several between commas (a tuple, also without parentheses).
  private mutating func sequence(until end: UInt8?) throws(NoLiteral) -> Value {
    let first = try element()
    skipBlanks()
    guard peek == UInt8(ascii: ",") else { return first }
    var values = [first]
    while peek == UInt8(ascii: ",") {
      position += 1
      skipBlanks()
      if peek == end { break }
      values.append(try element())
      skipBlanks()
    }
    return .list(values)
  }

  private mutating func element() throws(NoLiteral) -> Value {
    skipBlanks()
    guard let byte = peek else { throw NoLiteral() }
    switch byte {
    case UInt8(ascii: "["): return try nested { reader throws(NoLiteral) in try reader.list() }
    case UInt8(ascii: "{"): return try nested { reader throws(NoLiteral) in try reader.mapOrSet() }
    case UInt8(ascii: "("): return try nested { reader throws(NoLiteral) in try reader.parenthesis() }
    case UInt8(ascii: "-"), UInt8(ascii: "+"):
      position += 1
      skipBlanks()
      guard let next = peek, next.isDigit || next == UInt8(ascii: ".") else { throw NoLiteral() }
      return try number(isNegative: byte == UInt8(ascii: "-"))
    case UInt8(ascii: ".") where bytes[position...].starts(with: "...".utf8):
      position += 3
      return .string(Text("...", sharing: origin))
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): return try number(isNegative: false)
    default:
      if let string = try strings() { return string }
      return try name()
    }
  }

  private mutating func nested(
    _ read: (inout PythonLiteral) throws(NoLiteral) -> Value
  ) throws(NoLiteral) -> Value {
    guard depth < Self.depthBudget else { throw NoLiteral() }
    depth += 1
    position += 1
    skipBlanks()
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func list() throws(NoLiteral) -> Value {
    var values: [Value] = []
    while true {
      if take(UInt8(ascii: "]")) { return .list(values) }
      values.append(try element())
      guard take(UInt8(ascii: ",")) || peekAfterBlanks() == UInt8(ascii: "]") else { throw NoLiteral() }
    }
  }

  private mutating func parenthesis() throws(NoLiteral) -> Value {
    if take(UInt8(ascii: ")")) { return .list([]) }
    let value = try sequence(until: UInt8(ascii: ")"))
    guard take(UInt8(ascii: ")")) else { throw NoLiteral() }
    return value
  }

  private mutating func mapOrSet() throws(NoLiteral) -> Value {
    if take(UInt8(ascii: "}")) { return .map(Map()) }
    let first = try element()
    guard peekAfterBlanks() == UInt8(ascii: ":") else { return try set(startingWith: first) }
    var map = Map()
    var keyValue = first
    while true {
      guard let key = Key(keyValue), take(UInt8(ascii: ":")) else { throw NoLiteral() }
      map[key] = try element()
      let hasComma = take(UInt8(ascii: ","))
      if take(UInt8(ascii: "}")) { return .map(map) }
      guard hasComma else { throw NoLiteral() }
      keyValue = try element()
    }
  }

  private mutating func set(startingWith first: Value) throws(NoLiteral) -> Value {
    var values = [first]
    while true {
      let hasComma = take(UInt8(ascii: ","))
      if take(UInt8(ascii: "}")) { return .list(values) }
      guard hasComma else { throw NoLiteral() }
      let value = try element()
      if !values.contains(value) { values.append(value) }
    }
  }

  // MARK: - Atoms

  private mutating func name() throws(NoLiteral) -> Value {
    let start = position
    while let byte = peek, byte.isWordByte { position += 1 }
    switch String(decoding: bytes[start..<position], as: UTF8.self) {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return .null
    case "set" where take(UInt8(ascii: "(")) && take(UInt8(ascii: ")")): return .list([])
    default: throw NoLiteral()
    }
  }

  private mutating func number(isNegative: Bool) throws(NoLiteral) -> Value {
    let start = position
    while let byte = peek {
      let previous = position > start ? bytes[position - 1] | 0x20 : 0
      let isExponentSign =
        (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && previous == UInt8(ascii: "e")
        && !isHexadecimal(from: start)
      guard byte.isWordByte || byte == UInt8(ascii: ".") || isExponentSign else { break }
      position += 1
    }
    let digits = bytes[start..<position]
    if let value = PythonNumber.value(of: digits, isNegative: isNegative) { return value }
    if let last = digits.last, last | 0x20 == UInt8(ascii: "j"), let text = imaginary(digits.dropLast(), isNegative) {
      return .string(Text(text, sharing: origin))
    }
    throw NoLiteral()
  }

  /// A complex number as Python's `str` writes it: there is no such value here, and ansible makes it a text, too.
  private func imaginary(_ digits: ArraySlice<UInt8>, _ isNegative: Bool) -> String? {
    guard !isHexadecimal(from: digits.startIndex), let part = Double(String(decoding: digits, as: UTF8.self)) else {
      return nil
    }
    let text = part.pythonRepr
    return (isNegative ? "(-0-" : "") + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
      + (isNegative ? "j)" : "j")
  }

  private func isHexadecimal(from start: Int) -> Bool {
    start + 1 < bytes.count && bytes[start] == UInt8(ascii: "0") && (bytes[start + 1] | 0x20) == UInt8(ascii: "x")
  }

  /// One string or several side by side, which Python joins.
  private mutating func strings() throws(NoLiteral) -> Value? {
    var joined: [UInt8] = []
    var count = 0
    while let prefix = stringPrefix() {
      guard let string = PythonString.read(bytes, at: &position, prefix: prefix) else { throw NoLiteral() }
      joined += string
      count += 1
      skipBlanks()
    }
    guard count > 0 else { return nil }
    return .string(Text(String(lossless: joined), sharing: origin))
  }

  /// The letters before a quote, if a string starts here; moves on to the quote.
  private mutating func stringPrefix() -> [UInt8]? {
    var end = position
    while end < bytes.count, end - position < 2, "rRbBuU".utf8.contains(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "'") || bytes[end] == UInt8(ascii: "\"") else { return nil }
    let prefix = bytes[position..<end].map { $0 | 0x20 }
    let isKnown = prefix.count < 2 || (prefix.contains(UInt8(ascii: "r")) && prefix.contains(UInt8(ascii: "b")))
    guard isKnown else { return nil }
    position = end
    return prefix
  }

  // MARK: - Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func peekAfterBlanks() -> UInt8? {
    skipBlanks()
    return peek
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peekAfterBlanks() == byte else { return false }
    position += 1
    skipBlanks()
    return true
  }

  /// Skips spaces and, as Python does, a comment.
  private mutating func skipBlanks() {
    while let byte = peek {
      if byte == 0x20 || byte == 0x09 || byte == 0x0C {
        position += 1
      } else if byte == UInt8(ascii: "#") {
        position = bytes.count
      } else {
        return
      }
    }
  }
}
