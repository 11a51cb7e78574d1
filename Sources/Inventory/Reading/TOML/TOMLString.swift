import Values

/// TOML's four kinds of strings.
enum TOMLString {
  /// The text of the string whose opening quote is at `position`, which moves behind the closing one.
  /// - Parameter allowsLines: whether three quotes may open a string of several lines.
  /// - Returns: `nil` when it is not closed or has a broken escape.
  static func read(_ bytes: [UInt8], at position: inout Int, allowsLines: Bool) throws(Diagnostic) -> String? {
    guard position < bytes.count else { return nil }
    let quote = bytes[position]
    let isLiteral = quote == UInt8(ascii: "'")
    let isTriple = allowsLines && bytes[position...].starts(with: [quote, quote, quote])
    position += isTriple ? 3 : 1
    if isTriple {
      if bytes[position...].starts(with: [0x0D, 0x0A]) {
        position += 2
      } else if bytes[position...].first == 0x0A {
        position += 1
      }
    }
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      if byte == quote, !isTriple || bytes[position...].starts(with: [quote, quote, quote]) {
        // Up to two quotes may stand right before the closing three.
        while isTriple, bytes[position...].dropFirst(3).first == quote {
          text.append(quote)
          position += 1
        }
        position += isTriple ? 3 : 1
        return String(lossless: text)
      }
      if byte == 0x0A, !isTriple { return nil }
      position += 1
      guard byte == UInt8(ascii: "\\"), !isLiteral else {
        text.append(byte)
        continue
      }
      guard let escaped = escape(bytes, at: &position, allowsLines: isTriple) else { return nil }
      text += escaped
    }
    return nil
  }

  private static func escape(_ bytes: [UInt8], at position: inout Int, allowsLines: Bool) -> [UInt8]? {
    guard position < bytes.count else { return nil }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [letter]
    case UInt8(ascii: "u"): return scalar(bytes, at: &position, digits: 4)
    case UInt8(ascii: "U"): return scalar(bytes, at: &position, digits: 8)
    case 0x20, 0x09, 0x0A, 0x0D:
      guard allowsLines else { return nil }
      // A backslash at a line's end joins it with the next text.
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
      return []
    default: return nil
    }
  }

  private static func scalar(_ bytes: [UInt8], at position: inout Int, digits: Int) -> [UInt8]? {
    let text = bytes[position...].prefix(digits)
    guard text.count == digits, text.allSatisfy(\.isHexDigit),
      let code = UInt32(String(decoding: text, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(code)
    else { return nil }
    position += digits
    return UTF8.encode(scalar).map(Array.init)
  }
}
