import Values

enum StringMethods {
  static let table: [String: Methods.Body] = Dictionary(
    uniqueKeysWithValues: casing + searching + splitting + padding + predicates + conversion)

  private static let casing: [(String, Methods.Body)] = [
    method("upper", "()") { object, _ in .string(text(object).uppercased()) },
    method("lower", "()") { object, _ in .string(text(object).lowercased()) },
    method("casefold", "()") { object, _ in .string(text(object).lowercased().replacingText("ß", "ss")) },
    method("capitalize", "()") { object, _ in .string(Casing.capitalized(text(object))) },
    method("title", "()") { object, _ in .string(Casing.titled(text(object))) },
    method("swapcase", "()") { object, _ in
      .string(
        text(object).unicodeScalars.map { scalar in
          scalar.properties.isUppercase ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
        }.joined())
    },
  ]

  private static let searching: [(String, Methods.Body)] = [
    method("startswith", "(prefix, start=None, end=None)") { object, call in
      let (part, found) = try affix(object, call)
      return .bool(found.contains { Array(part.utf8).starts(with: $0.utf8) })
    },
    method("endswith", "(suffix, start=None, end=None)") { object, call in
      let (part, found) = try affix(object, call)
      return .bool(found.contains { part.utf8.reversed().starts(with: $0.utf8.reversed()) })
    },
    method("find", "(sub, start=None, end=None)") { object, call in .int(try find(object, call, last: false) ?? -1) },
    method("rfind", "(sub, start=None, end=None)") { object, call in .int(try find(object, call, last: true) ?? -1) },
    method("index", "(sub, start=None, end=None)") { object, call in
      guard let index = try find(object, call, last: false) else { throw call.failure("substring not found") }
      return .int(index)
    },
    method("rindex", "(sub, start=None, end=None)") { object, call in
      guard let index = try find(object, call, last: true) else { throw call.failure("substring not found") }
      return .int(index)
    },
    method("count", "(sub, start=None, end=None)") { object, call in
      let part = text(object).slice(try call.optionalInt(1), try call.optionalInt(2), 1)
      let needle = try call.string(0)
      return .int(needle.isEmpty ? part.scalarCount + 1 : part.splitText(needle).count - 1)
    },
    method("replace", "(old, new, count=-1)") { object, call in
      let limit = try call.int(2)
      let (old, new) = (try call.string(0), try call.string(1))
      let string = text(object)
      // What it could grow to, before it is made.
      let places = old.isEmpty ? string.utf8.count + 1 : string.utf8.count / old.utf8.count
      let (growth, overflow) = places.multipliedReportingOverflow(by: new.utf8.count)
      try call.scope.runtime.checkSize(overflow ? .max : growth)
      return .string(string.replacingText(old, new, limit: limit < 0 ? .max : limit))
    },
    method("removeprefix", "(prefix)") { object, call in
      let (string, prefix) = (text(object), try call.string(0))
      return .string(
        string.utf8.starts(with: prefix.utf8)
          ? String(decoding: string.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : string)
    },
    method("removesuffix", "(suffix)") { object, call in
      let (string, suffix) = (text(object), try call.string(0))
      let matches = string.utf8.reversed().starts(with: suffix.utf8.reversed())
      return .string(matches ? String(decoding: string.utf8.dropLast(suffix.utf8.count), as: UTF8.self) : string)
    },
  ]

  private static let splitting: [(String, Methods.Body)] = [
    method("split", "(sep=None, maxsplit=-1)") { object, call in
      let limit = try call.int(1)
      if call[0].isNone { return strings(Splitting.words(text(object), limit: limit)) }
      let separator = try separator(call)
      return strings(text(object).splitText(separator, limit: limit < 0 ? .max : limit))
    },
    method("rsplit", "(sep=None, maxsplit=-1)") { object, call in
      let limit = try call.int(1)
      if call[0].isNone { return strings(Splitting.wordsFromEnd(text(object), limit: limit)) }
      let separator = try separator(call)
      let pieces = text(object).splitText(separator)
      guard limit >= 0, pieces.count > limit + 1 else { return strings(pieces) }
      let head = pieces[..<(pieces.count - limit)].joined(separator: separator)
      return strings([head] + pieces[(pieces.count - limit)...])
    },
    method("splitlines", "(keepends=False)") { object, call in
      strings(Splitting.lines(text(object), keepsEnds: try call[0].isTrue()))
    },
    method("partition", "(sep)") { object, call in
      let separator = try separator(call)
      let pieces = text(object).splitText(separator, limit: 1)
      return pieces.count == 2
        ? .tuple([.string(pieces[0]), .string(separator), .string(pieces[1])])
        : .tuple([.string(pieces[0]), .string(""), .string("")])
    },
    method("rpartition", "(sep)") { object, call in
      let separator = try separator(call)
      let pieces = text(object).splitText(separator)
      guard pieces.count > 1, let last = pieces.last else {
        return .tuple([.string(""), .string(""), .string(text(object))])
      }
      return .tuple([.string(pieces.dropLast().joined(separator: separator)), .string(separator), .string(last)])
    },
    method("join", "(iterable)") { object, call in
      let pieces = try call.elements(0).enumerated().map { index, element in
        guard let string = try element.defined().string else {
          throw call.failure("sequence item \(index): expected str instance, \(element.typeName) found")
        }
        return string
      }
      return .string(try call.scope.runtime.checked(pieces.joined(separator: text(object))))
    },
  ]

  private static let padding: [(String, Methods.Body)] = [
    method("strip", "(chars=None)") { object, call in .string(try stripped(object, call, start: true, end: true)) },
    method("lstrip", "(chars=None)") { object, call in .string(try stripped(object, call, start: true, end: false)) },
    method("rstrip", "(chars=None)") { object, call in .string(try stripped(object, call, start: false, end: true)) },
    method("center", "(width, fillchar=' ')") { object, call in
      let (string, missing, fill) = try missing(object, call)
      let left = missing / 2 + (missing & (try call.int(0)) & 1)
      return .string(String(repeating: fill, count: left) + string + String(repeating: fill, count: missing - left))
    },
    method("ljust", "(width, fillchar=' ')") { object, call in
      let (string, missing, fill) = try missing(object, call)
      return .string(string + String(repeating: fill, count: missing))
    },
    method("rjust", "(width, fillchar=' ')") { object, call in
      let (string, missing, fill) = try missing(object, call)
      return .string(String(repeating: fill, count: missing) + string)
    },
    method("zfill", "(width)") { object, call in
      let string = text(object)
      let width = try call.int(0)
      try call.scope.runtime.checkSize(width)
      let zeros = String(repeating: "0", count: max(0, width - string.scalarCount))
      let signed = string.hasPrefix("-") || string.hasPrefix("+")
      return .string(signed ? String(string.prefix(1)) + zeros + string.dropFirst() : zeros + string)
    },
    method("expandtabs", "(tabsize=8)") { object, call in
      let size = try call.int(0)
      var result = ""
      var column = 0
      for scalar in text(object).unicodeScalars {
        if scalar == "\t" {
          let width = size > 0 ? size - column % size : 0
          try call.scope.runtime.checkSize(result.utf8.count + width)
          result += String(repeating: " ", count: width)
          column += width
        } else {
          result.unicodeScalars.append(scalar)
          column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
        }
      }
      return .string(result)
    },
  ]

  private static let predicates: [(String, Methods.Body)] = [
    all("isdigit") { $0.properties.numericType == .decimal || $0.properties.numericType == .digit },
    all("isdecimal") { $0.properties.numericType == .decimal },
    all("isnumeric") { $0.properties.numericType != nil },
    all("isalpha") { Casing.isLetter($0) },
    all("isalnum") { Casing.isLetter($0) || $0.properties.numericType != nil },
    all("isspace") { $0.isPythonSpace },
    method("isascii", "()") { object, _ in .bool(text(object).isASCII) },
    method("isupper", "()") { object, _ in
      let scalars = text(object).unicodeScalars
      return .bool(scalars.contains { $0.properties.isUppercase } && !scalars.contains { $0.properties.isLowercase })
    },
    method("islower", "()") { object, _ in
      let scalars = text(object).unicodeScalars
      return .bool(scalars.contains { $0.properties.isLowercase } && !scalars.contains { $0.properties.isUppercase })
    },
    method("istitle", "()") { object, _ in
      let string = text(object)
      return .bool(string.unicodeScalars.contains { $0.properties.isCased } && Casing.titled(string) == string)
    },
    method("isidentifier", "()") { object, _ in
      let scalars = text(object).unicodeScalars
      guard let first = scalars.first, first == "_" || first.properties.isXIDStart else { return .bool(false) }
      return .bool(scalars.allSatisfy { $0.properties.isXIDContinue })
    },
  ]

  private static let conversion: [(String, Methods.Body)] = [
    method("format", "(*args, **kwargs)") { object, call in
      .string(
        try StringFormat.format(
          text(object), positional: call.bound.extra, keywords: call.bound.keywords, in: call.scope))
    },
    method("format_map", "(mapping)") { object, call in
      let keywords = try call[0].items(in: call.scope).map { (name: try $0.key.text(), value: $0.value) }
      return .string(try StringFormat.format(text(object), positional: [], keywords: keywords, in: call.scope))
    },
    // Text and bytes are one type here: bytes of UTF-8 text show as the text.
    method("encode", "(encoding='utf-8', errors='strict')") { object, call in
      try BytesMethods.encoded(text(object), try TextEncoding(try call.string(0)), try call.string(1))
    },
  ]

  static func text(_ object: Object) -> String { object.string ?? "" }

  private static func all(_ name: String, _ predicate: @escaping @Sendable (Unicode.Scalar) -> Bool)
    -> (String, Methods.Body)
  {
    method(name, "()") { object, _ in
      let scalars = text(object).unicodeScalars
      return .bool(!scalars.isEmpty && scalars.allSatisfy(predicate))
    }
  }

  private static func strings(_ pieces: [String]) -> Object { .list(pieces.map { .string($0) }) }

  private static func separator(_ call: MethodCall) throws -> String {
    let separator = try call.string(0)
    guard !separator.isEmpty else { throw call.failure("empty separator") }
    return separator
  }

  /// The part that `start` and `end` pick, and the prefixes or suffixes to look for.
  private static func affix(_ object: Object, _ call: MethodCall) throws -> (part: String, found: [String]) {
    let string = text(object)
    let whole = call[1].isNone && call[2].isNone
    let part = whole ? string : string.slice(try call.optionalInt(1), try call.optionalInt(2), 1)
    if case .tuple(let tuple) = call[0] { return (part, tuple.elements.compactMap(\.string)) }
    guard let affix = call[0].string else {
      throw call.failure("\(call.name) first arg must be str or a tuple of str, not \(call[0].typeName)")
    }
    return (part, [affix])
  }

  private static func find(_ object: Object, _ call: MethodCall, last: Bool) throws -> Int? {
    let string = text(object)
    let count = string.scalarCount
    let positions = Object.positions(try call.optionalInt(1), try call.optionalInt(2), 1, count: count)
    let from = try call.optionalInt(1) ?? 0
    let start = positions.first(where: { _ in true }) ?? min(max(0, from), count)
    let part = string.slice(try call.optionalInt(1), try call.optionalInt(2), 1)
    let needle = try call.string(0)
    if needle.isEmpty { return last ? start + part.scalarCount : start }
    let pieces = part.splitText(needle, limit: last ? .max : 1)
    guard pieces.count > 1, let first = pieces.first, let end = pieces.last else { return nil }
    return start + (last ? part.scalarCount - end.scalarCount - needle.scalarCount : first.scalarCount)
  }

  private static func stripped(_ object: Object, _ call: MethodCall, start: Bool, end: Bool) throws -> String {
    if call[0].isNone { return Splitting.stripped(text(object), start: start, end: end, \.isPythonSpace) }
    let characters = Set(try call.string(0).unicodeScalars)
    return Splitting.stripped(text(object), start: start, end: end) { characters.contains($0) }
  }

  private static func missing(_ object: Object, _ call: MethodCall) throws -> (String, Int, String) {
    let string = text(object)
    let width = try call.int(0)
    let fill = try call.string(1)
    guard fill.scalarCount == 1 else {
      throw call.failure("The fill character must be exactly one character long")
    }
    try call.scope.runtime.checkSize(width)
    return (string, max(0, width - string.scalarCount), fill)
  }
}
