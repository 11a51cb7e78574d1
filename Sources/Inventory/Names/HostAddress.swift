/// A host's address as it may stand in an inventory or a pattern: a name, an IPv4 or IPv6 address, each perhaps with ranges,
/// perhaps followed by a port.
///
/// A text that is none of these has no `HostAddress`; inventories then take it whole as a host's name.
struct HostAddress: Hashable {
  let host: String
  let port: Int?

  /// - Parameter text: `host`, `host:port`, `[address]:port`.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    var address = bytes[...]
    var port: Int?
    if let separator = bytes.lastIndex(of: UInt8(ascii: ":")), let number = Self.port(bytes[(separator + 1)...]) {
      let front = bytes[..<separator]
      if front.count > 2, front.first == UInt8(ascii: "["), front.last == UInt8(ascii: "]") {
        address = front.dropFirst().dropLast()
        port = number
      } else if !front.isEmpty, Self.hasColonsOnlyInBrackets(front) {
        address = front
        port = number
      }
    }
    guard Self.isIPv4(address) || Self.isIPv6(address) || Self.isName(address) else { return nil }
    self.host = String(decoding: address, as: UTF8.self)
    self.port = port
  }

  private static func port(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private static func hasColonsOnlyInBrackets(_ bytes: ArraySlice<UInt8>) -> Bool {
    var position = bytes.startIndex
    while position < bytes.endIndex {
      switch bytes[position] {
      case UInt8(ascii: ":"), UInt8(ascii: "]"): return false
      case UInt8(ascii: "["):
        guard let close = bytes[position...].firstIndex(of: UInt8(ascii: "]")) else { return false }
        position = close + 1
      default: position += 1
      }
    }
    return true
  }

  // MARK: - The kinds of address

  private static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = split(bytes, at: UInt8(ascii: "."))
    return parts.count == 4
      && parts.allSatisfy { part in
        if part.first == UInt8(ascii: "[") { return isRange(part, allowing: \.isDigit) }
        guard (1...3).contains(part.count), part.allSatisfy(\.isDigit) else { return false }
        return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
      }
  }

  private static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
    var parts = split(bytes, at: UInt8(ascii: ":"))
    guard parts.count >= 3 else { return false }
    var units = 0
    if let last = parts.last, last.contains(UInt8(ascii: ".")) {
      guard isIPv4(last) else { return false }
      parts.removeLast()
      units = 2
    }
    let filled = parts.filter { !$0.isEmpty }
    guard
      filled.allSatisfy({ part in
        part.first == UInt8(ascii: "[")
          ? isRange(part, allowing: \.isHexDigit) : part.count <= 4 && part.allSatisfy(\.isHexDigit)
      })
    else { return false }
    units += filled.count
    // One `::` stands for the missing parts: it leaves one empty part inside the address, two at either end, three alone.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let gap = text.firstRange(of: "::") else { return parts.count == filled.count && units == 8 }
    let isAtStart = gap.lowerBound == text.startIndex
    let isAtEnd = gap.upperBound == text.endIndex
    let empty = 1 + (isAtStart ? 1 : 0) + (isAtEnd ? 1 : 0)
    return parts.count - filled.count == empty && units < 8
  }

  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty && split(bytes, at: UInt8(ascii: ".")).allSatisfy(isLabel)
  }

  /// One label of a name: letters of any script, digits, `_`, inner `-`, ranges.
  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    var position = label.startIndex
    while position < label.endIndex {
      let byte = label[position]
      if byte == UInt8(ascii: "[") {
        guard let close = label[position...].firstIndex(of: UInt8(ascii: "]")) else { return false }
        let range = label[position...close]
        guard isRange(range, allowing: \.isDigit) || isLetterRange(range) else { return false }
        position = close + 1
      } else if byte.isWordByte || (byte == UInt8(ascii: "-") && position > label.startIndex) {
        position += 1
      } else {
        return false
      }
    }
    return !label.isEmpty && label.last != UInt8(ascii: "-")
  }

  // MARK: - Ranges

  private static func isRange(_ bytes: ArraySlice<UInt8>, allowing isDigit: (UInt8) -> Bool) -> Bool {
    guard let parts = rangeParts(bytes) else { return false }
    return parts[0].allSatisfy(isDigit) && parts[1].allSatisfy(isDigit)
  }

  private static func isLetterRange(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let parts = rangeParts(bytes) else { return false }
    return parts.prefix(2).allSatisfy { $0.count == 1 && $0.allSatisfy(\.isASCIILetter) }
  }

  private static func rangeParts(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
    guard bytes.count > 2, bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { return nil }
    let parts = bytes.dropFirst().dropLast().split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    return parts.count == 2 || parts[2].allSatisfy(\.isDigit) ? parts : nil
  }

  /// The parts between separators that stand outside brackets.
  private static func split(_ bytes: ArraySlice<UInt8>, at separator: UInt8) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var isInBrackets = false
    for position in bytes.indices {
      switch bytes[position] {
      case UInt8(ascii: "["): isInBrackets = true
      case UInt8(ascii: "]"): isInBrackets = false
      case separator where !isInBrackets:
        parts.append(bytes[start..<position])
        start = position + 1
      default: break
      }
    }
    parts.append(bytes[start...])
    return parts
  }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isASCIILetter: Bool { (self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "z") }
  var isHexDigit: Bool { isDigit || ((self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "f")) }
  /// A byte of a regular expression's `\w`; every character outside ASCII is taken for a letter.
  var isWordByte: Bool { isDigit || isASCIILetter || self == UInt8(ascii: "_") || self >= 0x80 }
  /// What Python's `str.strip` takes away, of ASCII.
  var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) || (self >= 0x1C && self <= 0x1F) }
}
