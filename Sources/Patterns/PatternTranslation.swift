import Values

/// A pattern of Python's `re` in PCRE2's spelling.
///
/// The differences, by the documentation of both: `\Z` is the very end, `\v` one character, `[[:x:]]` no class, `{,n}` starts at
/// zero, `\uXXXX` is a character, `(*…)` no verb, and unknown escapes of letters are errors.
struct PatternTranslation: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where in the given pattern each byte of `bytes` comes from, in characters.
  private var origins: [Int] = []
  private var openGroups: [Int] = []
  private var openClass: Int?

  private let pattern: String

  private let isBytes: Bool

  init(_ pattern: String, isBytes: Bool) throws(Diagnostic) {
    self.pattern = pattern
    self.isBytes = isBytes
    let scalars = Array(pattern.unicodeScalars)
    var position = 0
    while position < scalars.count {
      let scalar = scalars[position]
      let next = position + 1 < scalars.count ? scalars[position + 1] : nil
      switch scalar {
      case "\\":
        guard next != nil else { throw failure("bad escape (end of pattern) at position \(position)") }
        position += try escape(scalars, position)
      case "[" where openClass == nil:
        openClass = position
        append("[", from: position)
        position += 1
        if position < scalars.count, scalars[position] == "^" {
          append("^", from: position)
          position += 1
        }
        // A bracket right after the opening one is a member.
        if position < scalars.count, scalars[position] == "]" {
          append("\\]", from: position)
          position += 1
        }
      case "[":
        append("\\[", from: position)
        position += 1
      case "]" where openClass != nil:
        openClass = nil
        append("]", from: position)
        position += 1
      case "(" where openClass == nil:
        if next == "*" { throw failure("nothing to repeat at position \(position + 1)") }
        openGroups.append(position)
        append("(", from: position)
        position += 1
      case ")" where openClass == nil:
        if openGroups.popLast() == nil {
          throw failure("unbalanced parenthesis at position \(position)")
        }
        append(")", from: position)
        position += 1
      case "{" where openClass == nil && next == ",":
        append("{0", from: position)
        position += 1
      default:
        append(String(scalar), from: position)
        position += 1
      }
    }
    if let openClass { throw failure("unterminated character set at position \(openClass)") }
    if let open = openGroups.last {
      throw failure("missing ), unterminated subpattern at position \(open)")
    }
  }

  /// Appends the escape that starts at `position`; gives its length.
  private mutating func escape(_ scalars: [Unicode.Scalar], _ position: Int) throws(Diagnostic) -> Int {
    let letter = scalars[position + 1]
    switch letter {
    case "Z" where openClass == nil: append("\\z", from: position)
    case "v": append("\\x0b", from: position)
    case "u", "U":
      let length = letter == "u" ? 4 : 8
      let digits = scalars.dropFirst(position + 2).prefix(length)
      let text = String(String.UnicodeScalarView(digits))
      guard digits.count == length, let code = UInt32(text, radix: 16), Unicode.Scalar(code) != nil else {
        throw failure("incomplete escape \\\(letter)\(text) at position \(position)")
      }
      append("\\x{\(text)}", from: position)
      return 2 + length
    case "A", "b", "B", "d", "D", "s", "S", "w", "W", "a", "f", "n", "r", "t", "x", "0"..."9":
      if openClass != nil, letter == "A" || letter == "B" {
        throw failure("bad escape \\\(letter) at position \(position)")
      }
      append("\\\(letter)", from: position)
    case "a"..."z", "A"..."Z":
      throw failure("bad escape \\\(letter) at position \(position)")
    default:
      append("\\", from: position)
      append(String(letter), from: position + 1)
    }
    return 2
  }

  private mutating func append(_ text: String, from position: Int) {
    let encoded = isBytes ? text.losslessBytes : Array(text.utf8)
    bytes += encoded
    origins += repeatElement(position, count: encoded.count)
  }

  /// Python's message for an error of PCRE2.
  func error(number: Int, offset: Int, text: String) -> Diagnostic {
    let position = offset < origins.count ? origins[offset] : (origins.last ?? 0) + (offset > 0 ? 1 : 0)
    let message =
      switch number {
      case 109: "nothing to repeat"
      case 108: "bad character range"
      case 115: "invalid group reference"
      case 125: "look-behind requires fixed-width pattern"
      case 143: "redefinition of group name"
      default: text
      }
    // PCRE2 stops behind a quantifier that has nothing to repeat.
    return failure("\(message) at position \(number == 109 ? max(0, position - 1) : position)")
  }

  /// The message is Python's; `re.error` says no more than it and the position.
  private func failure(_ message: String) -> Diagnostic {
    Diagnostic(.template, "Invalid regular expression '\(pattern)': \(message)")
  }
}
