extension Value {
  /// As Python's `str` shows it: a string is itself, everything else is `pythonRepr`. Secrets are redacted.
  package var pythonText: String {
    switch self {
    case .string(let text): text.string
    case .secret: Secret.redacted
    case .dateTime(let time): time.text
    default: pythonRepr
    }
  }

  /// As Python's `repr` shows it: `'a'`, `True`, `None`, `{'a': [1, 2.0]}`. Secrets are redacted.
  package var pythonRepr: String { repr(depth: 0) }

  private func repr(depth: Int) -> String {
    // Deeper than anybody reads; a value of a template can be nested without bound.
    guard depth < 100 else { return "..." }
    return switch self {
    case .null: "None"
    case .omit: "omit"
    case .bool(let bool): bool ? "True" : "False"
    case .int(let int): String(int)
    case .double(let double): double.pythonRepr
    case .string(let text): text.string.pythonRepr
    case .secret: Secret.redacted.pythonRepr
    case .dateTime(let time): time.pythonRepr
    case .list(let list): "[" + list.map { $0.repr(depth: depth + 1) }.joined(separator: ", ") + "]"
    case .map(let map):
      "{"
        + map.map { "\($0.key.value.repr(depth: depth + 1)): \($0.value.repr(depth: depth + 1))" }
        .joined(separator: ", ") + "}"
    }
  }
}

extension String {
  /// The string literal that Python's `repr` writes.
  package var pythonRepr: String {
    let quote: Unicode.Scalar = unicodeScalars.contains("'") && !unicodeScalars.contains("\"") ? "\"" : "'"
    var repr = String.UnicodeScalarView()
    repr.append(quote)
    for scalar in unicodeScalars {
      switch scalar {
      case "\\": repr.append(contentsOf: #"\\"#.unicodeScalars)
      case "\n": repr.append(contentsOf: #"\n"#.unicodeScalars)
      case "\r": repr.append(contentsOf: #"\r"#.unicodeScalars)
      case "\t": repr.append(contentsOf: #"\t"#.unicodeScalars)
      case quote:
        repr.append("\\")
        repr.append(quote)
      case _ where scalar.value < 0x20 || (0x7F..<0xA1).contains(scalar.value) || scalar == "\u{AD}":
        let digits = String(scalar.value, radix: 16)
        repr.append(contentsOf: ("\\x" + (digits.count == 1 ? "0" : "") + digits).unicodeScalars)
      case "\u{10FE00}"..."\u{10FEFF}":
        // A byte outside UTF-8, in Python's form of it.
        repr.append(contentsOf: ("\\udc" + String(scalar.value & 0xFF, radix: 16)).unicodeScalars)
      default: repr.append(scalar)
      }
    }
    repr.append(quote)
    return String(repr)
  }
}
