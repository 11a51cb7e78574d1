import OrderedCollections
import Values

/// Python's dict. One that came from a variable converts its members only as they are read, and renders those that are
/// templates then.
package final class DictObject: Container {
  package typealias Members = OrderedDictionary<ObjectKey, Object>

  private enum Storage {
    case owned(Members)
    case source(Map)
  }

  private var storage: Storage
  private var memo: [Key: Object] = [:]
  /// Where templates among the members are rendered. The scope outlives the values read through it.
  private unowned let scope: Scope?

  package init(_ members: Members = [:]) {
    storage = .owned(members)
    scope = nil
  }

  /// A dict with string keys, in this order.
  package convenience init(_ pairs: KeyValuePairs<String, Object>) {
    self.init(Members(pairs.map { (ObjectKey.string($0.key), $0.value) }, uniquingKeysWith: { $1 }))
  }

  init(source: Map, in scope: Scope?) {
    storage = .source(source)
    self.scope = scope
  }

  deinit {
    var elements = dismantle()
    Dismantling.release(&elements)
  }

  override func dismantle() -> [Object] {
    guard case .owned(let members) = storage, !members.isEmpty else { return [] }
    storage = .owned([:])
    return Array(members.values)
  }

  package var count: Int {
    switch storage {
    case .owned(let members): members.count
    case .source(let map): map.count
    }
  }

  /// The member under a string key; a template is rendered.
  package func member(_ name: String) throws -> Object? {
    switch storage {
    case .owned(let members):
      guard let object = members[.plain(.string(name))] else { return nil }
      return try rendered(object, key: .plain(.string(name)))
    case .source(let map):
      guard let value = map[name] else { return nil }
      return try read(value, key: .string(name))
    }
  }

  package func member(_ key: ObjectKey) throws -> Object? {
    switch storage {
    case .owned(let members):
      guard let object = members[key] else { return nil }
      return try rendered(object, key: key)
    case .source(let map):
      guard case .plain(let plain) = key, let value = map[plain] else { return nil }
      return try read(value, key: plain)
    }
  }

  package func contains(_ key: ObjectKey) -> Bool {
    switch storage {
    case .owned(let members): members[key] != nil
    case .source(let map): if case .plain(let plain) = key { map[plain] != nil } else { false }
    }
  }

  package var keys: [ObjectKey] {
    switch storage {
    case .owned(let members): Array(members.keys)
    case .source(let map): map.keys.map(ObjectKey.plain)
    }
  }

  /// All members in order, templates rendered.
  package func members() throws -> [(key: ObjectKey, value: Object)] {
    switch storage {
    case .owned(let members):
      if scope == nil { return members.map { ($0.key, $0.value) } }
      return try members.map { ($0.key, try rendered($0.value, key: $0.key)) }
    case .source(let map):
      return try map.map { (.plain($0.key), try read($0.value, key: $0.key)) }
    }
  }

  /// Changes the dict in place; templates among its members stay as they are until read.
  package func mutate<Result>(_ body: (inout Members) throws -> Result) throws -> Result {
    if case .source(let map) = storage {
      var members = Members(minimumCapacity: map.count)
      for (key, value) in map { members[.plain(key)] = memo[key] ?? Object(value, in: scope) }
      storage = .owned(members)
      memo = [:]
      scope?.runtime.didMutateVariable()
    }
    guard case .owned(var members) = storage else { throw Diagnostic(.limit, "the dict can't be changed") }
    storage = .owned([:])
    defer { storage = .owned(members) }
    return try body(&members)
  }

  package func set(_ key: ObjectKey, _ value: Object) throws {
    try mutate { $0[key] = value }
  }

  /// The map as it came in, when nothing in it was read in a way that could have changed it.
  var untouchedSource: Map? {
    guard case .source(let map) = storage, memo.isEmpty else { return nil }
    return map
  }

  /// A dict of the same members, untouched by later changes of this one.
  func snapshot() throws -> DictObject {
    if case .source(let map) = storage, memo.isEmpty { return DictObject(source: map, in: scope) }
    return DictObject(Members(uniqueKeysWithValues: try members().map { ($0.key, $0.value) }))
  }

  private func read(_ value: Value, key: Key) throws -> Object {
    if let plain = Object(plain: value) { return plain }
    if let known = memo[key] { return known }
    let object = try Object.read(value, in: scope)
    memo[key] = object
    return object
  }

  private func rendered(_ object: Object, key: ObjectKey) throws -> Object {
    guard case .string(let text) = object, text.isTemplate, let scope else { return object }
    let rendered = try scope.render(text, named: nil)
    if case .owned(var members) = storage {
      storage = .owned([:])
      members[key] = rendered
      storage = .owned(members)
    }
    return rendered
  }
}
