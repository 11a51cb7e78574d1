import Values

/// The methods of bytes, and `encode`, which makes them.
enum BytesMethods {
  static let table: [String: Methods.Body] = Dictionary(uniqueKeysWithValues: [
    method("decode", "(encoding='utf-8', errors='strict')") { object, call in
      .string(try decoded(object.bytes ?? [], try TextEncoding(try call.string(0)), try call.string(1)))
    },
    method("hex", "()") { object, _ in
      .string((object.bytes ?? []).map { Object.hex(UInt32($0), 2) }.joined())
    },
    method("upper", "()") { object, _ in mapped(object) { ("a"..."z").contains(Unicode.Scalar($0)) ? $0 - 32 : $0 } },
    method("lower", "()") { object, _ in mapped(object) { ("A"..."Z").contains(Unicode.Scalar($0)) ? $0 + 32 : $0 } },
    method("startswith", "(prefix)") { object, call in
      .bool((object.bytes ?? []).starts(with: try bytes(call, 0)))
    },
    method("endswith", "(suffix)") { object, call in
      .bool((object.bytes ?? []).reversed().starts(with: try bytes(call, 0).reversed()))
    },
  ])

  static func encoded(_ text: String, _ encoding: TextEncoding, _ errors: String) throws -> Object {
    if errors == "strict" || text.unicodeScalars.allSatisfy(encoding.has) {
      return .native(BytesObject(try encoding.bytes(text)))
    }
    var rest = ""
    for scalar in text.unicodeScalars {
      if encoding.has(scalar) {
        rest.unicodeScalars.append(scalar)
      } else {
        rest += try substitute(for: scalar, errors)
      }
    }
    return .native(BytesObject(try encoding.bytes(rest)))
  }

  private static func substitute(for scalar: Unicode.Scalar, _ errors: String) throws -> String {
    switch errors {
    case "ignore": return ""
    case "replace": return "?"
    case "xmlcharrefreplace": return "&#\(scalar.value);"
    case "backslashreplace":
      switch scalar.value {
      case ...0xFF: return "\\x" + Object.hex(scalar.value, 2)
      case ...0xFFFF: return "\\u" + Object.hex(scalar.value, 4)
      default: return "\\U" + Object.hex(scalar.value, 8)
      }
    default: throw unknownHandler(errors)
    }
  }

  private static func decoded(_ bytes: [UInt8], _ encoding: TextEncoding, _ errors: String) throws -> String {
    switch (encoding, errors) {
    case (.latin1, _), (.utf16, _), (.ascii, "strict"): return try encoding.text(bytes)
    case (_, "strict"):
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Diagnostic(.template, "the bytes are no text in the encoding \(encoding.name)")
      }
      return text
    case (.ascii, "ignore"): return String(decoding: bytes.filter { $0 < 0x80 }, as: UTF8.self)
    case (.ascii, "replace"):
      return bytes.reduce(into: "") { $0.unicodeScalars.append($1 < 0x80 ? Unicode.Scalar($1) : "\u{FFFD}") }
    case (_, "replace"): return String(decoding: bytes, as: UTF8.self)
    case (_, "ignore"): return String(decoding: bytes, as: UTF8.self).replacingText("\u{FFFD}", "")
    case (_, "surrogateescape"): return String(lossless: bytes)
    default: throw unknownHandler(errors)
    }
  }

  private static func unknownHandler(_ name: String) -> Diagnostic {
    Diagnostic(.template, "unknown error handler name '\(name)'", help: "Known are strict, ignore and replace.")
  }

  private static func mapped(_ object: Object, _ change: (UInt8) -> UInt8) -> Object {
    .native(BytesObject((object.bytes ?? []).map(change)))
  }

  private static func bytes(_ call: MethodCall, _ index: Int) throws -> [UInt8] {
    guard let bytes = call[index].bytes else {
      throw call.failure("\(call.name) first arg must be bytes, not \(call[index].typeName)")
    }
    return bytes
  }
}

extension Methods {
  /// Bytes as a text of a character each.
  static func latin1(_ bytes: [UInt8]) -> String {
    bytes.reduce(into: "") { $0.unicodeScalars.append(Unicode.Scalar($1)) }
  }
}
