import Values

extension Builtins {
  static let selectionFilters: [TemplateFunction] = [
    TemplateFunction(
      "map", "(value, *args, **kwargs)", "What a filter makes of each element, or an attribute of each."
    ) { call in
      guard try call.input.isTrue() else { return .list([]) }
      let elements = try call.elements(0)
      try call.scope.runtime.spend(elements.count)
      if call.extra.isEmpty, let attribute = call.keywords.first(where: { $0.name == "attribute" }) {
        if let other = call.keywords.first(where: { $0.name != "attribute" && $0.name != "default" }) {
          throw call.failure("Unexpected keyword argument '\(other.name)'")
        }
        let fallback = call.keywords.first { $0.name == "default" }?.value
        let getter = try Attributes(attribute.value, fallback: fallback)
        return .list(try elements.map { try getter.get($0, in: call.scope) })
      }
      guard let name = call.extra.first?.string else { throw call.failure("map requires a filter argument") }
      let filter = try call.engine.filter(named: name)
      let arguments = Array(call.extra.dropFirst())
      return .list(
        try elements.map {
          try filter(Arguments(positional: [$0] + arguments, keywords: call.keywords, scope: call.scope))
        })
    },
    TemplateFunction("select", "(value, *args, **kwargs)", "The elements for which a test holds.") {
      try selected($0, keeps: true, byAttribute: false)
    },
    TemplateFunction("reject", "(value, *args, **kwargs)", "The elements for which a test does not hold.") {
      try selected($0, keeps: false, byAttribute: false)
    },
    TemplateFunction(
      "selectattr", "(value, *args, **kwargs)", "The elements for an attribute of which a test holds."
    ) { try selected($0, keeps: true, byAttribute: true) },
    TemplateFunction(
      "rejectattr", "(value, *args, **kwargs)", "The elements for an attribute of which a test does not hold."
    ) { try selected($0, keeps: false, byAttribute: true) },
    TemplateFunction(
      "default", "(value, default_value='', boolean=False)", aliases: ["d"], acceptsUndefined: true,
      "The value, or another one when it is undefined (or, with the second argument, when it is false)."
    ) { call in
      if call.input.isUndefined { return call[1] }
      return try call.bool(2) && !call.input.isTrue() ? call[1] : call.input
    },
    TemplateFunction("attr", "(obj, name)", "An attribute of an object; members of mappings are none.") { call in
      if case .dict = call.input { return Undefined.member(call[1], of: call.input) }
      return try call.input.attribute(try call.string(1), in: call.scope)
    },
  ]

  private static func selected(_ call: Call, keeps: Bool, byAttribute: Bool) throws -> Object {
    guard try call.input.isTrue() else { return .list([]) }
    let elements = try call.elements(0)
    try call.scope.runtime.spend(elements.count)
    var arguments = call.extra[...]
    var attributes: Attributes?
    if byAttribute {
      guard let attribute = arguments.popFirst() else { throw call.failure("Missing parameter for attribute name") }
      attributes = try Attributes(attribute)
    }
    var test: TemplateFunction?
    if let name = arguments.popFirst() {
      guard let name = name.string else { throw call.failure("the name of a test must be a string") }
      test = try call.engine.test(named: name)
    }
    let rest = Array(arguments)
    return .list(
      try elements.filter { element in
        let value = try attributes?.get(element, in: call.scope) ?? element
        guard let test else { return try value.isTrue() == keeps }
        return try test(Arguments(positional: [value] + rest, keywords: call.keywords, scope: call.scope)).isTrue()
          == keeps
      })
  }
}
