import Values

/// Writes TOML in the layout of Python's `tomli_w`, which ansible-inventory uses: what is no table first, tables after it under
/// headings of their own, lists of tables in one line each where that is short.
struct TOMLWriter {
  private var text = ""

  private static let widthLimit = 100
  private static let depthBudget = 200

  /// - Throws: for a null, which TOML does not have.
  static func bytes(_ map: Map) throws(Diagnostic) -> [UInt8] {
    var writer = TOMLWriter()
    try writer.write(map, name: "", isListItem: false, path: [])
    return writer.text.losslessBytes
  }

  private mutating func write(_ table: Map, name: String, isListItem: Bool, path: [String]) throws(Diagnostic) {
    try Self.check(depth: path.count)
    var plain: [(key: String, value: Value)] = []
    var tables: [(key: String, table: Map, isListItem: Bool)] = []
    for (key, value) in table {
      let key = PythonText.str(key.value)
      if let map = value.map {
        tables.append((key, map, false))
      } else if let items = value.list, try Self.needsHeadings(items, path + [key]) {
        tables += items.map { (key, $0.map ?? Map(), true) }
      } else {
        plain.append((key, value))
      }
    }
    var isOpen = false
    if isListItem || (!name.isEmpty && (!plain.isEmpty || tables.isEmpty)) {
      text += isListItem ? "[[\(name)]]\n" : "[\(name)]\n"
      isOpen = true
    }
    for (key, value) in plain {
      text += "\(Self.key(key)) = \(try Self.literal(value, level: 0, path + [key]))\n"
      isOpen = true
    }
    for (key, table, isListItem) in tables {
      if isOpen { text += "\n" }
      isOpen = true
      let part = Self.key(key)
      try write(table, name: name.isEmpty ? part : "\(name).\(part)", isListItem: isListItem, path: path + [key])
    }
  }

  /// Whether a list is one of tables that are too long for a line.
  private static func needsHeadings(_ items: [Value], _ path: [String]) throws(Diagnostic) -> Bool {
    guard !items.isEmpty, items.allSatisfy({ $0.map != nil }) else { return false }
    for item in items {
      let line = "    \(try literal(item, level: 0, path)),"
      if line.unicodeScalars.count > widthLimit || line.contains("\n") { return true }
    }
    return false
  }

  private static func literal(_ value: Value, level: Int, _ path: [String]) throws(Diagnostic) -> String {
    try check(depth: level)
    switch value {
    case .bool(let bool): return bool ? "true" : "false"
    case .int(let int): return String(int)
    case .double(let double): return double.pythonRepr
    case .string(let text): return quoted(text.string)
    case .dateTime(let time): return time.text
    case .secret: return quoted(Secret.redacted)
    case .list(let list):
      if list.isEmpty { return "[]" }
      var lines: [String] = []
      for item in list {
        lines.append(String(repeating: " ", count: 4 * (level + 1)) + (try literal(item, level: level + 1, path)))
      }
      return "[\n" + lines.joined(separator: ",\n") + ",\n" + String(repeating: " ", count: 4 * level) + "]"
    case .map(let map):
      if map.isEmpty { return "{}" }
      var pairs: [String] = []
      for (key, value) in map {
        pairs.append("\(Self.key(PythonText.str(key.value))) = \(try literal(value, level: level + 1, path))")
      }
      return "{ " + pairs.joined(separator: ", ") + " }"
    case .null, .omit:
      throw Diagnostic(
        .invalid, "TOML has no null, which is the value of \(path.joined(separator: "."))",
        help: "Use --yaml or the default JSON for this inventory.")
    }
  }

  private static func check(depth: Int) throws(Diagnostic) {
    guard depth < depthBudget else {
      throw Diagnostic(.limit, "Values are nested deeper than \(depthBudget)")
    }
  }

  private static func key(_ key: String) -> String {
    let isBare =
      !key.isEmpty
      && key.utf8.allSatisfy {
        $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
    return isBare ? key : quoted(key)
  }

  private static func quoted(_ string: String) -> String {
    var result = String.UnicodeScalarView(["\""])
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += ["\\", scalar]
      case "\u{08}": result += "\\b".unicodeScalars
      case "\n": result += "\\n".unicodeScalars
      case "\u{0C}": result += "\\f".unicodeScalars
      case "\r": result += "\\r".unicodeScalars
      case "\t": result.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".unicodeScalars
      default: result.append(scalar)
      }
    }
    result.append("\"")
    return String(result)
  }
}
