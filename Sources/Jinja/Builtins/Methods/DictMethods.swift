import Values

enum DictMethods {
  static let table: [String: Methods.Body] = Dictionary(uniqueKeysWithValues: [
    method("keys", "()") { object, _ in .list(try dict(object).keys.map(\.object)) },
    method("values", "()") { object, _ in .list(try dict(object).members().map(\.value)) },
    method("items", "()") { object, _ in
      .list(try dict(object).members().map { .tuple([$0.key.object, $0.value]) })
    },
    method("get", "(key, default=None)") { object, call in
      if case .string(let name) = call[0] { return try dict(object).member(name.string) ?? call[1] }
      return try dict(object).member(try ObjectKey(call[0])) ?? call[1]
    },
    method("copy", "()") { object, _ in .dict(try copy(object)) },
    method("update", "(other=None, **kwargs)") { object, call in
      let dict = try dict(object)
      for (key, value) in try pairs(call[0], in: call.scope) { try dict.set(try ObjectKey(key), value) }
      for (name, value) in call.bound.keywords { try dict.set(.string(name), value) }
      return .none
    },
    method("pop", "(key, *args)") { object, call in
      let dict = try dict(object)
      let key = try ObjectKey(call[0])
      guard let value = try dict.member(key) else {
        if let fallback = call.bound.extra.first { return fallback }
        throw call.failure(try call[0].repr())
      }
      try dict.mutate { _ = $0.removeValue(forKey: key) }
      return value
    },
    method("popitem", "()") { object, call in
      let dict = try dict(object)
      guard let key = dict.keys.last, let value = try dict.member(key) else {
        throw call.failure("'popitem(): dictionary is empty'")
      }
      try dict.mutate { _ = $0.removeValue(forKey: key) }
      return .tuple([key.object, value])
    },
    method("setdefault", "(key, default=None)") { object, call in
      let dict = try dict(object)
      let key = try ObjectKey(call[0])
      if let value = try dict.member(key) { return value }
      try dict.set(key, call[1])
      return call[1]
    },
    method("clear", "()") { object, _ in
      try dict(object).mutate { $0.removeAll() }
      return .none
    },
    method("fromkeys", "(iterable, value=None)") { _, call in
      var members = DictObject.Members()
      for key in try call.elements(0) { members[try ObjectKey(key)] = call[1] }
      return .dict(DictObject(members))
    },
  ])

  private static func dict(_ object: Object) throws -> DictObject {
    guard case .dict(let dict) = object else { throw Diagnostic(.template, "not a dict") }
    return dict
  }

  private static func copy(_ object: Object) throws -> DictObject {
    DictObject(
      DictObject.Members(try dict(object).members().map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }))
  }

  /// What `dict(x)` and `update(x)` take: a mapping, or a sequence of pairs; nothing for `None`.
  static func pairs(_ object: Object, in scope: Scope) throws -> [(key: Object, value: Object)] {
    if object.isNone { return [] }
    if object.isMapping { return try object.items(in: scope) }
    return try object.elements(in: scope).enumerated().map { index, element in
      let pair = try element.elements(in: scope)
      guard pair.count == 2 else {
        throw Diagnostic(
          .template, "dictionary update sequence element #\(index) has length \(pair.count); 2 is required")
      }
      return (pair[0], pair[1])
    }
  }
}

/// The reading methods of dynamic mappings (`hostvars`).
enum MappingMethods {
  static let table: [String: Methods.Body] = Dictionary(uniqueKeysWithValues: [
    method("keys", "()") { object, call in .list(try object.elements(in: call.scope)) },
    method("values", "()") { object, call in .list(try object.items(in: call.scope).map(\.value)) },
    method("items", "()") { object, call in
      .list(try object.items(in: call.scope).map { .tuple([$0.key, $0.value]) })
    },
    method("get", "(key, default=None)") { object, call in
      guard case .native(let native) = object else { return call[1] }
      return try native.item(call[0], in: call.scope) ?? call[1]
    },
  ])
}
