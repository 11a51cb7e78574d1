/// Splits a command as Python's `shlex.split` does: words, both kinds of quotes, backslashes; no expansion.
package enum CommandWords {
  /// The words, or `nil` when a quotation is not closed or a backslash ends the text.
  package static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = text.makeIterator()
    while let character = characters.next() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"" {
          guard let next = characters.next() else { return nil }
          if next != "\"", next != "\\" { word = (word ?? "") + "\\" }
          word = (word ?? "") + String(next)
        } else {
          word = (word ?? "") + String(character)
        }
        continue
      }
      switch character {
      case "'", "\"":
        quote = character
        word = word ?? ""
      case "\\":
        guard let next = characters.next() else { return nil }
        word = (word ?? "") + String(next)
      case " ", "\t", "\n", "\r", "\r\n":
        if let finished = word { words.append(finished) }
        word = nil
      default:
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { return nil }
    if let finished = word { words.append(finished) }
    return words
  }
}
