import Values

/// Python's `str.format`.
enum StringFormat {
  static func format(
    _ template: String, positional: [Object], keywords: [(name: String, value: Object)], in scope: Scope
  ) throws -> String {
    var formatter = Formatter(positional: positional, keywords: keywords, scope: scope)
    return try formatter.format(template, depth: 0)
  }

  private struct Formatter {
    let positional: [Object]
    let keywords: [(name: String, value: Object)]
    let scope: Scope
    var next = 0
    var numbersFields = false

    mutating func format(_ template: String, depth: Int) throws -> String {
      guard depth < 2 else { throw Diagnostic(.template, "Max string recursion exceeded") }
      var result = ""
      let scalars = Array(template.unicodeScalars)
      var index = 0
      while index < scalars.count {
        let scalar = scalars[index]
        let following = index + 1 < scalars.count ? scalars[index + 1] : nil
        if scalar == "{", following != "{" {
          let end = try fieldEnd(scalars, index + 1)
          result += try field(String(scalars: scalars[index + 1..<end]), depth)
          try scope.runtime.checkSize(result.utf8.count)
          index = end + 1
          continue
        }
        if scalar == "}", following != "}" {
          throw Diagnostic(.template, "Single '}' encountered in format string")
        }
        if scalar == "{" || scalar == "}" { index += 1 }
        result.unicodeScalars.append(scalar)
        index += 1
      }
      return result
    }

    private func fieldEnd(_ scalars: [Unicode.Scalar], _ start: Int) throws -> Int {
      var depth = 1
      for index in start..<scalars.count {
        if scalars[index] == "{" { depth += 1 }
        if scalars[index] == "}" {
          depth -= 1
          if depth == 0 { return index }
        }
      }
      throw Diagnostic(
        .template,
        start == scalars.count ? "Single '{' encountered in format string" : "expected '}' before end of string")
    }

    private mutating func field(_ text: String, _ depth: Int) throws -> String {
      var name = text[...]
      var spec = ""
      var conversion: Character?
      if let colon = text.firstIndex(of: ":") {
        name = text[..<colon]
        spec = String(text[text.index(after: colon)...])
      }
      if let mark = name.firstIndex(of: "!") {
        conversion = name[name.index(after: mark)...].first
        name = name[..<mark]
      }
      var object = try value(String(name)).defined()
      switch conversion {
      case nil: break
      case "r", "a": object = .string(try object.repr())
      case "s": object = .string(try object.text())
      case let other?:
        throw Diagnostic(.template, "Unknown conversion specifier '\(other)'")
      }
      if spec.contains("{") { spec = try format(spec, depth: depth + 1) }
      if spec.isEmpty { return try object.text() }
      return try FormatSpec(spec).format(object, in: scope)
    }

    private mutating func value(_ name: String) throws -> Object {
      let head = name.prefix { $0 != "." && $0 != "[" }
      var rest = name.dropFirst(head.count)
      var object: Object
      if head.isEmpty || head.allSatisfy(\.isNumber) {
        let index: Int
        if head.isEmpty {
          index = next
          next += 1
        } else {
          index = Int(head) ?? .max
        }
        guard index < positional.count else {
          throw Diagnostic(
            .template, "Replacement index \(index) out of range for positional args tuple")
        }
        object = positional[index]
      } else {
        guard let keyword = keywords.first(where: { $0.name == head }) else { throw Diagnostic(.template, "'\(head)'") }
        object = keyword.value
      }
      while let first = rest.popFirst() {
        let end = first == "[" ? rest.firstIndex(of: "]") : rest.firstIndex { $0 == "." || $0 == "[" }
        let key = String(rest[..<(end ?? rest.endIndex)])
        rest = end.map { first == "[" ? rest[rest.index(after: $0)...] : rest[$0...] } ?? ""
        if first == ".", object.isMapping {
          throw Diagnostic(.template, "'\(object.typeName)' object has no attribute '\(key)'")
        }
        let part =
          first == "."
          ? try object.attribute(key, in: scope) : try object.item(Int(key).map(Object.int) ?? .string(key), in: scope)
        if part.isUndefined { throw missing(key, in: object, isItem: first == "[") }
        object = part
      }
      return object
    }

    /// Unlike a template's own `object.key`, Python's exception at once.
    private func missing(_ key: String, in object: Object, isItem: Bool) -> Diagnostic {
      guard isItem else { return Diagnostic(.template, "'\(object.typeName)' object has no attribute '\(key)'") }
      if object.isMapping { return Diagnostic(.template, "'\(key)'") }
      let kind = object.string == nil ? object.typeName : "string"
      return Diagnostic(.template, "\(kind) index out of range")
    }
  }
}
