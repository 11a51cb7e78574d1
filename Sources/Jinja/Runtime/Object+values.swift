import Values

extension Object {
  /// The object for a value; containers are converted as they are read, templates are left as they stand.
  ///
  /// - Parameter scope: where templates within the value are rendered, and whose render notices the reading of secrets.
  package init(_ value: Value, in scope: Scope?) {
    switch value {
    case .null: self = .none
    case .bool(let bool): self = .bool(bool)
    case .int(let int): self = .int(int)
    case .double(let double): self = .double(double)
    case .string(let text): self = .string(text)
    case .list(let list): self = .list(ListObject(source: list, in: scope))
    case .map(let map): self = .dict(DictObject(source: map, in: scope))
    case .secret(let secret): self = .secret(SecretObject(secret, taint: scope?.runtime.taint))
    case .dateTime(let time): self = .native(DateTimeObject(time))
    case .omit: self = .omit
    }
  }

  /// The object for a value as a template sees it: a template text is rendered.
  static func read(_ value: Value, in scope: Scope?, named name: String? = nil) throws -> Object {
    if case .string(let text) = value, text.isTemplate, let scope { return try scope.render(text, named: name) }
    if case .secret(let secret) = value, let problem = secret.sealed { return Undefined.sealed(secret, problem) }
    if case .secret(let secret) = value, secret.isTemplate, let place = secret.place, let scope {
      return try scope.runtime.tainting {
        let clear = SecretObject(secret, taint: scope.runtime.taint).reveal()
        return try scope.render(Text(clear, writtenAt: place), named: name)
      }
    }
    return Object(value, in: scope)
  }

  /// The value that leaves the render: every template within is rendered, members and elements that are `omit` are left
  /// out, tuples and sets become lists.
  ///
  /// - Throws: for an undefined value anywhere within, and for a type that no variable can hold (a function, a range).
  package func exported(in scope: Scope) throws -> Value {
    switch self {
    case .none: return .null
    case .bool(let bool): return .bool(bool)
    case .int(let int): return .int(int)
    case .double(let double): return .double(double)
    case .string(let text): return .string(text.isMarkup ? Text(text.string) : text)
    case .secret(let secret): return .secret(secret.value)
    case .omit: return .omit
    case .undefined(let undefined): throw undefined.error()
    case .native(let native): return try native.exported(in: scope)
    case .list(let list):
      if let source = list.untouchedSource, source.allSatisfy(\.isSettled) { return .list(source) }
      try scope.runtime.enter()
      return .list(try Object.exported(try list.elements(), in: scope))
    case .tuple(let tuple):
      try scope.runtime.enter()
      return .list(try Object.exported(tuple.elements, in: scope))
    case .set(let set): return .list(try Object.exported(set.elements, in: scope))
    case .dict(let dict):
      if let source = dict.untouchedSource, source.values.allSatisfy(\.isSettled) { return .map(source) }
      try scope.runtime.enter()
      try scope.runtime.spend(dict.count)
      var map = Map(minimumCapacity: dict.count)
      for (key, value) in try dict.members() {
        if case .omit = value { continue }
        map[try key.exported()] = try value.exported(in: scope)
      }
      return .map(map)
    }
  }

  private static func exported(_ elements: [Object], in scope: Scope) throws -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(elements.count)
    try scope.runtime.spend(elements.count)
    for element in elements {
      if case .omit = element { continue }
      values.append(try element.exported(in: scope))
    }
    return values
  }
}

extension ObjectKey {
  fileprivate func exported() throws -> Key {
    if case .plain(let key) = self { return key }
    if case .time(let time) = self { return .string(time.isoText) }
    throw Diagnostic(.template, "Type '\(object.typeName)' is unsupported as a key in variable storage.")
  }
}

extension Value {
  /// Whether it can leave as it is: no template anywhere within and no `omit`.
  var isSettled: Bool {
    switch self {
    case .null, .bool, .int, .double, .dateTime: true
    case .secret(let secret): secret.sealed == nil && !secret.isTemplate
    case .omit: false
    case .string(let text): !text.isTemplate
    case .list(let list): list.allSatisfy(\.isSettled)
    case .map(let map): map.values.allSatisfy(\.isSettled)
    }
  }
}

extension Object {
  /// The object as it is now, untouched by later changes in place.
  func snapshot() throws -> Object {
    switch self {
    case .list(let list): .list(try list.snapshot())
    case .dict(let dict): .dict(try dict.snapshot())
    default: self
    }
  }
}
