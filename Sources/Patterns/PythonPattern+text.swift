import Values

/// Python's `re` functions over strings.
extension PythonPattern {
  /// All matches from left to right, as `re.finditer` finds them: an empty match may follow a non-empty one.
  package func matches(in text: [UInt8], limit: Int = .max) throws(Diagnostic) -> [Match] {
    var result: [Match] = []
    var start = 0
    var mayBeEmpty = true
    while start <= text.count, result.count < limit {
      guard let match = try match(text, from: start, notEmpty: !mayBeEmpty) else { break }
      if match.range.lowerBound > start { mayBeEmpty = true }
      result.append(match)
      if match.range.isEmpty {
        // The next match may start here, but not be empty too.
        if match.range.upperBound >= text.count { break }
        start = match.range.upperBound
        mayBeEmpty = false
      } else {
        start = match.range.upperBound
        mayBeEmpty = true
      }
    }
    return result
  }

  /// Whether the pattern is found anywhere.
  package func finds(in text: String) throws(Diagnostic) -> Bool { try match(Array(text.utf8)) != nil }

  /// `re.sub`.
  /// - Parameters:
  ///   - replacement: with `\1`, `\g<name>`, `\g<0>` and `\n`-like escapes.
  ///   - count: at most so many; 0: all.
  /// - Returns: the new text and how many were replaced.
  package func replacing(
    in text: String, with replacement: String, count: Int = 0
  ) throws(Diagnostic) -> (text: String, count: Int) {
    let result = try replacing(in: Array(text.utf8), with: replacement, count: count)
    return (String(decoding: result.bytes, as: UTF8.self), result.count)
  }

  /// `re.sub` over bytes. Without the flag `bytes` they must be UTF-8.
  package func replacing(
    in bytes: [UInt8], with replacement: String, count: Int = 0
  ) throws(Diagnostic) -> (bytes: [UInt8], count: Int) {
    let pieces = try ReplacementPiece.parse(replacement, for: self)
    var result: [UInt8] = []
    var position = 0
    let found = try matches(in: bytes, limit: count > 0 ? count : .max)
    for match in found {
      result += bytes[position..<max(match.range.lowerBound, position)]
      ReplacementPiece.append(pieces, match, of: bytes, to: &result)
      position = max(match.range.upperBound, position)
    }
    result += bytes[position...]
    return (result, found.count)
  }

  /// What a match's replacement comes to, in bytes.
  package func expandBytes(_ replacement: String, _ match: Match, of text: [UInt8]) throws(Diagnostic) -> [UInt8] {
    var result: [UInt8] = []
    ReplacementPiece.append(try ReplacementPiece.parse(replacement, for: self), match, of: text, to: &result)
    return result
  }

  /// What a match's replacement comes to (`Match.expand`).
  package func expand(_ replacement: String, _ match: Match, of text: [UInt8]) throws(Diagnostic) -> String {
    var result: [UInt8] = []
    ReplacementPiece.append(try ReplacementPiece.parse(replacement, for: self), match, of: text, to: &result)
    return String(decoding: result, as: UTF8.self)
  }

  /// The text of a group; `nil` when it took no part.
  package static func text(_ range: Range<Int>?, of text: [UInt8]) -> String? {
    range.map { String(decoding: text[$0], as: UTF8.self) }
  }

  /// `re.split`: the pieces between matches, and the groups' texts between them.
  package func split(_ text: String, limit: Int = 0) throws(Diagnostic) -> [String?] {
    let bytes = Array(text.utf8)
    var result: [String?] = []
    var position = 0
    for match in try matches(in: bytes, limit: limit > 0 ? limit : .max) {
      result.append(String(decoding: bytes[position..<max(match.range.lowerBound, position)], as: UTF8.self))
      result += match.ranges.dropFirst().map { Self.text($0, of: bytes) }
      position = max(match.range.upperBound, position)
    }
    return result + [String(decoding: bytes[position...], as: UTF8.self)]
  }

  /// `re.escape`.
  package static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      if specialScalars.contains(scalar) { result.append("\\") }
      result.unicodeScalars.append(scalar)
    }
  }

  private static let specialScalars = Set("()[]{}?*+-|^$\\.&~# \t\n\r\u{0B}\u{0C}".unicodeScalars)
}

/// A part of a replacement: text, or a group's.
enum ReplacementPiece: Hashable {
  case literal([UInt8])
  case group(Int)

  static func parse(_ template: String, for pattern: PythonPattern) throws(Diagnostic) -> [ReplacementPiece] {
    var pieces: [ReplacementPiece] = []
    var literal: [UInt8] = []
    var rest = Substring(template)
    func failure(_ message: String) -> Diagnostic {
      Diagnostic(.template, "Invalid replacement '\(template)': \(message)")
    }
    func add(_ group: Int) throws(Diagnostic) {
      guard group <= pattern.groupCount else { throw failure("invalid group reference \(group)") }
      if !literal.isEmpty { pieces.append(.literal(literal)) }
      literal = []
      pieces.append(.group(group))
    }
    while let character = rest.popFirst() {
      guard character == "\\" else {
        literal += pattern.worksOnBytes ? String(character).losslessBytes : Array(String(character).utf8)
        continue
      }
      guard let escaped = rest.popFirst() else { throw failure("bad escape (end of pattern)") }
      switch escaped {
      case "g":
        guard rest.popFirst() == "<", let end = rest.firstIndex(of: ">") else { throw failure("missing group name") }
        let name = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        if let number = Int(name) {
          try add(number)
        } else if let number = pattern.groupNames[name] {
          try add(number)
        } else {
          throw failure("unknown group name '\(name)'")
        }
      case "1"..."9":
        var digits = String(escaped)
        if let next = rest.first, next.isASCII, next.isNumber {
          digits.append(next)
          rest.removeFirst()
        }
        try add(Int(digits) ?? 0)
      case "0": literal.append(0)
      case "n": literal.append(0x0A)
      case "r": literal.append(0x0D)
      case "t": literal.append(0x09)
      case "f": literal.append(0x0C)
      case "v": literal.append(0x0B)
      case "a": literal.append(0x07)
      case "b": literal.append(0x08)
      case "\\": literal.append(UInt8(ascii: "\\"))
      default:
        if escaped.isASCII, escaped.isLetter { throw failure("bad escape \\\(escaped)") }
        literal += Array("\\\(escaped)".utf8)
      }
    }
    if !literal.isEmpty { pieces.append(.literal(literal)) }
    return pieces
  }

  static func append(
    _ pieces: [ReplacementPiece], _ match: PythonPattern.Match, of text: [UInt8], to result: inout [UInt8]
  ) {
    for piece in pieces {
      switch piece {
      case .literal(let bytes): result += bytes
      case .group(let number):
        if number < match.ranges.count, let range = match.ranges[number] { result += text[range] }
      }
    }
  }
}
