import Values

extension Builtins {
  static let functions: [TemplateFunction] = [
    TemplateFunction("range", "(*args)", "The integers from a start up to, but without, a stop, by a step.") { call in
      let numbers = try call.extra.map { argument -> Int in
        guard let int = argument.int else {
          throw call.failure("'\(argument.typeName)' object cannot be interpreted as an integer")
        }
        return int
      }
      switch numbers.count {
      case 1: return .native(RangeObject(0, numbers[0], 1))
      case 2: return .native(RangeObject(numbers[0], numbers[1], 1))
      case 3:
        guard numbers[2] != 0 else { throw call.failure("range() arg 3 must not be zero") }
        return .native(RangeObject(numbers[0], numbers[1], numbers[2]))
      case 0: throw call.failure("range expected at least 1 argument, got 0")
      default: throw call.failure("range expected at most 3 arguments, got \(numbers.count)")
      }
    },
    TemplateFunction("dict", "(mapping=None, /, **kwargs)", "A dict of a mapping or of pairs, and of keywords.") {
      call in
      let dict = DictObject()
      for (key, value) in try DictMethods.pairs(call[0], in: call.scope) { try dict.set(try ObjectKey(key), value) }
      for (name, value) in call.keywords { try dict.set(.string(name), value) }
      return .dict(dict)
    },
    TemplateFunction("namespace", "(mapping=None, /, **kwargs)", "An object whose attributes `set` can change.") {
      call in
      var attributes: [(String, Object)] = []
      for (key, value) in try DictMethods.pairs(call[0], in: call.scope) { attributes.append((try key.text(), value)) }
      for (name, value) in call.keywords { attributes.append((name, value)) }
      return .native(NamespaceObject(attributes))
    },
    TemplateFunction("cycler", "(*items)", "Gives its items in turn, over and over.") { call in
      guard !call.extra.isEmpty else { throw call.failure("at least one item has to be provided") }
      return .native(CyclerObject(call.extra))
    },
    TemplateFunction("joiner", "(sep=', ')", "Gives nothing when first called, then the separator.") { call in
      .native(JoinerObject(call[0]))
    },
    TemplateFunction("lipsum", "(n=5, html=True, min=20, max=100)", "Filler text in paragraphs.") { call in
      let (count, isHTML) = (try call.int(0), try call.bool(1))
      let (low, high) = (max(try call.int(2), 1), max(try call.int(3), 2))
      try call.scope.runtime.spend(count)
      try call.scope.runtime.checkSize(high &* 12)
      let paragraphs = try (0..<max(count, 0)).map { _ in
        try call.scope.runtime.spend(high)
        return Filler.paragraph(words: Int.random(in: min(low, high - 1)..<high))
      }
      return .string(
        isHTML
          ? paragraphs.map { "<p>\($0)</p>" }.joined(separator: "\n") : paragraphs.joined(separator: "\n\n"))
    },
  ]
}

/// Words for `lipsum`.
private enum Filler {
  static let words = [
    "lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod", "tempor",
    "incididunt", "ut", "labore", "et", "dolore", "magna", "aliqua",
  ]

  static func paragraph(words count: Int) -> String {
    let text = (0..<count).compactMap { _ in words.randomElement() }.joined(separator: " ")
    return Casing.capitalized(text) + "."
  }
}
