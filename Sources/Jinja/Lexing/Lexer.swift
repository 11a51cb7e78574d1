import Glibc

/// Cuts a template into tokens, as Jinja2 3.1 does.
struct Lexer {
  let bytes: [UInt8]
  let options: JinjaOptions
  /// Whether backslashes in string constants of `{{ }}` stand for themselves: in a YAML string they were resolved already.
  let keepsBackslashes: Bool
  var position = 0
  var tokens: Tokens

  private let delimiters: [Delimiter]
  /// The bytes with which the delimiters begin.
  private let firstBytes: (UInt8, UInt8, UInt8)
  /// Whether they are `{%`, `{{` and `{#`.
  private let hasUsualDelimiters: Bool
  private let blockStart: [UInt8]
  private let blockEnd: [UInt8]
  private let variableEnd: [UInt8]
  private let commentEnd: [UInt8]
  private let newline: String?
  private let hasCarriageReturns: Bool

  private struct Delimiter {
    enum Kind { case block, variable, comment }
    let kind: Kind
    let bytes: [UInt8]
  }

  init(_ source: String, options: JinjaOptions, keepsBackslashes: Bool) {
    bytes = Array(source.utf8)
    tokens = Tokens(bytes)
    self.options = options
    self.keepsBackslashes = keepsBackslashes
    blockStart = Array(options.blockStart.utf8)
    blockEnd = Array(options.blockEnd.utf8)
    variableEnd = Array(options.variableEnd.utf8)
    commentEnd = Array(options.commentEnd.utf8)
    // Where two delimiters fit, the longer one is meant.
    delimiters = [
      Delimiter(kind: .comment, bytes: Array(options.commentStart.utf8)),
      Delimiter(kind: .block, bytes: blockStart),
      Delimiter(kind: .variable, bytes: Array(options.variableStart.utf8)),
    ].sorted { $0.bytes.count > $1.bytes.count }
    firstBytes = (
      options.commentStart.utf8.first ?? 0, options.blockStart.utf8.first ?? 0, options.variableStart.utf8.first ?? 0
    )
    let usual = JinjaOptions()
    hasUsualDelimiters =
      options.blockStart == usual.blockStart && options.variableStart == usual.variableStart
      && options.commentStart == usual.commentStart
    newline = options.newlineSequence == "\n" ? nil : options.newlineSequence
    hasCarriageReturns = Lexer.index(of: UInt8(ascii: "\r"), in: bytes, from: 0) != nil
  }

  /// The tokens of a whole template.
  static func template(
    _ source: String, options: JinjaOptions, keepsBackslashes: Bool = false
  ) throws(SyntaxError) -> Tokens {
    var lexer = Lexer(source, options: options, keepsBackslashes: keepsBackslashes)
    try lexer.template()
    return lexer.tokens
  }

  /// The tokens of a lone expression, without delimiters.
  static func expression(_ source: String, keepsBackslashes: Bool = false) throws(SyntaxError) -> Tokens {
    var lexer = Lexer(source, options: JinjaOptions(), keepsBackslashes: keepsBackslashes)
    try lexer.code(until: nil, isVariable: true)
    lexer.tokens.add(.end, at: lexer.bytes.count)
    return lexer.tokens
  }

  private mutating func template() throws(SyntaxError) {
    guard bytes.count < Tokens.mostBytes else {
      throw SyntaxError(message: "the template is larger than \(Tokens.mostBytes) bytes", offset: 0)
    }
    let end = endOfText()
    let (variableEnd, blockEnd) = (variableEnd, blockEnd)
    var dataStart = 0
    var lineStarts = true
    while let (kind, start, length) = nextDelimiter(from: position, before: end) {
      tokens.hasTags = true
      let sign = start + length < end ? bytes[start + length] : 0
      addData(from: dataStart, to: trimmedEnd(dataStart, start, kind, sign, lineStarts))
      position = start + length + (sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? 1 : 0)
      switch kind {
      case .comment: try comment(from: start)
      case .variable:
        tokens.add(.variableBegin, at: start)
        try code(until: variableEnd, isVariable: true)
      case .block:
        if let contentStart = rawStart() {
          try raw(from: contentStart, tag: start)
        } else {
          tokens.add(.blockBegin, at: start)
          try code(until: blockEnd, isVariable: false)
        }
      }
      position = min(position, end)
      dataStart = position
      lineStarts = position > 0 && bytes[position - 1] == UInt8(ascii: "\n")
    }
    addData(from: dataStart, to: end)
    tokens.add(.end, at: end)
  }

