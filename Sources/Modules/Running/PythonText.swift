import Values

extension Value {
  /// Python's `str()` of the value: what ansible makes of it where a string is wanted.
  var pythonString: String {
    switch self {
    case .string(let text): text.string
    case .dateTime(let time): time.isoText
    default: pythonRepresentation
    }
  }

  /// Python's `repr()` of the value. A secret stays hidden.
  var pythonRepresentation: String {
    switch self {
    case .null: "None"
    case .bool(let bool): bool ? "True" : "False"
    case .int(let int): String(int)
    case .double(let double): double.pythonRepr
    case .string(let text): PythonText.quoted(text.string)
    // Ansible hands dates to modules in JSON, as texts.
    case .dateTime(let time): PythonText.quoted(time.isoText)
    case .list(let list): "[" + list.map(\.pythonRepresentation).joined(separator: ", ") + "]"
    case .map(let map):
      "{"
        + map.map { "\($0.key.value.pythonRepresentation): \($0.value.pythonRepresentation)" }.joined(separator: ", ")
        + "}"
    case .secret: "'\(Secret.redacted)'"
    case .omit: "omit"
    }
  }

  /// `<class 'list'>`.
  var pythonClass: String { "<class '\(typeName)'>" }
}

private enum PythonText {
  static func quoted(_ string: String) -> String {
    let quote = string.contains("'") && !string.contains("\"") ? "\"" : "'"
    var text = quote
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "'" where quote == "'": text += "\\'"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + quote
  }
}

extension StringProtocol {
  /// Without blanks and line ends at both ends.
  var trimmed: String {
    // Nearly all that hosts say has nothing to cut.
    let isPlain = { (byte: UInt8) in byte > 0x20 && byte < 0x7F }
    let isWhole = utf8.withContiguousStorageIfAvailable { bytes in
      bytes.first.map(isPlain) == true && bytes.last.map(isPlain) == true
    }
    if isWhole == true { return String(self) }
    var rest = Substring(self).unicodeScalars
    while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
