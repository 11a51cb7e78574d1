import Values

/// Texts that are HTML, as Python's markupsafe has them: what is put into one is escaped first.
enum Markup {
  /// What takes the place of a value in markup.
  static func escaped(_ object: Object) throws -> Object {
    switch object {
    case .string(let text): .string(text.html)
    case .secret(let secret): .string(HTML.escaped(secret.reveal()))
    case .int, .double, .bool, .none, .undefined: object
    default: .string(HTML.escaped(try object.text()))
    }
  }

  /// The values of `markup % values`.
  static func arguments(_ values: Object) throws -> Object {
    switch values {
    case .tuple(let tuple): return .tuple(try tuple.elements.map(escaped))
    case .dict(let dict):
      var members = DictObject.Members()
      for (key, value) in try dict.members() { members[key] = try escaped(value) }
      return .dict(DictObject(members))
    default: return try escaped(values)
    }
  }

  /// The methods of markup beside those of every text.
  static let methods: [String: Methods.Body] = Dictionary(uniqueKeysWithValues: [
    method("striptags", "()") { object, _ in .string(HTML.withoutTags(StringMethods.text(object))) },
    method("unescape", "()") { object, _ in .string(HTML.unescaped(StringMethods.text(object))) },
  ])

  /// The methods of a text that give markup for markup.
  private static let keeping: Set = [
    "capitalize", "casefold", "center", "expandtabs", "format", "join", "ljust", "lower", "lstrip", "partition",
    "removeprefix", "removesuffix", "replace", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines",
    "strip",
    "swapcase", "title", "translate", "upper", "zfill",
  ]

  /// A method of a text as a method of markup.
  static func adapted(_ name: String, _ body: @escaping Methods.Body) -> Methods.Body {
    guard keeping.contains(name) else { return body }
    return { object, arguments in
      var arguments = arguments
      switch name {
      case "format":
        arguments.positional = try arguments.positional.map(escaped)
        arguments.keywords = try arguments.keywords.map { ($0.name, try escaped($0.value)) }
      case "join":
        let scope = arguments.scope
        arguments.positional = try arguments.positional.map { sequence in
          .list(try sequence.elements(in: scope).map(escaped))
        }
      case "replace" where arguments.positional.count > 1:
        arguments.positional[1] = try escaped(arguments.positional[1])
      default: break
      }
      return marked(try body(object, arguments))
    }
  }

  /// A text, or the texts of a list, as markup.
  private static func marked(_ object: Object) -> Object {
    switch object {
    case .string(let text): .markup(text.string)
    case .list(let list): .list(((try? list.elements()) ?? []).map(marked))
    case .tuple(let tuple): .tuple(tuple.elements.map(marked))
    default: object
    }
  }
}

extension Text {
  /// The text as HTML.
  var html: String { isMarkup ? string : HTML.escaped(string) }

  /// A text made of this one alone: markup, if this is.
  @inline(__always)
  func derived(_ string: String) -> Object { isMarkup ? .markup(string) : .string(string) }
}

extension Call {
  /// A text made of the input: markup, if the input is.
  func derived(_ string: String) -> Object { input.isMarkup ? .markup(string) : .string(string) }
}
