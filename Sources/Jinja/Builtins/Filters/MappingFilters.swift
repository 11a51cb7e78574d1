import Values

extension Builtins {
  static let mappingFilters: [TemplateFunction] = [
    TemplateFunction("items", "(value)", "The pairs of a mapping.") { call in
      guard call.input.isMapping else { throw call.failure("Can only get item pairs from a mapping.") }
      return .list(try call.input.items(in: call.scope).map { .tuple([$0.key, $0.value]) })
    },
    TemplateFunction(
      "dictsort", "(value, case_sensitive=False, by='key', reverse=False)", "The pairs of a dict in order."
    ) { call in
      let by = try call.string(2)
      guard by == "key" || by == "value" else {
        throw call.failure("You can only sort by either \"key\" or \"value\"")
      }
      let caseSensitive = try call.bool(1)
      let pairs = try call.input.items(in: call.scope).map { Object.tuple([$0.key, $0.value]) }
      return .list(
        try Sorting.sorted(pairs, reverse: try call.bool(3)) { pair in
          SortKey.folded(try pair.item(.int(by == "key" ? 0 : 1), in: call.scope), caseSensitive)
        })
    },
    TemplateFunction("tojson", "(value, indent=None)", "JSON that is safe within HTML.") { call in
      var text = try JSONText.text(call.input, indent: try call.optionalInt(1), sortsKeys: true, in: call.scope)
      for (old, new) in [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("'", "\\u0027")] {
        text = text.replacingText(old, new)
      }
      return .markup(text)
    },
    TemplateFunction("pprint", "(value)", "The value as Python shows it.") { .string(try $0.input.repr()) },
    TemplateFunction("xmlattr", "(d, autospace=True)", "The members as attributes of an XML element.") { call in
      var pieces: [String] = []
      for (key, value) in try call.input.items(in: call.scope) where !value.isNone && !value.isUndefined {
        let name = try key.text()
        guard !name.unicodeScalars.contains(where: { $0.isPythonSpace || "/>=".unicodeScalars.contains($0) }) else {
          throw call.failure("Invalid character in attribute name: \(try key.repr())")
        }
        pieces.append("\(HTML.escaped(name))=\"\(HTML.escaped(try value.text()))\"")
      }
      let text = pieces.joined(separator: " ")
      return .string(try call.bool(1) && !text.isEmpty ? " " + text : text)
    },
  ]
}
