import Values

extension Object {
  /// What Python's `str()` gives.
  package func text() throws -> String {
    switch self {
    case .string(let text): text.string
    case .secret(let secret): secret.reveal()
    case .native(let native): try native.text()
    case .undefined(let undefined) where undefined.isNothing: ""
    default: try repr()
    }
  }

  /// What Python's `repr()` gives.
  package func repr(depth: Int = 0) throws -> String {
    switch self {
    case .none: return "None"
    case .bool(let bool): return bool ? "True" : "False"
    case .int(let int): return String(int)
    case .double(let double): return double.pythonRepr
    case .string, .secret, .omit, .undefined, .native: break
    default:
      var output = ""
      try write(repr: &output, depth: depth)
      return output
    }
    var output = ""
    try write(repr: &output, depth: depth)
    return output
  }

  /// Values nested deeper than this can't be shown, compared or exported.
  static let maximumDepth = 128
  /// How long the text of a value may be: lists that hold each other twice could grow without end.
  private static let maximumBytes = JinjaLimits().outputBytes

  private func write(repr output: inout String, depth: Int) throws {
    guard depth < Object.maximumDepth else { throw Object.tooDeep }
    guard output.utf8.count < Object.maximumBytes else { throw Object.tooLong }
    switch self {
    case .string(let text):
      if text.isMarkup { output += "Markup(" }
      Object.write(quoted: text.string, to: &output)
      if text.isMarkup { output += ")" }
    case .secret(let secret): Object.write(quoted: secret.reveal(), to: &output)
    case .list(let list):
      output += "["
      for index in 0..<list.count {
        if index > 0 { output += ", " }
        try list.element(index).write(repr: &output, depth: depth + 1)
      }
      output += "]"
    case .tuple(let tuple):
      output += "("
      for (index, element) in tuple.elements.enumerated() {
        if index > 0 { output += ", " }
        try element.write(repr: &output, depth: depth + 1)
      }
      output += tuple.elements.count == 1 ? ",)" : ")"
    case .set(let set):
      if set.count == 0 {
        output += "set()"
        return
      }
      output += "{"
      for (index, element) in set.elements.enumerated() {
        if index > 0 { output += ", " }
        try element.write(repr: &output, depth: depth + 1)
      }
      output += "}"
    case .dict(let dict):
      output += "{"
      for (index, member) in try dict.members().enumerated() {
        if index > 0 { output += ", " }
        try member.key.object.write(repr: &output, depth: depth + 1)
        output += ": "
        try member.value.write(repr: &output, depth: depth + 1)
      }
      output += "}"
    case .omit: output += "<<Omit>>"
    case .undefined(let undefined): throw undefined.error()
    case .native(let native): output += try native.repr(depth: depth)
    case .none, .bool, .int, .double: output += try repr()
    }
  }

  private static var tooLong: Diagnostic {
    Diagnostic(.limit, "the text of the value grows beyond \(maximumBytes) bytes")
  }

  static var tooDeep: Diagnostic { Diagnostic(.limit, "the value is nested more than \(maximumDepth) levels deep") }

  /// Appends a text as Python's `repr` quotes it.
  static func write(quoted text: String, to output: inout String) {
    let hasSingle = text.utf8.contains(UInt8(ascii: "'"))
    let quote: Unicode.Scalar = hasSingle && !text.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    output.unicodeScalars.append(quote)
    let plain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "'") }
    if plain {
      output += text
    } else {
      for scalar in text.unicodeScalars { write(escaped: scalar, quote: quote, to: &output) }
    }
    output.unicodeScalars.append(quote)
  }

  private static func write(escaped scalar: Unicode.Scalar, quote: Unicode.Scalar, to output: inout String) {
    switch scalar {
    case "\\": output += "\\\\"
    case "\n": output += "\\n"
    case "\r": output += "\\r"
    case "\t": output += "\\t"
    case quote:
      output += "\\"
      output.unicodeScalars.append(quote)
    case _ where scalar.value < 0x20 || scalar.value == 0x7F: output += "\\x" + hex(scalar.value, 2)
    case _ where scalar.value < 0x7F || isPrintable(scalar): output.unicodeScalars.append(scalar)
    case _ where scalar.value <= 0xFF: output += "\\x" + hex(scalar.value, 2)
    case _ where scalar.value <= 0xFFFF: output += "\\u" + hex(scalar.value, 4)
    default: output += "\\U" + hex(scalar.value, 8)
    }
  }

  /// Python's `str.isprintable` for one character.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      false
    default: true
    }
  }

  static func hex(_ number: UInt32, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
