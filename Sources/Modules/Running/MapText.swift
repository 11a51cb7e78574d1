import Values

/// Maps written as one string, where an argument wants a map.
enum MapText {
  /// `a=1, b='two words'`: pairs with commas or blanks between them; quotes and backslashes as in ansible-core.
  static func pairs(_ text: String) -> Map? {
    guard text.contains("=") else { return nil }
    var fields: [String] = []
    var field = ""
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        field.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { field.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == "," || character == " " {
        if !field.isEmpty { fields.append(field) }
        field = ""
      } else {
        field.append(character)
      }
    }
    if !field.isEmpty { fields.append(field) }
    var map = Map()
    for field in fields {
      guard let equals = field.firstIndex(of: "=") else { return nil }
      map[String(field[..<equals])] = .string(String(field[field.index(after: equals)...]))
    }
    return map
  }
}
