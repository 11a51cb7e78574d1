import Values

/// Tables of text as Python's `csv` reads them.
struct CSVFormat {
  var delimiter: Unicode.Scalar = ","
  var quote: Unicode.Scalar = "\""
  var skipsInitialSpace = false
  /// Whether what stands after a closing quote, and a quote that is never closed, are errors.
  var isStrict = false

  func rows(_ text: String) throws(Diagnostic) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell = String.UnicodeScalarView()
    var isQuoted = false
    var wasQuoted = false
    var isStart = true
    var line = 1
    func finishCell() {
      row.append(String(cell))
      cell = String.UnicodeScalarView()
      isStart = true
      wasQuoted = false
    }
    func finishRow() {
      // A line without anything is no row of one empty cell.
      if row.isEmpty, cell.isEmpty, !wasQuoted { return }
      finishCell()
      rows.append(row)
      row = []
    }
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if isQuoted {
        if scalar == quote {
          if scalars.first == quote { cell.append(scalars.removeFirst()) } else { isQuoted = false }
        } else {
          cell.append(scalar)
        }
        if scalar == "\n" { line += 1 }
      } else if scalar == quote, isStart {
        (isQuoted, wasQuoted, isStart) = (true, true, false)
      } else if scalar == delimiter {
        finishCell()
      } else if scalar == "\n" || scalar == "\r" {
        if scalar == "\r", scalars.first == "\n" { scalars.removeFirst() }
        finishRow()
        (isStart, wasQuoted) = (true, false)
        line += 1
      } else if isStart, skipsInitialSpace, scalar == " " {
      } else {
        if wasQuoted, isStrict {
          throw Diagnostic(
            .syntax, "line \(line): '\(delimiter)' is expected after the closing '\(quote)', not '\(scalar)'")
        }
        cell.append(scalar)
        isStart = false
      }
    }
    if isQuoted, isStrict { throw Diagnostic(.syntax, "line \(line): the quote '\(quote)' is never closed") }
    finishRow()
    return rows
  }
}
