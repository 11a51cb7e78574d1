/// The words of a line of arguments or of a free-form command.
///
/// Words end at a space or a line break, unless a quote, `{{ }}`, `{% %}` or `{# #}` is open there. What follows a word's end (further
/// spaces, line breaks) stays with the word, so that the words, with a space between them where no line ends, make the text
/// again. A backslash that stands alone joins its line to the next. As ansible-core 2.19 does it, found by comparing what both
/// make of random texts.
struct ArgumentWords {
  static let templates: [(open: String, close: String)] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]

  /// `nil` where a quote or a template is open at the end.
  let words: [String]?

  init(_ text: String) {
    var words: [String] = []
    var enclosure = Enclosure()
    func appendToLast(_ text: String) {
      if words.isEmpty { words.append("") }
      words[words.count - 1] += text
    }
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      var isContinued = false
      for (column, piece) in line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).enumerated() {
        if piece.isEmpty, column > 0 {
          appendToLast(" ")
          continue
        }
        if piece.elementsEqual([UInt8(ascii: "\\")]), !enclosure.isQuoted {
          isContinued = true
          continue
        }
        let wasOpen = enclosure.isOpen
        enclosure.take(piece)
        let word = String(Substring(piece))
        if wasOpen {
          appendToLast((column == 0 ? "" : " ") + word)
        } else if !piece.isEmpty {
          words.append(word)
        }
      }
      if number < lines.count - 1, !isContinued { appendToLast("\n") }
    }
    self.words = enclosure.isOpen ? nil : words
  }

  /// What is open at a point of the text.
  private struct Enclosure {
    private var quote: UInt8?
    /// How many templates of each kind are open: also within quotes, and whatever quotes are within them.
    private var depths = [0, 0, 0]

    var isQuoted: Bool { quote != nil }
    var isOpen: Bool { isQuoted || depths != [0, 0, 0] }

    mutating func take(_ piece: Substring.UTF8View) {
      var previous: UInt8?
      for byte in piece {
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\""), previous != UInt8(ascii: "\\") {
          if quote == nil { quote = byte } else if quote == byte { quote = nil }
        }
        previous = byte
      }
      for (index, template) in ArgumentWords.templates.enumerated() {
        let change = Self.count(template.open, in: piece) - Self.count(template.close, in: piece)
        depths[index] = max(0, depths[index] + change)
      }
    }

    /// How often a pair of bytes is there, no byte counted twice.
    private static func count(_ pair: String, in piece: Substring.UTF8View) -> Int {
      var count = 0
      var previous: UInt8?
      for byte in piece {
        if previous == pair.utf8.first, byte == pair.utf8.last {
          count += 1
          previous = nil
        } else {
          previous = byte
        }
      }
      return count
    }
  }
}