  /// Jinja drops one newline at the end of the text.
  private func endOfText() -> Int {
    var end = bytes.count
    guard !options.keepTrailingNewline else { return end }
    if end > 0, bytes[end - 1] == UInt8(ascii: "\n") {
      end -= 1
      if end > 0, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    } else if end > 0, bytes[end - 1] == UInt8(ascii: "\r") {
      end -= 1
    }
    return end
  }

  private func nextDelimiter(from start: Int, before end: Int) -> (Delimiter.Kind, Int, Int)? {
    if hasUsualDelimiters { return nextUsualDelimiter(from: start, before: end) }
    var index = start
    while index < end {
      let byte = bytes[index]
      if byte == firstBytes.0 || byte == firstBytes.1 || byte == firstBytes.2 {
        for delimiter in delimiters where has(delimiter.bytes, at: index, before: end) {
          return (delimiter.kind, index, delimiter.bytes.count)
        }
      }
      index += 1
    }
    return nil
  }

  private func nextUsualDelimiter(from start: Int, before end: Int) -> (Delimiter.Kind, Int, Int)? {
    var index = start
    while let brace = Lexer.index(of: UInt8(ascii: "{"), in: bytes, from: index), brace + 1 < end {
      switch bytes[brace + 1] {
      case UInt8(ascii: "{"): return (.variable, brace, 2)
      case UInt8(ascii: "%"): return (.block, brace, 2)
      case UInt8(ascii: "#"): return (.comment, brace, 2)
      default: index = brace + 1
      }
    }
    return nil
  }

  func has(_ pattern: [UInt8], at index: Int) -> Bool { has(pattern, at: index, before: bytes.count) }

  private func has(_ pattern: [UInt8], at index: Int, before end: Int) -> Bool {
    guard index + pattern.count <= end, !pattern.isEmpty else { return false }
    var offset = 0
    while offset < pattern.count {
      if bytes[index + offset] != pattern[offset] { return false }
      offset += 1
    }
    return true
  }

