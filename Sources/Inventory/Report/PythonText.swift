import Values

/// Values as Python's `str` and `repr` write them, which is how `--graph --vars` shows them. Secrets stay hidden.
enum PythonText {
  static func str(_ value: Value) -> String {
    switch value {
    case .string(let text): text.string
    case .secret: Secret.redacted
    case .dateTime(let time): time.text
    default: repr(value)
    }
  }

  static func repr(_ value: Value, depth: Int = 0) -> String {
    guard depth < 200 else { return "..." }
    switch value {
    case .null, .omit: return "None"
    case .bool(let bool): return bool ? "True" : "False"
    case .int(let int): return String(int)
    case .double(let double): return double.pythonRepr
    case .string(let text): return quoted(text.string)
    case .secret: return "'\(Secret.redacted)'"
    case .dateTime(let time): return time.pythonRepr
    case .list(let list): return "[" + list.map { repr($0, depth: depth + 1) }.joined(separator: ", ") + "]"
    case .map(let map):
      return "{" + map.map { "\(repr($0.key.value)): \(repr($0.value, depth: depth + 1))" }.joined(separator: ", ")
        + "}"
    }
  }

  private static func quoted(_ string: String) -> String {
    let quote: Unicode.Scalar = string.contains("'") && !string.contains("\"") ? "\"" : "'"
    var result = String.UnicodeScalarView([quote])
    for scalar in string.unicodeScalars {
      switch scalar {
      case quote, "\\": result += ["\\", scalar]
      case "\n": result += ["\\", "n"]
      case "\t": result += ["\\", "t"]
      case "\r": result += ["\\", "r"]
      case _ where scalar.value < 0x20 || (0x7F..<0xA1).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\x\(digits.utf8.count < 2 ? "0" : "")\(digits)".unicodeScalars
      default: result.append(scalar)
      }
    }
    result.append(quote)
    return String(result)
  }
}
