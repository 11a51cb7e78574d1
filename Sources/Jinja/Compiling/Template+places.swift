import Values

extension Template {
  /// Where a byte of the template stands in the file it was written in.
  ///
  /// - Parameter origin: the place of the template's text: of a YAML scalar, or the start of a file.
  func place(of offset: Int, origin: Place?) -> Place {
    Template.place(of: offset, in: source, origin: origin)
  }

  static func place(of offset: Int, in source: String, origin: Place?) -> Place {
    let (line, column) = position(of: offset, in: source)
    guard let origin else {
      return Place(SourceFile(path: "<template>", text: source), line: line, column: column)
    }
    let lines = origin.file.text.split(separator: "\n", maxSplits: origin.line + line, omittingEmptySubsequences: false)
    guard origin.line >= 1, origin.line <= lines.count else {
      return line == 1 ? Place(origin.file, line: origin.line, column: origin.column + column - 1) : origin
    }
    let scalars = lines[origin.line - 1].unicodeScalars.dropFirst(origin.column - 1)
    switch scalars.first {
    case "|", ">":
      // A block scalar: its text begins on the next line, indented.
      let index = origin.line + line - 1
      guard index < lines.count else { return origin }
      let indent = lines[origin.line...].first { !$0.allSatisfy(\.isWhitespace) }?.prefix { $0 == " " }.count ?? 0
      return Place(origin.file, line: index + 1, column: indent + column)
    case "\"", "'":
      return line == 1 ? Place(origin.file, line: origin.line, column: origin.column + column) : origin
    default:
      if line == 1 { return Place(origin.file, line: origin.line, column: origin.column + column - 1) }
      return origin.column == 1 ? Place(origin.file, line: origin.line + line - 1, column: column) : origin
    }
  }

  private static func position(of offset: Int, in source: String) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    var position = 0
    for scalar in source.unicodeScalars {
      if position >= offset { break }
      position += UTF8.width(scalar)
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return (line, column)
  }
}
