import Values

/// Splits a line into words as a shell does, with comments: the quoting rules of host lines in INI inventories.
///
/// They are those of Python's `shlex.split(line, comments=True)`: a `#` outside quotes ends the line even within a word.
enum ShellWords {
  struct Word: Sendable {
    let text: String
    /// Where the word starts in the line, in bytes.
    let offset: Int
  }

  enum Failure: Error {
    case openQuote
    case openEscape

    var message: String {
      switch self {
      case .openQuote: "No closing quotation"
      case .openEscape: "No escaped character"
      }
    }
  }

  static func split(_ line: some RandomAccessCollection<UInt8>) throws(Failure) -> [Word] {
    var words: [Word] = []
    var word: [UInt8] = []
    var start: Int?
    var quote: UInt8?
    var isEscaped = false
    var offset = 0

    for byte in line {
      defer { offset += 1 }
      if isEscaped {
        isEscaped = false
        // Between double quotes a backslash guards only the quote and itself.
        if let quote, byte != quote, byte != UInt8(ascii: "\\") { word.append(UInt8(ascii: "\\")) }
        word.append(byte)
        continue
      }
      if let open = quote {
        if byte == open {
          quote = nil
        } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
          isEscaped = true
        } else {
          word.append(byte)
        }
        continue
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
        if let begun = start { words.append(Word(text: String(lossless: word), offset: begun)) }
        start = nil
        word.removeAll(keepingCapacity: true)
        continue
      case UInt8(ascii: "#"):
        if let begun = start { words.append(Word(text: String(lossless: word), offset: begun)) }
        return words
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
      default: word.append(byte)
      }
      if start == nil { start = offset }
    }
    if quote != nil { throw .openQuote }
    if isEscaped { throw .openEscape }
    if let begun = start { words.append(Word(text: String(lossless: word), offset: begun)) }
    return words
  }
}
