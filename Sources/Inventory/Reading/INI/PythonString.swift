import Values

/// Python's string literals: quotes of one or three, escapes, raw strings.
enum PythonString {
  /// The bytes of the literal whose opening quote is at `position`, which moves behind the closing one.
  /// - Parameter prefix: the letters before the quote, in lower case.
  /// - Returns: `nil` when the literal is not closed or has a broken escape.
  static func read(_ bytes: [UInt8], at position: inout Int, prefix: [UInt8]) -> [UInt8]? {
    guard position < bytes.count else { return nil }
    let quote = bytes[position]
    let isTriple = bytes[position...].prefix(3).count == 3 && bytes[position...].prefix(3).allSatisfy { $0 == quote }
    let isRaw = prefix.contains(UInt8(ascii: "r"))
    position += isTriple ? 3 : 1
    var result: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      if byte == quote, !isTriple || bytes[position...].prefix(3).elementsEqual([quote, quote, quote]) {
        position += isTriple ? 3 : 1
        return result
      }
      position += 1
      guard byte == UInt8(ascii: "\\"), position < bytes.count else {
        result.append(byte)
        continue
      }
      if isRaw {
        result += [byte, bytes[position]]
        position += 1
      } else {
        guard let escaped = escape(bytes, at: &position, isBytes: prefix.contains(UInt8(ascii: "b"))) else {
          return nil
        }
        result += escaped
      }
    }
    return nil
  }

  /// What the escape whose letter is at `position` stands for.
  private static func escape(_ bytes: [UInt8], at position: inout Int, isBytes: Bool) -> [UInt8]? {
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): return [letter]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "a"): return [0x07]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "v"): return [0x0B]
    case UInt8(ascii: "x"): return hexadecimal(bytes, at: &position, digits: 2)
    case UInt8(ascii: "u") where !isBytes: return hexadecimal(bytes, at: &position, digits: 4)
    case UInt8(ascii: "U") where !isBytes: return hexadecimal(bytes, at: &position, digits: 8)
    case UInt8(ascii: "N") where !isBytes: return nil
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var code = UInt32(letter - UInt8(ascii: "0"))
      var count = 1
      while count < 3, position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(bytes[position]) {
        code = code * 8 + UInt32(bytes[position] - UInt8(ascii: "0"))
        position += 1
        count += 1
      }
      return utf8(code)
    default: return [UInt8(ascii: "\\"), letter]
    }
  }

  private static func hexadecimal(_ bytes: [UInt8], at position: inout Int, digits: Int) -> [UInt8]? {
    let text = bytes[position...].prefix(digits)
    guard text.count == digits, text.allSatisfy(\.isHexDigit),
      let code = UInt32(String(decoding: text, as: UTF8.self), radix: 16)
    else { return nil }
    position += digits
    return utf8(code)
  }

  private static func utf8(_ code: UInt32) -> [UInt8]? {
    Unicode.Scalar(code).flatMap { UTF8.encode($0) }.map(Array.init)
  }
}
