/// Python's strings are sequences of code points; these walk a Swift string so, quickly when it is ASCII.
extension String {
  /// Whether every character is one byte; then positions are bytes.
  package var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }

  /// The number of code points.
  package var scalarCount: Int { isASCII ? utf8.count : unicodeScalars.count }

  /// The code point at a position, from the end when negative.
  func scalar(at index: Int) -> Unicode.Scalar? {
    if isASCII {
      let position = index < 0 ? index + utf8.count : index
      guard position >= 0, position < utf8.count else { return nil }
      return Unicode.Scalar(utf8[utf8.index(utf8.startIndex, offsetBy: position)])
    }
    let count = unicodeScalars.count
    let position = index < 0 ? index + count : index
    guard position >= 0, position < count else { return nil }
    return unicodeScalars[unicodeScalars.index(unicodeScalars.startIndex, offsetBy: position)]
  }

  func slice(_ start: Int?, _ stop: Int?, _ step: Int) -> String {
    if isASCII {
      let positions = Object.positions(start, stop, step, count: utf8.count)
      let bytes = Array(utf8)
      return String(decoding: positions.map { bytes[$0] }, as: UTF8.self)
    }
    let scalars = Array(unicodeScalars)
    var result = String.UnicodeScalarView()
    for position in Object.positions(start, stop, step, count: scalars.count) { result.append(scalars[position]) }
    return String(result)
  }

  /// The text of some of the code points.
  init(scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self = String(view)
  }

  /// Whether `needle` occurs, compared by code point.
  package func containsText(_ needle: String) -> Bool {
    firstOffset(of: Array(needle.utf8), in: Array(utf8), from: 0) != nil
  }

  /// Splits at every `separator` (not empty), at most `limit` times, compared by code point.
  package func splitText(_ separator: String, limit: Int = .max) -> [String] {
    let needle = Array(separator.utf8)
    let bytes = Array(utf8)
    var pieces: [String] = []
    var start = 0
    while pieces.count < limit, let found = firstOffset(of: needle, in: bytes, from: start) {
      pieces.append(String(decoding: bytes[start..<found], as: UTF8.self))
      start = found + needle.count
    }
    pieces.append(String(decoding: bytes[start...], as: UTF8.self))
    return pieces
  }

  /// Replaces `old` by `new`, at most `limit` times, compared by code point; an empty `old` matches between characters.
  package func replacingText(_ old: String, _ new: String, limit: Int = .max) -> String {
    if limit <= 0 { return self }
    guard old.isEmpty else { return splitText(old, limit: limit).joined(separator: new) }
    var result = ""
    var remaining = limit
    for scalar in unicodeScalars {
      if remaining > 0 {
        result += new
        remaining -= 1
      }
      result.unicodeScalars.append(scalar)
    }
    return remaining > 0 ? result + new : result
  }

  private func firstOffset(of needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard let first = needle.first else { return start <= bytes.count ? start : nil }
    guard bytes.count >= needle.count else { return nil }
    var position = start
    let last = bytes.count - needle.count
    while position <= last {
      if bytes[position] == first, bytes[position..<position + needle.count].elementsEqual(needle) { return position }
      position += 1
    }
    return nil
  }
}

extension Unicode.Scalar {
  /// Python's `str.isspace` for one character.
  package var isPythonSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }
}
