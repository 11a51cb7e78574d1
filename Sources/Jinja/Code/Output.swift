import Values

/// Collects what a template puts out. A lone value keeps its type; several become one text, in which `None` is nothing.
final class Output {
  private var single: Object?
  private var text = ""
  private var isSecret = false
  private var isText = false
  private let scope: Scope
  private let limit: Int

  init(_ scope: Scope) {
    self.scope = scope
    limit = scope.runtime.limits.outputBytes
  }

  func append(_ data: String) throws {
    if isText {
      text += data
      if text.utf8.count > limit { throw scope.runtime.tooLong }
    } else {
      try append(Object.string(Text(data)))
    }
  }

  func append(_ object: Object) throws {
    if case .none = object { return }
    if !isText {
      guard let first = single else {
        single = object
        return
      }
      single = nil
      isText = true
      try write(first)
    }
    try write(object)
    if text.utf8.count > limit { throw scope.runtime.tooLong }
  }

  /// The value of everything that was put out; `None` when nothing was.
  func result() -> Object {
    guard isText else { return single ?? .none }
    return isSecret ? .secret(SecretObject(Secret(text), taint: scope.runtime.taint)) : .string(Text(text))
  }

  private func write(_ object: Object) throws {
    switch object {
    case .string(let string): text += string.string
    case .int(let int): text += String(int)
    case .secret(let secret):
      text += secret.value.reveal()
      isSecret = true
    case .bool, .double, .none: text += try object.repr()
    default:
      // As in ansible, containers are settled before they are shown: tuples show as lists, `omit` is left out.
      let before = scope.runtime.taint.reveals
      text += try object.settled(in: scope).text()
      if scope.runtime.taint.reveals != before { isSecret = true }
    }
  }
}

extension Object {
  /// The object with nested tuples as lists and without members that are `omit`.
  ///
  /// - Throws: for an undefined value within.
  func settled(in scope: Scope, depth: Int = 0) throws -> Object {
    guard depth < Object.maximumDepth else { throw Object.tooDeep }
    try scope.runtime.spend(1)
    switch self {
    case .undefined(let undefined): if undefined.isNothing { return self } else { throw undefined.error() }
    case .list(let list): return .list(try settled(try list.elements(), scope, depth))
    case .tuple(let tuple): return .list(try settled(tuple.elements, scope, depth))
    case .dict(let dict):
      var members = DictObject.Members(minimumCapacity: dict.count)
      for (key, value) in try dict.members() {
        if case .omit = value { continue }
        members[key] = try value.settled(in: scope, depth: depth + 1)
      }
      return .dict(DictObject(members))
    default: return self
    }
  }

  private func settled(_ elements: [Object], _ scope: Scope, _ depth: Int) throws -> [Object] {
    var result: [Object] = []
    result.reserveCapacity(elements.count)
    for element in elements {
      if case .omit = element { continue }
      result.append(try element.settled(in: scope, depth: depth + 1))
    }
    return result
  }
}
