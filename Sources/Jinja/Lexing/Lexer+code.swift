/// The inside of `{{ }}` and `{% %}`.
extension Lexer {
  /// Reads tokens up to and with the end delimiter, or to the end of the text when there is none to expect.
  mutating func code(until end: [UInt8]?, isVariable: Bool) throws(SyntaxError) {
    let start = position
    var open: [Symbol] = []
    while position < bytes.count {
      let byte = bytes[position]
      if Lexer.isSpace(byte) {
        position += 1
        continue
      }
      if let end, open.isEmpty {
        if has(end, at: position) {
          endTag(end, isVariable: isVariable, sign: 0)
          return
        }
        let isSign = byte == UInt8(ascii: "-") || (byte == UInt8(ascii: "+") && !isVariable)
        if isSign, has(end, at: position + 1) {
          endTag(end, isVariable: isVariable, sign: byte)
          return
        }
      }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        try string(quote: byte, keepsBackslashes: keepsBackslashes && isVariable)
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
        try name()
      default: try symbol(&open)
      }
    }
    guard end != nil else {
      if let bracket = open.last {
        throw SyntaxError(message: "unexpected end of template, expected '\(bracket.rawValue)'.", offset: position)
      }
      return
    }
    throw SyntaxError(
      message: isVariable
        ? "unexpected end of template, expected 'end of print statement'."
        : "unexpected end of template, expected 'end of statement block'.",
      offset: start, help: "The tag that starts here is never closed.")
  }

  private mutating func name() throws(SyntaxError) {
    let start = position
    var end = start
    var key = NameKey()
    var all: UInt8 = 0
    while end < bytes.count {
      let byte = bytes[end]
      guard Lexer.isWordByte(byte) else { break }
      all |= byte
      key.append(byte)
      end += 1
    }
    position = end
    let isASCII = all < 0x80
    if !isASCII {
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      let isIdentifier = text.unicodeScalars.enumerated().allSatisfy { index, scalar in
        scalar == "_" || (index == 0 ? scalar.properties.isXIDStart : scalar.properties.isXIDContinue)
      }
      guard isIdentifier else {
        throw SyntaxError(message: "Invalid character in identifier", offset: start)
      }
    }
    tokens.addName(start..<position, key)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private mutating func symbol(_ open: inout [Symbol]) throws(SyntaxError) {
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    if let symbol = Symbol(bytes[position], followedBy: next) {
      if let closing = symbol.closing {
        open.append(closing)
      } else if symbol == .closeBracket || symbol == .closeParenthesis || symbol == .closeBrace {
        guard let expected = open.popLast() else {
          throw SyntaxError(message: "unexpected '\(symbol.rawValue)'", offset: position)
        }
        guard expected == symbol else {
          throw SyntaxError(
            message: "unexpected '\(symbol.rawValue)', expected '\(expected.rawValue)'", offset: position)
        }
      }
      tokens.add(.symbol(symbol), at: position)
      position += symbol.length
      return
    }
    throw SyntaxError(
      message: "unexpected char '\(Unicode.Scalar(bytes[position]))' at \(position)", offset: position)
  }

  private mutating func number() throws(SyntaxError) {
    let start = position
    func isDigit(_ index: Int) -> Bool { index < bytes.count && bytes[index] >= 0x30 && bytes[index] <= 0x39 }
    if bytes[position] == UInt8(ascii: "0"), position + 1 < bytes.count {
      let radix: Int? =
        switch bytes[position + 1] | 0x20 {
        case UInt8(ascii: "x"): 16
        case UInt8(ascii: "o"): 8
        case UInt8(ascii: "b"): 2
        default: nil
        }
      if let radix, let end = radixEnd(from: position + 2, radix: radix) {
        let digits = String(decoding: bytes[position + 2..<end].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        position = end
        return try addInteger(Int(digits, radix: radix), at: start)
      }
    }
    digits()
    var isFloat = false
    if position < bytes.count, bytes[position] == UInt8(ascii: "."), isDigit(position + 1) {
      isFloat = true
      position += 1
      digits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      let signed = position + 1 < bytes.count && (bytes[position + 1] == 0x2B || bytes[position + 1] == 0x2D)
      if isDigit(position + (signed ? 2 : 1)) {
        isFloat = true
        position += signed ? 2 : 1
        digits()
      }
    }
    let text = String(decoding: bytes[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    if isFloat {
      tokens.add(.float, .double(Double(text) ?? .infinity), at: start)
    } else {
      try addInteger(Int(text), at: start)
    }
  }

  private mutating func digits() {
    while position < bytes.count {
      let isDigit = bytes[position] >= 0x30 && bytes[position] <= 0x39
      let isGap =
        bytes[position] == UInt8(ascii: "_") && position + 1 < bytes.count && bytes[position + 1] >= 0x30
        && bytes[position + 1] <= 0x39
      guard isDigit || isGap else { return }
      position += 1
    }
  }

  private func radixEnd(from start: Int, radix: Int) -> Int? {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      let value: Int? =
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte) - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte) - 0x41 + 10
        case UInt8(ascii: "_"): 0
        default: nil
        }
      guard let value, value < radix else { break }
      index += 1
    }
    return index > start ? index : nil
  }

  private mutating func addInteger(_ integer: Int?, at start: Int) throws(SyntaxError) {
    guard let integer else {
      throw SyntaxError(
        message: "the integer exceeds 64 bits", offset: start, help: "Write it as a string or as a float.")
    }
    tokens.add(.integer, .int(integer), at: start)
  }

  private mutating func string(quote: UInt8, keepsBackslashes: Bool) throws(SyntaxError) {
    let start = position
    position += 1
    if let end = plainStringEnd(quote) {
      tokens.add(.string, .string(String(decoding: bytes[position..<end], as: UTF8.self)), at: start)
      position = end + 1
      return
    }
    var content: [UInt8] = []
    var hasEscapes = false
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
        hasEscapes = true
        content.append(bytes[position])
        position += 1
      } else if bytes[position] == UInt8(ascii: "\r") {
        if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\n") { position += 1 }
        content.append(UInt8(ascii: "\n"))
        position += 1
        continue
      }
      content.append(bytes[position])
      position += 1
    }
    guard position < bytes.count else {
      throw SyntaxError(
        message: "unexpected char \(quote == UInt8(ascii: "'") ? "\"'\"" : "'\"'") at \(start)", offset: start,
        help: "The string that starts here has no end.")
    }
    position += 1
    let text =
      hasEscapes && !keepsBackslashes ? try unescaped(content, at: start) : String(decoding: content, as: UTF8.self)
    tokens.add(.string, .string(text), at: start)
  }

  /// Where a string ends that holds neither escapes nor line ends to rewrite.
  private func plainStringEnd(_ quote: UInt8) -> Int? {
    var index = position
    while index < bytes.count, bytes[index] != UInt8(ascii: "\\"), bytes[index] != UInt8(ascii: "\r") {
      if bytes[index] == quote { return index }
      index += 1
    }
    return nil
  }

  /// Python's escapes; an unknown one stands for itself.
  private func unescaped(_ content: [UInt8], at start: Int) throws(SyntaxError) -> String {
    var result: [UInt8] = []
    var index = 0
    while index < content.count {
      guard content[index] == UInt8(ascii: "\\"), index + 1 < content.count else {
        result.append(content[index])
        index += 1
        continue
      }
      let escape = content[index + 1]
      index += 2
      switch escape {
      case UInt8(ascii: "\n"): break
      case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(escape)
      case UInt8(ascii: "a"): result.append(7)
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "v"): result.append(11)
      case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
        let width = escape == UInt8(ascii: "x") ? 2 : escape == UInt8(ascii: "u") ? 4 : 8
        guard index + width <= content.count,
          let code = UInt32(String(decoding: content[index..<index + width], as: UTF8.self), radix: 16),
          let scalar = Unicode.Scalar(code)
        else {
          throw SyntaxError(
            message: "the string has an incomplete or invalid \\\(Unicode.Scalar(escape)) escape", offset: start)
        }
        result.append(contentsOf: String(scalar).utf8)
        index += width
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        var code = UInt32(escape - 0x30)
        var length = 1
        while length < 3, index < content.count, content[index] >= 0x30, content[index] <= 0x37 {
          code = code * 8 + UInt32(content[index] - 0x30)
          index += 1
          length += 1
        }
        result.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
      default:
        result.append(UInt8(ascii: "\\"))
        result.append(escape)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
