import Values

/// Python's `json.dumps`.
package enum JSONText {
  /// - Parameters:
  ///   - indent: spaces a level, or `nil` for one line.
  ///   - sortsKeys: whether members stand in the order of their keys.
  ///   - escapesNonASCII: whether characters beyond ASCII are written as `\uXXXX`.
  package static func text(
    _ object: Object, indent: Int?, sortsKeys: Bool = false, escapesNonASCII: Bool = true,
    separators: (item: String, key: String)? = nil, in scope: Scope
  ) throws -> String {
    var writer = Writer(
      indent: indent, sortsKeys: sortsKeys, escapesNonASCII: escapesNonASCII,
      itemSeparator: separators?.item ?? (indent == nil ? ", " : ","), keySeparator: separators?.key ?? ": ",
      scope: scope)
    try writer.write(object, depth: 0)
    return writer.output
  }

  private struct Writer {
    let indent: Int?
    let sortsKeys: Bool
    let escapesNonASCII: Bool
    let itemSeparator: String
    let keySeparator: String
    let scope: Scope
    var output = ""

    mutating func write(_ object: Object, depth: Int) throws {
      guard depth < Object.maximumDepth else { throw Object.tooDeep }
      switch object {
      case .none: output += "null"
      case .bool(let bool): output += bool ? "true" : "false"
      case .int(let int): output += String(int)
      case .double(let double):
        output +=
          double.isNaN ? "NaN" : double.isInfinite ? (double < 0 ? "-Infinity" : "Infinity") : double.pythonRepr
      case .string, .secret: write(quoted: object.string ?? "")
      case .undefined(let undefined): throw undefined.error()
      case .list, .tuple: try write(try object.elements(in: scope), depth)
      case .dict: try write(members: object, depth)
      case .native(let native) where native.isMapping: try write(members: object, depth)
      case .native(let native) where native.isSequence && !(native is RangeObject):
        try write(try native.elements(in: scope), depth)
      case .native, .set, .omit:
        throw Diagnostic(.template, "Object of type \(object.typeName) is not JSON serializable")
      }
      try scope.runtime.checkSize(output.utf8.count)
    }

    private mutating func write(_ elements: [Object], _ depth: Int) throws {
      guard !elements.isEmpty else {
        output += "[]"
        return
      }
      output += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { output += itemSeparator }
        newline(depth + 1)
        try write(element, depth: depth + 1)
      }
      newline(depth)
      output += "]"
    }

    private mutating func write(members object: Object, _ depth: Int) throws {
      var items = try object.items(in: scope)
      guard !items.isEmpty else {
        output += "{}"
        return
      }
      if sortsKeys {
        items = try Sorting.sorted(items.map { .tuple([$0.key, $0.value]) }) { try $0.item(.int(0), in: scope) }.map {
          (try $0.item(.int(0), in: scope), try $0.item(.int(1), in: scope))
        }
      }
      output += "{"
      for (index, item) in items.enumerated() {
        if index > 0 { output += itemSeparator }
        newline(depth + 1)
        write(quoted: try name(item.key))
        output += keySeparator
        try write(item.value, depth: depth + 1)
      }
      newline(depth)
      output += "}"
    }

    private func name(_ key: Object) throws -> String {
      switch key {
      case .string, .secret: key.string ?? ""
      case .none: "null"
      case .bool(let bool): bool ? "true" : "false"
      case .int(let int): String(int)
      case .double(let double): double.pythonRepr
      default:
        throw Diagnostic(
          .template, "keys must be str, int, float, bool or None, not \(key.typeName)")
      }
    }

    private mutating func newline(_ depth: Int) {
      guard let indent else { return }
      output += "\n" + String(repeating: " ", count: max(0, indent) * depth)
    }

    private mutating func write(quoted text: String) {
      output += "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": output += "\\\""
        case "\\": output += "\\\\"
        case "\n": output += "\\n"
        case "\r": output += "\\r"
        case "\t": output += "\\t"
        case "\u{8}": output += "\\b"
        case "\u{c}": output += "\\f"
        case _ where scalar.value < 0x20 || (escapesNonASCII && scalar.value > 0x7E):
          if scalar.value == 0x7F {
            output.unicodeScalars.append(scalar)
          } else {
            for unit in UTF16.encode(scalar).map(Array.init) ?? [] { output += "\\u" + Object.hex(UInt32(unit), 4) }
          }
        default: output.unicodeScalars.append(scalar)
        }
      }
      output += "\""
    }
  }
}
