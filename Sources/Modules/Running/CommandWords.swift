/// Splits a command as Python's `shlex.split` does: words, both kinds of quotes, backslashes; no expansion.
package enum CommandWords {
  /// The words, or `nil` when a quotation is not closed or a backslash ends the text.
  package static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: [UInt8]?
    var quote: UInt8?
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      if let open = quote {
        if byte == open {
          quote = nil
        } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
          guard let next = bytes.next() else { return nil }
          if next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") { word?.append(byte) }
          word?.append(next)
        } else {
          word?.append(byte)
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        quote = byte
        word = word ?? []
      case UInt8(ascii: "\\"):
        guard let next = bytes.next() else { return nil }
        word = (word ?? []) + [next]
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        if let finished = word { words.append(String(lossless: finished)) }
        word = nil
      default:
        if word == nil { word = [] }
        word?.append(byte)
      }
    }
    guard quote == nil else { return nil }
    if let finished = word { words.append(String(lossless: finished)) }
    return words
  }
}
