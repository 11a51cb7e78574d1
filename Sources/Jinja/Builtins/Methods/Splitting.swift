/// How Python cuts texts into words and lines.
package enum Splitting {
  /// `str.split()`: the words between runs of spaces; after `limit` words the rest is one.
  package static func words(_ text: String, limit: Int = -1) -> [String] {
    var words: [String] = []
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    while true {
      while index < scalars.endIndex, scalars[index].isPythonSpace { index = scalars.index(after: index) }
      guard index < scalars.endIndex else { return words }
      if limit >= 0, words.count == limit {
        words.append(String(scalars[index...]))
        return words
      }
      let start = index
      while index < scalars.endIndex, !scalars[index].isPythonSpace { index = scalars.index(after: index) }
      words.append(String(scalars[start..<index]))
    }
  }

  /// `str.rsplit()` without a separator.
  static func wordsFromEnd(_ text: String, limit: Int) -> [String] {
    let reversed = words(String(scalars: text.unicodeScalars.reversed()), limit: limit)
    return reversed.reversed().map { String(scalars: $0.unicodeScalars.reversed()) }
  }

  /// `str.splitlines()`.
  package static func lines(_ text: String, keepsEnds: Bool = false) -> [String] {
    var lines: [String] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      var next = scalars.index(after: index)
      guard isLineEnd(scalar) else {
        index = next
        continue
      }
      if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" { next = scalars.index(after: next) }
      lines.append(String(scalars[start..<(keepsEnds ? next : index)]))
      start = next
      index = next
    }
    if start < scalars.endIndex { lines.append(String(scalars[start...])) }
    return lines
  }

  static func stripped(_ text: String, start: Bool, end: Bool, _ isStripped: (Unicode.Scalar) -> Bool) -> String {
    var part = text.unicodeScalars[...]
    if start { part = part.drop(while: isStripped) }
    if end {
      while let last = part.last, isStripped(last) { part.removeLast() }
    }
    return String(part)
  }

  private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}

/// How Python changes the case of texts.
enum Casing {
  static func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return "" }
    return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
  }

  /// `str.title()`: a capital after everything that has no case.
  static func titled(_ text: String) -> String {
    var result = ""
    var wasCased = false
    for scalar in text.unicodeScalars {
      result += wasCased ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      wasCased = scalar.properties.isCased
    }
    return result
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