  /// Where a byte comes next.
  private static func index(of byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
    bytes.withUnsafeBufferPointer { buffer in
      guard start < buffer.count, let base = buffer.baseAddress,
        let found = memchr(base + start, Int32(byte), buffer.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// Where the text before a tag ends, after what `-` and `lstrip_blocks` take away.
  private func trimmedEnd(
    _ start: Int, _ end: Int, _ kind: Delimiter.Kind, _ sign: UInt8, _ lineStarts: Bool
  ) -> Int {
    if sign == UInt8(ascii: "-") {
      var index = end
      while index > start, Lexer.isSpace(bytes[index - 1]) { index -= 1 }
      return index
    }
    guard options.lstripBlocks, sign != UInt8(ascii: "+"), kind != .variable else { return end }
    var index = end
    while index > start, bytes[index - 1] == UInt8(ascii: " ") || bytes[index - 1] == UInt8(ascii: "\t") { index -= 1 }
    let atLineStart = index > start ? bytes[index - 1] == UInt8(ascii: "\n") : lineStarts
    return atLineStart ? index : end
  }

  private mutating func addData(from start: Int, to end: Int) {
    guard start < end else { return }
    if newline == nil, !hasCarriageReturns || !bytes[start..<end].contains(UInt8(ascii: "\r")) {
      tokens.add(.data, at: start, detail: end)
    } else {
      tokens.addData(normalised(bytes[start..<end]), at: start)
    }
  }

  /// The text with every kind of newline as the one that was asked for.
  private func normalised(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    let newline = Array(options.newlineSequence.utf8)
    var previous: UInt8 = 0
    for byte in text {
      if byte == UInt8(ascii: "\r") || (byte == UInt8(ascii: "\n") && previous != UInt8(ascii: "\r")) {
        result.append(contentsOf: newline)
      } else if byte != UInt8(ascii: "\n") {
        result.append(byte)
      }
      previous = byte
    }
    return result
  }

  private mutating func comment(from start: Int) throws(SyntaxError) {
    while position < bytes.count {
      if has(commentEnd, at: position) {
        let sign = position > 0 ? bytes[position - 1] : 0
        position += commentEnd.count
        skipAfterTag(sign)
        return
      }
      position += 1
    }
    throw SyntaxError(message: "Missing end of comment tag", offset: start)
  }

  /// Skips what a tag's end takes from the text after it: all spaces with `-`, one newline with `trim_blocks`.
  private mutating func skipAfterTag(_ sign: UInt8) {
    if sign == UInt8(ascii: "-") {
      while position < bytes.count, Lexer.isSpace(bytes[position]) { position += 1 }
    } else if options.trimBlocks, sign != UInt8(ascii: "+") {
      if position < bytes.count, bytes[position] == UInt8(ascii: "\r"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "\n")
      {
        position += 2
      } else if position < bytes.count, bytes[position] == UInt8(ascii: "\n") {
        position += 1
      }
    }
  }

  private static let rawTag = Array("raw".utf8)
  private static let endRawTag = Array("endraw".utf8)

  /// Where the content of a raw block begins, when the tag at the position is `raw`.
  private func rawStart() -> Int? {
    var index = position
    while index < bytes.count, Lexer.isSpace(bytes[index]) { index += 1 }
    guard has(Lexer.rawTag, at: index) else { return nil }
    index += 3
    while index < bytes.count, Lexer.isSpace(bytes[index]) { index += 1 }
    if index < bytes.count, bytes[index] == UInt8(ascii: "-"), has(blockEnd, at: index + 1) {
      index += 1 + blockEnd.count
      while index < bytes.count, Lexer.isSpace(bytes[index]) { index += 1 }
      return index
    }
    guard has(blockEnd, at: index) else { return nil }
    index += blockEnd.count
    return index
  }

  private mutating func raw(from start: Int, tag: Int) throws(SyntaxError) {
    var index = start
    while index < bytes.count {
      guard has(blockStart, at: index) else {
        index += 1
        continue
      }
      var inner = index + blockStart.count
      let sign = inner < bytes.count ? bytes[inner] : 0
      if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { inner += 1 }
      while inner < bytes.count, Lexer.isSpace(bytes[inner]) { inner += 1 }
      if has(Lexer.endRawTag, at: inner) {
        inner += 6
        while inner < bytes.count, Lexer.isSpace(bytes[inner]) { inner += 1 }
        let endSign = inner < bytes.count ? bytes[inner] : 0
        if endSign == UInt8(ascii: "-") || endSign == UInt8(ascii: "+") { inner += 1 }
        if has(blockEnd, at: inner) {
          addData(from: start, to: trimmedEnd(start, index, .block, sign, false))
          position = inner + blockEnd.count
          skipAfterTag(endSign)
          return
        }
      }
      index += 1
    }
    throw SyntaxError(message: "Missing end of raw directive", offset: tag)
  }

  /// Ends a tag: its sign decides what the following text loses.
  mutating func endTag(_ end: [UInt8], isVariable: Bool, sign: UInt8) {
    tokens.add(isVariable ? .variableEnd : .blockEnd, at: position)
    position += end.count + (sign == 0 ? 0 : 1)
    if isVariable {
      if sign == UInt8(ascii: "-") { skipAfterTag(sign) }
    } else {
      skipAfterTag(sign)
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}
