import OrderedCollections
import Values

/// Python's dict. One that came from a variable converts its members only as they are read, and renders those that are
/// templates then.
package final class DictObject: Container {
  package typealias Members = OrderedDictionary<ObjectKey, Object>

  private enum Storage {
    case owned(Members)
    /// A map that was not changed since it came from a variable. Kept as the value, which is one reference.
    case source(Value)
  }

  // Read and replaced as wholes, never while another access goes on: the checks at run time are spared.
  @exclusivity(unchecked) private var storage: Storage
  @exclusivity(unchecked) private var readMembers = ReadMembers()
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

  /// - Parameter value: a map.
  init(source value: Value, in scope: Scope?) {
    storage = .source(value)
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
    case .source(let value): value.map?.count ?? 0
    }
  }

  /// The member under a string key; a template is rendered.
  package func member(_ name: String) throws -> Object? {
    var position = 0
    return try member(name, near: &position)
  }

  /// The member under a string key.
  ///
  /// - Parameter hint: the position at which it probably stands; then the one at which it stood.
  func member(_ name: String, near hint: inout Int) throws -> Object? {
    switch storage {
    case .owned(let members):
      let key = ObjectKey.string(name)
      guard let object = members[key] else { return nil }
      return try rendered(object, key: key)
    case .source(let value):
      guard let position = value.position(of: name, near: hint) else { return nil }
      hint = position
      return try read(value.member(at: position), at: position)
    }
  }

  package func member(_ key: ObjectKey) throws -> Object? {
    switch storage {
    case .owned(let members):
      guard let object = members[key] else { return nil }
      return try rendered(object, key: key)
    case .source(let value):
      guard case .plain(let plain) = key, let position = value.map?.position(of: plain) else { return nil }
      return try read(value.member(at: position), at: position)
    }
  }

  package func contains(_ key: ObjectKey) -> Bool {
    switch storage {
    case .owned(let members): members[key] != nil
    case .source(let value): if case .plain(let plain) = key { value.map?.position(of: plain) != nil } else { false }
    }
  }

  package var keys: [ObjectKey] {
    switch storage {
    case .owned(let members): Array(members.keys)
    case .source(let value): value.map?.keys.map(ObjectKey.plain) ?? []
    }
  }

  /// All members in order, templates rendered.
  package func members() throws -> [(key: ObjectKey, value: Object)] {
    switch storage {
    case .owned(let members):
      if scope == nil { return members.map { ($0.key, $0.value) } }
      return try members.map { ($0.key, try rendered($0.value, key: $0.key)) }
    case .source(let value):
      return try (value.map ?? Map()).enumerated().map { position, member in
        (.plain(member.key), try read(member.value, at: position))
      }
    }
  }

  /// Changes the dict in place; templates among its members stay as they are until read.
  package func mutate<Result>(_ body: (inout Members) throws -> Result) throws -> Result {
    if case .source(let value) = storage, let map = value.map {
      var members = Members(minimumCapacity: map.count)
      for (position, member) in map.enumerated() {
        members[.plain(member.key)] = readMembers[position] ?? Object(member.value, in: scope)
      }
      storage = .owned(members)
      readMembers = ReadMembers()
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
    guard case .source(let value) = storage, readMembers.isEmpty else { return nil }
    return value.map
  }

  /// A dict of the same members, untouched by later changes of this one.
  func snapshot() throws -> DictObject {
    if case .source(let value) = storage, readMembers.isEmpty { return DictObject(source: value, in: scope) }
    return DictObject(Members(uniqueKeysWithValues: try members().map { ($0.key, $0.value) }))
  }

  private func read(_ value: Value, at position: Int) throws -> Object {
    if let plain = Object(plain: value) { return plain }
    if let known = readMembers[position] { return known }
    let object = try Object.read(value, in: scope)
    readMembers.set(position, to: object, of: count)
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
