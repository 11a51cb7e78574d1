/// Lines of a text by their numbers, for excerpts. `\n`, `\r\n` and `\r` end a line.
enum SourceLines {
  /// Line `number` (from 1) without its end, or `nil` past the last one. The text after the last line end is a line.
  static func line(_ number: Int, of text: String) -> String? { lines(number...number, of: text).first }

  /// The lines of a range that exist.
  static func lines(_ numbers: ClosedRange<Int>, of text: String) -> [String] {
    var text = text
    return text.withUTF8 { utf8 in
      var lines: [String] = []
      var number = 1
      var start = 0
      var position = 0
      while number <= numbers.upperBound {
        while position < utf8.count, utf8[position] != newline, utf8[position] != carriageReturn { position += 1 }
        if numbers.contains(number) { lines.append(String(decoding: utf8[start..<position], as: UTF8.self)) }
        guard position < utf8.count else { break }
        let isPair = utf8[position] == carriageReturn && position + 1 < utf8.count && utf8[position + 1] == newline
        position += isPair ? 2 : 1
        start = position
        number += 1
      }
      return lines
    }
  }

  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
